from typing import Any

from torch import Size as Size
from torch import Tensor as Tensor
from torch import device as _device
from torch import dtype as _dtype

Number = int | float | bool
Device = Any
