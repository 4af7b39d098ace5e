"""Runs the prelude in Python itself, on arrays that stand in for tensors.

The prelude is our own code and describes plain Python classes, so that their names, shapes and container behaviour can
be tested without the interpreter: numpy arrays serve as tensors, and a small ``Module`` with torch's attribute
semantics serves as the native one. Operations only record that they were called.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

PACKAGE = Path(__file__).parents[2] / "analyzer"
PRELUDE = PACKAGE / "frameworks" / "torch" / "prelude"
PRELUDES = (PACKAGE / "library" / "prelude", PRELUDE)
ROOTS = tuple(sorted(path.stem for path in PRELUDE.iterdir() if path.suffix == ".py" or path.is_dir()))


class Array(np.ndarray):
    """An array with the few tensor methods that module construction and einops need."""

    requires_grad = False
    device = "cpu"

    def dim(self) -> int:
        return self.ndim

    def size(self, axis: int | None = None) -> Any:  # type: ignore[override]
        return self.shape if axis is None else self.shape[axis]

    def permute(self, *order: Any) -> Any:
        return np.transpose(self, order[0] if len(order) == 1 else order)

    def transpose(self, first: int, second: int) -> Any:  # type: ignore[override]
        return np.swapaxes(self, first, second)

    def flatten(self, start: int = 0) -> Any:  # type: ignore[override]
        return self.reshape(*self.shape[:start], -1)

    def unsqueeze(self, axis: int) -> Any:
        return np.expand_dims(self, axis)

    def expand(self, shape: Any) -> Any:
        return np.broadcast_to(self, shape)

    @property
    def data(self) -> Any:  # type: ignore[override]
        return self

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


class Parameter(Array):
    """An array made into a parameter by viewing it as this class."""

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        return np.asarray(data).view(cls)


def array(*shape: Any, fill: float = 0.0, **_: Any) -> Array:
    """``torch.zeros(2, 3)`` and ``torch.zeros((2, 3))`` alike."""
    sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    return np.full(sizes, fill, dtype=np.float32).view(Array)


class Recorder(ModuleType):
    """A module of which every missing attribute is an operation that records its call."""

    def __init__(self, name: str, calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]]) -> None:
        super().__init__(name)
        self.calls = calls

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or _Finder().find_spec(f"{self.__name__}.{name}", None) is not None:
            raise AttributeError(name)

        def operation(*args: Any, **kwargs: Any) -> Any:
            self.calls.append((name, args, kwargs))
            return (args[0], None) if name == "multi_head_attention_forward" else array(1)

        return operation


class Module:
    """``nn.Module`` reduced to registration, lookup and calls."""

    training = False

    def __init__(self) -> None:
        for kind in ("_parameters", "_buffers", "_modules", "_pre_hooks"):
            object.__setattr__(self, kind, {})

    def __getattr__(self, name: str) -> Any:
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(kind, {}):
                return self.__dict__[kind][name]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        kinds = {"_parameters": isinstance(value, Parameter), "_modules": isinstance(value, Module)}
        for kind, fits in kinds.items():
            if fits or name in self.__dict__.get(kind, {}):
                self.__dict__.pop(name, None)
                self.__dict__[kind][name] = value
                return
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__[kind]:
                del self.__dict__[kind][name]
                return
        object.__delattr__(self, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for hook in self._pre_hooks.values():
            hook(self, args)
        return self.forward(*args, **kwargs)

    def forward(self, *args: Any) -> Any:
        raise NotImplementedError

    def register_parameter(self, name: str, value: Any) -> None:
        self.__dict__.pop(name, None)
        self._parameters[name] = value

    def register_buffer(self, name: str, value: Any, persistent: bool = True) -> None:
        self._buffers[name] = value

    def add_module(self, name: str, module: Any) -> None:
        self._modules[name] = module

    def register_forward_pre_hook(self, hook: Any) -> Any:
        self._pre_hooks[id(hook)] = hook
        hooks = self._pre_hooks
        return type("Handle", (), {"remove": lambda _: hooks.pop(id(hook))})()

    def train(self, mode: bool = True) -> Module:
        return self

    def named_children(self) -> Iterator[tuple[str, Any]]:
        return iter(list(self._modules.items()))

    def _named(self, kind: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        for name, value in self.__dict__[kind].items():
            if value is not None:
                yield prefix + name, value
        for name, child in self._modules.items():
            if child is not None:
                yield from child._named(kind, f"{prefix}{name}.")

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        return self._named("_parameters")

    def named_buffers(self) -> Iterator[tuple[str, Any]]:
        return self._named("_buffers")

    def parameters(self, recurse: bool = True) -> Iterator[Any]:
        source = self._named("_parameters") if recurse else iter(self._parameters.items())
        return (value for _, value in source if value is not None)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the prelude's modules and nothing else."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name.partition(".")[0] not in ROOTS:
            return None
        for place in (prelude.joinpath(*name.split(".")) for prelude in PRELUDES):
            if (place / "__init__.py").exists():
                return importlib.util.spec_from_file_location(
                    name, place / "__init__.py", submodule_search_locations=[str(place)]
                )
            if (file := place.with_suffix(".py")).exists():
                return importlib.util.spec_from_file_location(name, file)
        return None


def _natives(calls: list[Any]) -> dict[str, ModuleType]:
    native = ModuleType("torch._native")
    for kind in (Module, Parameter):
        setattr(native, kind.__name__, kind)
    native.__dict__.update(Buffer=Array, UninitializedParameter=Parameter)
    return {
        "torch._native": native,
        "torch.nn.functional": Recorder("torch.nn.functional", calls),
        "torch.nn.init": Recorder("torch.nn.init", calls),
    }


def _torch(calls: list[Any]) -> ModuleType:
    """The module ``torch`` before its prelude file runs: natives only."""
    spec = importlib.util.spec_from_file_location(
        "torch", PRELUDE / "torch" / "__init__.py", submodule_search_locations=[str(PRELUDE / "torch")]
    )
    assert spec is not None
    torch = Recorder("torch", calls)
    torch.__dict__.update(__spec__=spec, __path__=[str(PRELUDE / "torch")], __file__=spec.origin)
    torch.__dict__.update(
        Tensor=Array, Size=tuple, device=str, dtype=np.dtype, bool=np.dtype(bool), long=np.int64, float32=np.float32,
        empty=array, zeros=array, ones=lambda *s, **_: array(*s, fill=1.0),
        full=lambda shape, value, **_: array(shape, fill=value),
        tensor=lambda value, **_: np.asarray(value).view(Array),
        stack=lambda values: np.stack(list(values)).view(Array),
        cat=lambda values, dim=0: np.concatenate(list(values), axis=dim).view(Array),
    )  # fmt: skip
    return torch


@contextmanager
def prelude() -> Iterator[list[tuple[str, tuple[Any, ...], dict[str, Any]]]]:
    """Makes the prelude importable; gives the list of operations that its modules call."""
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in ROOTS}
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    torch = _torch(calls)
    sys.modules.update({"torch": torch, **_natives(calls)})
    try:
        exec(compile((PRELUDE / "torch" / "__init__.py").read_text(), "torch", "exec"), torch.__dict__)
        nn = importlib.import_module("torch.nn")
        nn.__dict__.update(functional=sys.modules["torch.nn.functional"], init=sys.modules["torch.nn.init"])
        yield calls
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] in ROOTS]:
            del sys.modules[name]
        sys.modules.update(kept)
