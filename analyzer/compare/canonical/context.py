"""What the meaning of an operation is computed with: the values of its operands, its arguments, the algebra."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from analyzer.compare.canonical.algebra import Algebra
from analyzer.compare.canonical.cores import Attributes, View, number_key
from analyzer.compare.canonical.layout import Dims, expanded
from analyzer.compare.canonical.parts import numbers_of
from analyzer.compare.canonical.terms import Terms
from analyzer.graph import Constant, Dtype, Op, Operand, OperandRef, OpKind
from analyzer.values import Array, plain


@dataclass(frozen=True, slots=True)
class Pair:
    """A complex tensor: real and imaginary part."""

    real: View
    imaginary: View


CanonicalValue: TypeAlias = View | Pair

_SILENT = frozenset(
    {
        *("args", "copy", "device", "dtype", "fill", "generator", "implicit", "inplace", "layout", "memory_format"),
        *(
            "non_blocking",
            "out",
            "pin_memory",
            "requires_grad",
            "training",
            "_stacklevel",
            "cudnn_enable",
            "output_size",
        ),
        *("need_weights", "padding_idx", "scale_grad_by_freq", "sparse", "norm_type"),
    }
)
"""Arguments that do not change which numbers come out (element types are looked at apart)."""


@dataclass(frozen=True, slots=True)
class CanonicalContext:
    """``precise``: element types and casts count. ``values`` are those of the operations before."""

    algebra: Algebra
    precise: bool
    values: dict[Op, tuple[CanonicalValue, ...]] = field(default_factory=dict)
    levels: list[int] = field(default_factory=list)
    """Sizes of the dimensions that a function is mapped over at the moment; they lead in all values in there."""
    depths: dict[Op, int] = field(default_factory=dict)
    """How many dimensions were mapped over when a value was computed, if any."""

    @property
    def terms(self) -> Terms:
        return self.algebra.terms

    def value(self, operand: Operand) -> CanonicalValue:
        """What an operand reads."""
        value = self.values[operand.source][operand.output]
        depth = self.depths.get(operand.source, 0)
        if not depth or depth >= len(self.levels) or not isinstance(value, View):
            return value
        room = ((),) * (len(self.levels) - depth)
        return View(value.core, (*value.dims[:depth], *room, *value.dims[depth:]), value.offset, value.factor)

    def view(self, operand: Operand) -> View:
        """What an operand reads as one tensor."""
        value = self.value(operand)
        if isinstance(value, Pair):
            shape = value.real.shape
            return self.terms.opaque("complex", (), (value.real, value.imaginary), shape)
        return value

    def slot(self, op: Op, *names: str) -> View | None:
        """The tensor in the first of the slots ``names`` that there is."""
        for name in names:
            for operand in op.operands:
                if operand.slot == name:
                    return self.view(operand)
        return None

    def first(self, op: Op) -> View:
        """The first operand."""
        return self.view(op.operands[0])

    def numbers(self, view: View) -> Array | None:
        """The numbers of a tensor that the code alone decides, in its shape."""
        return numbers_of(self.terms, view)

    def call(self, op: Op) -> tuple[tuple[str, ...], tuple[View, ...], Attributes]:
        """The slots and tensors that an operation reads, and its arguments: a tensor without dimensions whose number is
        known is as good as the number."""
        seen = [(operand.slot, self._spread(op, operand)) for operand in op.operands]
        numbers = {slot: number for slot, view in seen[1:] if (number := self._number(view)) is not None}
        tensors = [(slot, view) for slot, view in seen if slot not in numbers]
        arguments = sorted({**dict(arguments_of(op)), **numbers}.items())
        return tuple(slot for slot, _ in tensors), tuple(view for _, view in tensors), tuple(arguments)

    def _spread(self, op: Op, operand: Operand) -> View:
        """A tensor that is read; one that says where, for every element."""
        view = self.view(operand)
        if operand.slot != "mask" or view.shape == shape_of(op) or self.first(op).shape != shape_of(op):
            return view
        return replace(view, dims=expanded(view.dims, shape_of(op)))

    def _number(self, view: View) -> object | None:
        known = None if view.shape else self.numbers(view)
        return None if known is None or known.dtype.kind == "c" else frozen(known.item())

    def note(self, op: Op) -> Attributes:
        """The element type where it counts."""
        return (op.outputs[0].dtype.value,) if self.precise and op.outputs else ()


def shape_of(op: Op, output: int = 0) -> tuple[int, ...]:
    """The sizes of an output as plain integers."""
    return tuple(int(size) for size in op.outputs[output].shape)


def number_of(op: Op, name: str, default: float) -> float:
    """A numeric argument."""
    value = plain(op.arguments.get(name))
    return default if not isinstance(value, int | float) else float(value)


def whole_of(op: Op, name: str, default: int) -> int:
    """An integer argument."""
    value = plain(op.arguments.get(name))
    return default if not isinstance(value, int) else value


def axes_of(op: Op, rank: int, name: str = "dim") -> tuple[int, ...]:
    """The dimensions that an operation works along: all when none is named."""
    value = op.arguments.get(name)
    if isinstance(value, tuple | list) and value:
        return tuple(sorted(item % rank for item in value if isinstance(item, int)))
    if value is None or isinstance(value, tuple | list):
        return tuple(range(rank))
    return (int(value) % rank,) if rank and isinstance(value, int) else ()


def arguments_of(op: Op, leave: Iterable[str] = ()) -> tuple[tuple[str, object], ...]:
    """All arguments that matter, comparable."""
    return _telling(op, op.arguments, leave)


def attributes_of(op: Op) -> tuple[tuple[str, object], ...]:
    """All arguments that matter by the framework's own names, for display."""
    return _telling(op, op.attributes, ())


def _telling(op: Op, given: Mapping[str, Constant], leave: Iterable[str]) -> tuple[tuple[str, object], ...]:
    skipped = {*_SILENT, *leave}
    found = {name: frozen(value) for name, value in given.items() if name not in skipped}
    return tuple(sorted((_every_axis(op, found) if op.kind is OpKind.CONV else found).items()))


_AXES = {"stride": 1.0, "padding": 0.0, "dilation": 1.0, "output_padding": 0.0}
"""Arguments of a convolution that hold for every axis where one number is given, and what they are by default."""


def _every_axis(op: Op, arguments: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a convolution, one number an axis, without those that have no effect."""
    count = len(shape_of(op)) - 2
    spread = {
        name: value * count if isinstance(value, tuple) and len(value) == 1 else (value,) * count
        for name, value in arguments.items()
        if name in _AXES and not isinstance(value, str)
    }
    told = {**arguments, **spread}
    return {
        name: value for name, value in told.items() if value != (_AXES.get(name),) * count and (name, value) != _ONE
    }


_ONE = ("groups", 1.0)


def frozen(value: Constant) -> object:
    """A constant that can be compared and hashed."""
    match plain(value):
        case bool() | str() | None as item:
            return item
        case Dtype() as dtype:
            return dtype.value
        case int() | float() as number:
            return number_key(float(number))
        case tuple() | list() as items:
            return tuple(frozen(item) for item in items)
        case Mapping() as items:
            return tuple((key, frozen(item)) for key, item in sorted(items.items()))
        case slice() as part:
            return ("slice", frozen(part.start), frozen(part.stop), frozen(part.step))
        case OperandRef(slot):
            return ("operand", slot)
        case other:
            return repr(other)


def without(dims: Dims, axes: Iterable[int]) -> Dims:
    """``dims`` with dimensions of size 1 put in at ``axes`` (``keepdim``)."""
    result = list(dims)
    for axis in sorted(axes):
        result.insert(axis, ())
    return tuple(result)
