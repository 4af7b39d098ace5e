"""Functions mapped over dimensions (``vmap``): what runs inside is computed for all of them at once.

Each mapped dimension is put in front of the tensors inside, in the order in which the maps are entered; what is
computed element by element comes out right by broadcasting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from analyzer.compare.canonical.context import CanonicalContext, CanonicalValue, shape_of, whole_of
from analyzer.compare.canonical.cores import View
from analyzer.compare.canonical.layout import expanded, length
from analyzer.graph import Op, TensorType

_IN, _OUT = "enter_map", "leave_map"


def balanced(ops: Iterable[Op]) -> bool:
    """Whether every map takes one tensor apart and puts one together, so that the order alone says which belong to
    each other."""
    depth = 0
    leaving = False
    for op in ops:
        if op.name == _IN:
            if leaving:
                return False
            depth += 1
        elif op.name == _OUT:
            depth -= 1
            leaving = depth > 0
        if depth < 0:
            return False
    return depth == 0


def entered(context: CanonicalContext, op: Op) -> View | None:
    """The value of a step into or out of a map; None for any other operation."""
    if op.name not in (_IN, _OUT):
        return None
    view, levels = context.first(op), context.levels
    if op.name == _IN:
        inside = context.depths.get(op.operands[0].source, 0) > 0
        outer = view.dims[: len(levels)] if inside else ((),) * len(levels)
        inner = view.dims[len(outer) :] if inside else view.dims
        axis = whole_of(op, "dim", 0) % len(inner)
        levels.append(length(inner[axis]))
        return View(view.core, (*outer, inner[axis], *inner[:axis], *inner[axis + 1 :]), view.offset, view.factor)
    size = levels.pop()
    shape = shape_of(op)
    axis = whole_of(op, "dim", 0) % len(shape)
    dims = expanded(view.dims, (*levels, size, *shape[:axis], *shape[axis + 1 :]))
    lead, inner = dims[: len(levels)], dims[len(levels) + 1 :]
    return View(view.core, (*lead, *inner[:axis], dims[len(levels)], *inner[axis:]), view.offset, view.factor)


def lifted(context: CanonicalContext, op: Op) -> Op:
    """``op`` with the mapped dimensions in front of its results."""
    if not context.levels:
        return op
    outputs = tuple(TensorType((*context.levels, *output.shape), output.dtype) for output in op.outputs)
    return replace(op, outputs=outputs)


def spread(op: Op, value: CanonicalValue) -> CanonicalValue:
    """A value in the full shape of an operation's result."""
    shape = shape_of(op)
    if not isinstance(value, View) or value.shape == shape or len(value.shape) > len(shape):
        return value
    return View(value.core, expanded(value.dims, shape), value.offset, value.factor)
