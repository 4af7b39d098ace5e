from torch.nn.modules.batchnorm import InstanceNorm1d as InstanceNorm1d
from torch.nn.modules.batchnorm import InstanceNorm2d as InstanceNorm2d
from torch.nn.modules.batchnorm import InstanceNorm3d as InstanceNorm3d
