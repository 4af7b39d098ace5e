import torch.nn.functional as F
from torch._native import Module
from torch.nn.modules._sizes import pair, quadruple, repeated


class _PadNd(Module):
    _expand = None
    _mode = "constant"

    def __init__(self, padding):
        super().__init__()
        self.padding = type(self)._expand(padding)

    def forward(self, input):
        return F.pad(input, self.padding, mode=self._mode, value=None)


class _ConstantPadNd(_PadNd):
    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value

    def forward(self, input):
        return F.pad(input, self.padding, mode="constant", value=self.value)


class _ZeroPadNd(_ConstantPadNd):
    def __init__(self, padding):
        super().__init__(padding, 0.0)


class ConstantPad1d(_ConstantPadNd):
    _expand = staticmethod(pair)


class ConstantPad2d(_ConstantPadNd):
    _expand = staticmethod(quadruple)


class ConstantPad3d(_ConstantPadNd):
    _expand = staticmethod(repeated(6))


class ZeroPad1d(_ZeroPadNd):
    _expand = staticmethod(pair)


class ZeroPad2d(_ZeroPadNd):
    _expand = staticmethod(quadruple)


class ZeroPad3d(_ZeroPadNd):
    _expand = staticmethod(repeated(6))


class ReflectionPad1d(_PadNd):
    _expand = staticmethod(pair)
    _mode = "reflect"


class ReflectionPad2d(_PadNd):
    _expand = staticmethod(quadruple)
    _mode = "reflect"


class ReflectionPad3d(_PadNd):
    _expand = staticmethod(repeated(6))
    _mode = "reflect"


class ReplicationPad1d(_PadNd):
    _expand = staticmethod(pair)
    _mode = "replicate"


class ReplicationPad2d(_PadNd):
    _expand = staticmethod(quadruple)
    _mode = "replicate"


class ReplicationPad3d(_PadNd):
    _expand = staticmethod(repeated(6))
    _mode = "replicate"


class CircularPad1d(_PadNd):
    _expand = staticmethod(pair)
    _mode = "circular"


class CircularPad2d(_PadNd):
    _expand = staticmethod(quadruple)
    _mode = "circular"


class CircularPad3d(_PadNd):
    _expand = staticmethod(repeated(6))
    _mode = "circular"
