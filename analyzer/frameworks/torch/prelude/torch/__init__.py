from torch import nn
from torch import _dynamo, accelerator, amp, autograd, backends, compiler, cuda, distributed, distributions
from torch import export, fx, jit, library, mps, onnx, optim, random, serialization, types, utils, version, xpu
from torch._modes import (
    autocast,
    enable_grad,
    inference_mode,
    is_autocast_cache_enabled,
    is_autocast_cpu_enabled,
    is_autocast_enabled,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from torch._modes import nothing, unchanged
from torch.library import ops
from torch.random import get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from torch.version import __version__

compile = unchanged
set_num_threads = set_float32_matmul_precision = use_deterministic_algorithms = nothing


class Generator:
    def __init__(self, device="cpu"):
        self.device = device

    def manual_seed(self, seed):
        return self

    def seed(self):
        return 0

    def initial_seed(self):
        return 0


def get_num_threads():
    return 1


def get_float32_matmul_precision():
    return "highest"


def are_deterministic_algorithms_enabled():
    return False


def get_device_module(device=None):
    return cuda


def _assert(condition, message):
    pass


def _check(condition, message=None):
    pass


_check_with = _check_value = _check_index = _check_type = _check_is_size = nothing


def _check_tensor_all_with(error_type, condition, message=None):
    if not condition._is_all_true().item():
        raise error_type("Expected condition to be True" if message is None else message())


def _check_tensor_all(condition, message=None):
    _check_tensor_all_with(RuntimeError, condition, message)
