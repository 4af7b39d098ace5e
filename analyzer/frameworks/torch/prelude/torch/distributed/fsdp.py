from torch._native import Module


class FullyShardedDataParallel(Module):
    """No module of a program that runs on one device is one of these."""


class MixedPrecisionPolicy:
    pass


class CPUOffloadPolicy:
    pass
