from torch._modes import _Mode, nothing
from torch.cuda import amp as amp
from torch.cuda import random as random

default_generators = ()
empty_cache = init = ipc_collect = manual_seed = manual_seed_all = reset_peak_memory_stats = nothing
set_device = synchronize = nothing


class Stream(_Mode):
    def wait_stream(self, stream):
        pass


class Event:
    def __init__(self, enable_timing=False):
        pass


class CUDAGraph:
    pass


class device(_Mode):
    pass


class stream(_Mode):
    pass


def is_available():
    return False


def is_initialized():
    return False


def is_bf16_supported(including_emulation=True):
    return False


def is_current_stream_capturing():
    return False


def device_count():
    return 0


def current_device():
    raise AssertionError("Torch not compiled with CUDA enabled")


def get_device_capability(device=None):
    raise AssertionError("Torch not compiled with CUDA enabled")


def get_device_properties(device=None):
    raise AssertionError("Torch not compiled with CUDA enabled")


def memory_allocated(device=None):
    return 0


def max_memory_allocated(device=None):
    return 0


def memory_reserved(device=None):
    return 0
