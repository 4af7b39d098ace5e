"""A model as PyTorch builds and runs it: parameters, module calls, tensor operations."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import torch
import transformers
from torch.overrides import TorchFunctionMode, resolve_name

from analyzer.names import ModelEntry

ROOT = Path(transformers.__file__).parent
Shapes = dict[str, tuple[int, ...]]


def constructed(entry: ModelEntry, config: Mapping[str, object], device: str) -> torch.nn.Module:
    """The entry's class with eager attention, in evaluation mode; on ``meta`` it has no numbers."""
    made = _named(entry.config_module or "", entry.config_class or "")(**config)
    made._attn_implementation = "eager"
    with torch.device(device):
        return _named(entry.module, entry.class_name)(made).eval()


def _named(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def parameters(model: torch.nn.Module) -> Shapes:
    return {name: tuple(item.shape) for name, item in model.named_parameters(remove_duplicate=False)}


def buffers(model: torch.nn.Module) -> Shapes:
    """Those that a checkpoint holds."""
    kept = model.state_dict(keep_vars=True)
    return {name: tuple(b.shape) for name, b in model.named_buffers(remove_duplicate=False) if name in kept}


class Recorder(TorchFunctionMode):
    """Every tensor function that gives tensors: (line, function) and the shapes of the results."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[tuple[str, str], tuple[tuple[int, ...], ...]]] = []

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        name = (resolve_name(function) or "").removeprefix("torch.")
        shapes = tuple(tuple(tensor.shape) for tensor in _tensors(result))
        if shapes and not name.endswith("__get__"):
            self.seen.append(((_place(sys._getframe(1)), name), shapes))
        return result


def _tensors(result: Any) -> Iterator[torch.Tensor]:
    if isinstance(result, torch.Tensor):
        yield result
    elif isinstance(result, tuple | list):
        for item in result:
            yield from _tensors(item)


def _place(frame: FrameType | None) -> str:
    """The innermost line of the library's own code."""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT):
            return f"{path.relative_to(ROOT).as_posix()}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def run(
    model: torch.nn.Module, inputs: Mapping[str, tuple[str, tuple[int, ...]]]
) -> tuple[list[tuple[str, str]], Recorder]:
    """The modules that one call enters, in order, and its operations."""
    calls: list[tuple[str, str]] = []
    for path, module in model.named_modules():
        module.register_forward_pre_hook(lambda one, _, path=path: calls.append((path, type(one).__name__)))
    tensors = {name: _filled(dtype, shape) for name, (dtype, shape) in inputs.items()}
    with torch.no_grad(), Recorder() as recorder:
        model(**tensors)
    return calls, recorder


def _filled(dtype: str, shape: tuple[int, ...]) -> torch.Tensor:
    kind = getattr(torch, dtype)
    torch.manual_seed(0)
    return torch.randn(shape, dtype=kind) if kind.is_floating_point else torch.randint(3, 9, shape, dtype=kind)
