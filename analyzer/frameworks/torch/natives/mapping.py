"""``torch.vmap``: a function of single positions, applied to whole dimensions."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.library.context import NativeContext
from analyzer.values import Native, Tensor, Value


def vmap(
    machine: NativeContext, function: Value, in_dims: Value = 0, out_dims: Value = 0, *args: Value, **kwargs: Value
) -> Value:
    """The mapped function. It runs once, on tensors without the mapped dimensions, which its results get back."""

    def mapped(_: NativeContext, *given: Value, **named: Value) -> Value:
        dims = list(in_dims) if isinstance(in_dims, tuple | list) else [in_dims] * len(given)
        sizes = [
            value.shape[dim]
            for value, dim in zip(given, dims, strict=True)
            if isinstance(value, Tensor) and isinstance(dim, int)
        ]
        if not sizes:
            machine.throw("ValueError", "vmap: no argument is mapped")
        single = [_without(machine, value, dim) for value, dim in zip(given, dims, strict=True)]
        return _with(machine, machine.call(function, single, named), out_dims, sizes[0])

    return Native("torch.vmap()", mapped)


def _without(machine: NativeContext, value: Value, dim: Value) -> Value:
    if isinstance(value, Tensor) and isinstance(dim, int):
        return machine.emit("vmap.in", (value, dim))
    return value


def _with(machine: NativeContext, value: Value, dim: Value, size: int) -> Value:
    if isinstance(value, Tensor):
        return machine.emit("vmap.out", (value, dim, size))
    if isinstance(value, tuple | list):
        dims: Sequence[Value] = dim if isinstance(dim, tuple | list) else [dim] * len(value)
        return type(value)(_with(machine, item, one, size) for item, one in zip(value, dims, strict=True))
    return value
