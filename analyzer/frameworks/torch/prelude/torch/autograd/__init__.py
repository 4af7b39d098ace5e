from torch._modes import enable_grad as enable_grad
from torch._modes import inference_mode as inference_mode
from torch._modes import no_grad as no_grad
from torch._modes import set_grad_enabled as set_grad_enabled
from torch.autograd import function as function
from torch.autograd import graph as graph
from torch.autograd.function import Function as Function
from torch._native import Parameter as Variable
