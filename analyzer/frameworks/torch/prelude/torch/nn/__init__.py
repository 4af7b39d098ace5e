from torch._native import Module
from torch.nn.parameter import Buffer, Parameter, UninitializedParameter
from torch.nn.modules import *
from torch.nn import functional, init, modules, utils
from torch.nn import attention, parallel
from torch.nn.parallel import DataParallel
