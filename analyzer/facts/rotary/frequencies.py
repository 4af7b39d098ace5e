"""Where the angles of a rotation come from: base of the frequencies, how they are stretched, in which type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp

from analyzer.facts.dataflow.content import content
from analyzer.facts.rotary.rotary import Rotary
from analyzer.graph import Constant, Dtype, Group, Op, OpKind
from analyzer.query import Query, constant_side, number, sides
from analyzer.values import origin_of


class Scaling(StrEnum):
    """How frequencies are stretched for longer contexts."""

    NONE = "none"
    LINEAR = "linear"
    YARN = "yarn"
    LLAMA3 = "llama3"
    LONGROPE = "longrope"
    DYNAMIC = "dynamic"
    """The base grows with the length of the context."""
    MROPE = "mrope"
    """Features turn by positions along several axes (time, height, width)."""


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """``base`` is the number that is raised to powers, None where the construction is not in the graph; ``scaling`` is
    None where it follows no known form. ``power`` is the operation that raises, ``upcast`` says that the code itself
    computes the angles in float32 (or wider). ``share`` is the part of the frequencies that is not fixed at zero,
    ``zeros`` what is appended to them where some are."""

    base: int | float | None
    power: Op | None
    scaling: Scaling | None
    upcast: bool
    share: float = 1.0
    zeros: tuple[Op, ...] = ()


def frequencies(query: Query, rotary: Rotary) -> Frequencies:
    """The frequencies behind the angles of ``rotary``."""
    return query.get(_of_angles, rotary.angles)


def _of_angles(query: Query, angles: tuple[Op, ...]) -> Frequencies:
    region = _region(query, angles)
    power, base = _power(region)
    scaling = _scaling(query, region, power) if power else None
    if scaling is Scaling.NONE and _grows(base):
        scaling = Scaling.DYNAMIC
    if scaling is Scaling.NONE and _several_axes(region):
        scaling = Scaling.MROPE
    share, zeros = _turning(region, power)
    return Frequencies(base, power, scaling, _upcast(region), share, zeros)


def _grows(base: int | float | None) -> bool:
    """Whether the base is made from other numbers of the configuration by a power (of a ratio of lengths)."""
    origin = origin_of(base)
    return origin is not None and len(origin.fields) > 1 and "**" in origin.expression


def _several_axes(region: tuple[Op, ...]) -> bool:
    """Whether features are put together from several rows of angles, one for each axis of positions."""
    chosen: dict[tuple[int, ...], set[int]] = {}
    for op in region:
        if op.kind is OpKind.SLICE and (row := _row(op)) is not None:
            chosen.setdefault(op.operands[0].source.outputs[0].shape, set()).add(row)
    return any(len(rows) > 1 and len(shape) > 3 and int(shape[0]) > 1 for shape, rows in chosen.items())


def _row(op: Op) -> int | None:
    """The element of the first axis that a selection picks."""
    index = op.arguments.get("index")
    first = index[0] if isinstance(index, tuple) and index else index
    return int(first) if isinstance(first, int) and not isinstance(first, bool) else None


def _turning(region: tuple[Op, ...], power: Op | None) -> tuple[float, tuple[Op, ...]]:
    """The share of frequencies that are powers of the base, and the zeros that are appended to them."""
    for op in region:
        if op.kind is not OpKind.CAT or power is None or op.index < power.index or len(op.outputs[0].shape) != 1:
            continue
        zeros = tuple(one.source for one in op.operands if number(_fill(one.source)) == 0)
        return 1 - sum(int(one.outputs[0].shape[0]) for one in zeros) / int(op.outputs[0].shape[0]), zeros
    return 1.0, ()


def _fill(op: Op) -> Constant:
    return op.arguments.get("fill") if op.kind is OpKind.CREATE else None


def _region(query: Query, angles: tuple[Op, ...]) -> tuple[Op, ...]:
    """Everything above the angles that carries no content, in order of execution."""
    carried = query.get(content)
    found: set[Op] = set()
    stack = list(angles)
    while stack:
        op = stack.pop()
        if op in found or op in carried:
            continue
        found.add(op)
        stack.extend(query.operands(op))
    return tuple(sorted(found, key=lambda op: op.index))


def _power(region: tuple[Op, ...]) -> tuple[Op | None, int | float | None]:
    for op in region:
        if op.kind is OpKind.POW and (pair := sides(op)) is not None:
            base = number(pair[0])
            if base is not None and isinstance(pair[1], Op) and float(base) > 1:
                return op, base
        if op.kind is OpKind.EXP and (base := _exponential(op)) is not None:
            return op, base
    return None, None


def _exponential(op: Op) -> float | None:
    """The base of ``exp(-log(base) / dim * arange(0, dim, 2))``."""
    rate = 1.0
    source = op.operands[0].source
    while source.kind in Group.LAYOUT or (source.kind in (OpKind.MUL, OpKind.DIV) and constant_side(source)):
        if source.kind in (OpKind.MUL, OpKind.DIV):
            tensor, value = constant_side(source) or (source, 1)
            rate = rate * float(value) if source.kind is OpKind.MUL else rate / float(value)
            source = tensor
        else:
            source = source.operands[0].source
    if source.kind is not OpKind.ARANGE:
        return None
    step = number(source.arguments.get("step")) or 1
    length = int(source.outputs[0].shape[0]) * float(step)
    return round(exp(-rate * length), 6) if rate < 0 else None


def _scaling(query: Query, region: tuple[Op, ...], power: Op) -> Scaling | None:
    """The scaling, recognised by the operations between the powers and the product with the positions."""
    between = [op for op in region if op.index > power.index and _is_number_of_frequency(op, power)]
    kinds = {op.kind for op in between}
    if OpKind.CLAMP in kinds and OpKind.SUB in kinds:
        return Scaling.YARN
    if OpKind.WHERE in kinds:
        return Scaling.LLAMA3
    if _multiplied_before(query, region, power):
        return Scaling.LONGROPE
    stretched = any(_by_factor(op) for op in between)
    return Scaling.LINEAR if stretched else Scaling.NONE


def _by_factor(op: Op) -> bool:
    """Whether frequencies are multiplied or divided by a number (``1 / x`` is none)."""
    if op.kind not in (OpKind.DIV, OpKind.MUL) or _one_over(op):
        return False
    found = constant_side(op)
    return found is not None and float(found[1]) != 1


def _is_number_of_frequency(op: Op, power: Op) -> bool:
    return (
        bool(op.outputs) and op.outputs[0].shape[-1:] == power.outputs[0].shape[-1:] and len(op.outputs[0].shape) == 1
    )


def _one_over(op: Op) -> bool:
    pair = sides(op) if op.kind is OpKind.DIV else None
    return pair is not None and number(pair[0]) is not None


def _multiplied_before(query: Query, region: tuple[Op, ...], power: Op) -> bool:
    """Whether a list of factors, one a frequency, is multiplied in."""
    for op in region:
        if op.kind is OpKind.MUL and op.index > power.index and (pair := sides(op)) is not None:
            tensors = [query.skip(side, Group.LAYOUT) for side in pair if isinstance(side, Op)]
            if any(
                t.kind is OpKind.CREATE and int(t.outputs[0].shape[-1:][0] if t.outputs[0].shape else 1) > 1
                for t in tensors
            ):
                return True
    return False


def _upcast(region: tuple[Op, ...]) -> bool:
    turned = [op for op in region if op.kind in (OpKind.COS, OpKind.SIN)]
    casts = [op for op in region if op.kind is OpKind.CAST and (not turned or op.index < turned[-1].index)]
    return any(op.outputs[0].dtype in (Dtype.FLOAT32, Dtype.FLOAT64) for op in casts)
