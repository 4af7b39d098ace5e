"""Operations that move elements: views, transposes, slices, concatenations, complex pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from analyzer.compare.canonical.concatenation import concatenated
from analyzer.compare.canonical.context import CanonicalContext, CanonicalValue, Pair, shape_of, whole_of
from analyzer.compare.canonical.cores import View
from analyzer.compare.canonical.layout import Atom, Dims, expanded, narrowed, reshaped, selected
from analyzer.compare.canonical.parts import resolved
from analyzer.graph import Op, OpKind
from analyzer.library.operations.numeric import EVALUATE
from analyzer.values import plain


def both(value: CanonicalValue, change: Callable[[View], View]) -> CanonicalValue:
    """``change`` applied to a tensor, or to both parts of a complex one."""
    return Pair(change(value.real), change(value.imaginary)) if isinstance(value, Pair) else change(value)


def with_dims(view: View, dims: Dims, offset: int = 0) -> View:
    """``view`` read in another way."""
    return View(view.core, dims, view.offset + offset, view.factor)


def reshape(context: CanonicalContext, view: View, shape: Sequence[int]) -> View:
    """The same elements in order in another shape."""
    dims = reshaped(view.dims, shape)
    if dims is None:
        view = context.terms.packed(view)
        dims = reshaped(view.dims, shape)
        assert dims is not None
    return with_dims(view, dims)


def narrow(context: CanonicalContext, view: View, axis: int, start: int, size: int, step: int = 1) -> View:
    """A part of one dimension."""
    found = narrowed(view.dims[axis], start, size, step)
    if found is None:
        view = context.terms.packed(view)
        found = narrowed(view.dims[axis], start, size, step)
        assert found is not None
    dim, offset = found
    return resolved(context.terms, with_dims(view, (*view.dims[:axis], dim, *view.dims[axis + 1 :]), offset))


def reshape_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...]:
    return (both(context.value(op.operands[0]), lambda view: reshape(context, view, shape_of(op))),)


def expand_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    if len(op.outputs) != 1:
        return None
    return (both(context.value(op.operands[0]), lambda view: with_dims(view, expanded(view.dims, shape_of(op)))),)


def transpose_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    if op.name == "rot90":
        return None
    value = context.value(op.operands[0])
    shape = (value.real if isinstance(value, Pair) else value).shape
    order = _order(op, len(shape))
    return (both(value, lambda view: with_dims(view, tuple(view.dims[place] for place in order))),)


def _order(op: Op, rank: int) -> tuple[int, ...]:
    """Where each new dimension comes from: NumPy is asked on an array whose sizes are its dimensions' numbers."""
    marked = np.empty(tuple(range(1, rank + 1)), dtype=np.bool_)
    if "dims" in op.arguments:
        dims = op.arguments["dims"]
        moved = EVALUATE["permute"](marked, *(dims if isinstance(dims, tuple | list) else (dims,)))
    else:
        given = {key: op.arguments[key] for key in ("dim0", "dim1", "source", "destination") if key in op.arguments}
        moved = EVALUATE[op.name](marked, **given)
    return tuple(size - 1 for size in moved.shape)


def slice_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    value = context.value(op.operands[0])
    name = op.name
    if name == "narrow":
        start, size = whole_of(op, "start", 0), whole_of(op, "length", 1)
        axis = whole_of(op, "dim", 0)
        return (
            both(value, lambda view: narrow(context, view, axis % len(view.shape), start % view.shape[axis], size)),
        )
    if name == "select":
        axis, place = whole_of(op, "dim", 0), whole_of(op, "index", 0)
        return (both(value, lambda view: _taken(context, view, axis % len(view.shape), place % view.shape[axis])),)
    if name == "getitem" and len(op.operands) == 1:
        index = _index(op.arguments.get("index"))
        return (both(value, lambda view: indexed(context, view, index)),)
    return None


def _taken(context: CanonicalContext, view: View, axis: int, place: int) -> View:
    part = narrow(context, view, axis, place, 1)
    return with_dims(part, (*part.dims[:axis], *part.dims[axis + 1 :]))


def _index(index: object) -> object:
    match plain(index):
        case tuple() | list() as items:
            return tuple(_index(item) for item in items)
        case slice() as part:
            return slice(plain(part.start), plain(part.stop), plain(part.step))
        case "...":
            return Ellipsis
        case other:
            return other


def indexed(context: CanonicalContext, view: View, index: object) -> View:
    """A tensor indexed by integers, slices, None and an ellipsis."""
    shape = view.shape
    entries, starts = selected(shape, index)
    for axis, start in enumerate(starts):
        entry = next((entry for entry in entries if entry.axis == axis), None)
        size, step = (entry.size, entry.step) if entry else (1, 1)
        if shape[axis] > 1:
            view = narrow(context, view, axis, start, size, step)
    return with_dims(view, tuple(() if entry.axis is None else view.dims[entry.axis] for entry in entries))


def split_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...]:
    value = context.value(op.operands[0])
    shape = (value.real if isinstance(value, Pair) else value).shape
    axis = whole_of(op, "dim", 0) % len(shape)
    if op.name == "unbind":
        return tuple(both(value, partial(_slot, context, axis, place)) for place in range(len(op.outputs)))
    starts = [0]
    for output in range(len(op.outputs)):
        starts.append(starts[-1] + shape_of(op, output)[axis])
    return tuple(both(value, partial(_stretch, context, axis, start, end - start)) for start, end in pairwise(starts))


def _slot(context: CanonicalContext, axis: int, place: int, view: View) -> View:
    return _taken(context, view, axis, place)


def _stretch(context: CanonicalContext, axis: int, start: int, size: int, view: View) -> View:
    return narrow(context, view, axis, start, size)


def cat_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    name = op.name
    if name not in ("cat", "stack") or not op.operands:
        return None
    shape = shape_of(op)
    axis = whole_of(op, "dim", 0) % len(shape)
    values = [context.value(operand) for operand in op.operands]
    if any(isinstance(value, Pair) for value in values):
        return None
    views = [value for value in values if isinstance(value, View) and 0 not in value.shape]
    if name == "stack":
        views = [with_dims(view, (*view.dims[:axis], (), *view.dims[axis:])) for view in views]
    return (concatenated(context.terms, views, axis),) if views else None


def pad_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    """Numbers around a tensor: the same as what they are joined to."""
    pad, shape = op.arguments.get("pad"), shape_of(op)
    number = op.arguments.get("value") or 0.0
    if op.arguments.get("mode", "constant") != "constant" or not isinstance(pad, tuple) or len(op.operands) != 1:
        return None
    view, ends = context.first(op), [int(size) for size in pad if isinstance(size, int)]
    if len(ends) != len(pad) or any(size < 0 for size in ends) or not isinstance(number, int | float):
        return None
    for place, (before, after) in enumerate(zip(ends[::2], ends[1::2], strict=True)):
        axis = len(shape) - 1 - place
        around = [
            context.terms.scalar(float(number), (*view.shape[:axis], size, *view.shape[axis + 1 :]))
            for size in (before, after)
        ]
        parts = [part for part in (around[0], view, around[1]) if 0 not in part.shape]
        view = concatenated(context.terms, parts, axis) if len(parts) > 1 else view
    return (view,)


def repeat_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    view = context.first(op)
    if op.name == "tile":
        given = op.arguments.get("repeats")
        if not isinstance(given, tuple):
            return None
        counts = tuple(int(item) for item in given if isinstance(item, int))
        dims = ((),) * (len(counts) - len(view.dims)) + view.dims
        counts = (1,) * (len(dims) - len(counts)) + counts
        return (
            with_dims(view, tuple((Atom(n, 0), *dim) if n > 1 else dim for n, dim in zip(counts, dims, strict=True))),
        )
    times, axis = plain(op.arguments.get("repeats")), plain(op.arguments.get("dim"))
    if not isinstance(times, int) or not isinstance(axis, int):
        return None
    axis %= len(view.dims)
    repeated = (*view.dims[axis], Atom(times, 0)) if times > 1 else view.dims[axis]
    return (with_dims(view, (*view.dims[:axis], repeated, *view.dims[axis + 1 :])),)


def complex_op(context: CanonicalContext, op: Op) -> tuple[CanonicalValue, ...] | None:
    value = context.value(op.operands[0])
    match op.name:
        case "view_as_complex" if isinstance(value, View):
            last = len(value.shape) - 1
            return (Pair(_taken(context, value, last, 0), _taken(context, value, last, 1)),)
        case "view_as_real" if isinstance(value, Pair):
            parts = [with_dims(part, (*part.dims, ())) for part in (value.real, value.imaginary)]
            return (concatenated(context.terms, parts, len(parts[0].dims) - 1),)
        case "complex" if len(op.operands) == 2:
            return (Pair(context.view(op.operands[0]), context.view(op.operands[1])),)
        case "polar" if len(op.operands) == 2:
            return (_polar(context, context.view(op.operands[0]), context.view(op.operands[1]), shape_of(op)),)
        case "conj" if isinstance(value, Pair):
            return (Pair(value.real, value.imaginary.scaled(-1.0)),)
        case "real" if isinstance(value, Pair):
            return (value.real,)
        case "imag" if isinstance(value, Pair):
            return (value.imaginary,)
        case _:
            return None


def _polar(context: CanonicalContext, length: View, angle: View, shape: Sequence[int]) -> Pair:
    parts = [
        context.algebra.product([(length, 1.0), (context.algebra.function(name, (), [angle], shape), 1.0)], shape)
        for name in ("cos", "sin")
    ]
    return Pair(*parts)


SHAPES: Mapping[OpKind, Callable[[CanonicalContext, Op], tuple[CanonicalValue, ...] | None]] = {
    **dict.fromkeys((OpKind.RESHAPE, OpKind.SQUEEZE, OpKind.UNSQUEEZE), reshape_op),
    OpKind.EXPAND: expand_op,
    OpKind.TRANSPOSE: transpose_op,
    OpKind.SLICE: slice_op,
    OpKind.SPLIT: split_op,
    OpKind.CAT: cat_op,
    OpKind.PAD: pad_op,
    OpKind.STACK: cat_op,
    OpKind.REPEAT: repeat_op,
    OpKind.COMPLEX: complex_op,
}
