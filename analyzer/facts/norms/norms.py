"""Normalisations: one call, or written out; with what surrounds them (casts, weight, bias)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from analyzer.facts.dataflow.layout import casts_up, uncast, unwrap, width
from analyzer.facts.dataflow.learned import Learned, learned, weight_side
from analyzer.facts.norms.affine import Affine, affine, is_root
from analyzer.facts.norms.statistics import Denominator, Matcher, Measure, Statistic, divisor, multiplier
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, number, sides

_PROMOTING = (Group.LAYOUT - Group.CAST) | Group.ACTIVATION | {OpKind.ADD, OpKind.SUB, OpKind.MUL, OpKind.DIV}
"""What gives its result the widest type of its operands."""


class NormKind(StrEnum):
    """What is subtracted, what is divided by, and whether anything is learned."""

    RMSNORM = "rmsnorm"
    LAYERNORM = "layernorm"
    LAYERNORM_NONPARAMETRIC = "layernorm_nonparametric"
    BATCHNORM = "batchnorm"
    GROUPNORM = "groupnorm"
    L2NORM = "l2norm"
    SCALENORM = "scalenorm"
    DYNAMIC_TANH = "dynamic_tanh"


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """One execution of a normalisation.

    ``input`` is what is normalised, before casts; ``core`` the operation that divides (or the single call). ``cast`` is
    the operation by which the code itself goes to float32 for the statistic, None where it does not.
    """

    kind: NormKind
    input: Op
    core: Op
    statistic: Denominator
    affine: Affine
    cast: Op | None = None
    single_call: bool = False

    @property
    def output(self) -> Op:
        """The last operation that belongs to the norm."""
        return self.affine.output

    @property
    def unit_offset(self) -> bool:
        """Whether the scale is ``1 + weight``."""
        weight = self.affine.weight
        return weight is not None and weight.offset == 1

    @property
    def cast_before_weight(self) -> bool | None:
        """Whether the code goes back from float32 before the weight is applied; None without a weight or a cast."""
        return self.affine.cast_before_weight if self.cast is not None and self.affine.weight is not None else None

    @property
    def module(self) -> str:
        return self.core.module


def norms(query: Query) -> tuple[Norm, ...]:
    """Every normalisation of activations in the forward call, in order of execution (of weights: none)."""
    found = [norm for op in query.ops(*_CORES) if (norm := _norm(query, op))]
    return tuple(norm for norm in found if not _of_constants(norm.input))


_CALLS = {
    OpKind.LAYER_NORM: NormKind.LAYERNORM,
    OpKind.RMS_NORM: NormKind.RMSNORM,
    OpKind.BATCH_NORM: NormKind.BATCHNORM,
    OpKind.GROUP_NORM: NormKind.GROUPNORM,
    OpKind.NORMALIZE: NormKind.L2NORM,
}
_CORES = (*_CALLS, OpKind.MUL, OpKind.DIV, OpKind.TANH)


def _norm(query: Query, op: Op) -> Norm | None:
    match op.kind:
        case OpKind.MUL:
            return _written_out(query, op, multiplier) or _frozen_batch(query, op)
        case OpKind.DIV:
            return _written_out(query, op, divisor)
        case OpKind.TANH:
            return _dynamic_tanh(query, op)
        case _:
            return _called(query, op)


def _of_constants(op: Op) -> bool:
    return learned(op) is not None or op.kind in (OpKind.BUFFER, OpKind.CREATE, OpKind.ARANGE)


# -- one call -------------------------------------------------------------------------------------------------------


def _called(query: Query, op: Op) -> Norm:
    source = op.operands[0].source
    own = _called_affine(op)
    tail = own if own.weight or own.bias else affine(query, op, _called_width(op))
    kind = _CALLS[op.kind]
    if kind is NormKind.LAYERNORM and tail.weight is None and tail.bias is None:
        kind = NormKind.LAYERNORM_NONPARAMETRIC
    if kind is NormKind.L2NORM:
        kind = _length_kind(op, tail)
    statistic = Denominator(op, _called_width(op), number(op.arguments.get("eps")), op)
    cast = source if casts_up(source) else None
    return Norm(kind, uncast(source), op, statistic, tail, cast, single_call=True)


def _called_affine(op: Op) -> Affine:
    """The weight and the bias that a call applies by itself."""
    weight, bias = _operand(op, "weight"), _operand(op, "bias")
    return Affine(op, weight, bias, op if weight else None, op if bias else None)


def _called_width(op: Op) -> int:
    shape = op.arguments.get("normalized_shape")
    if isinstance(shape, tuple) and shape and isinstance(shape[-1], int):
        size = shape[0]
        for other in shape[1:]:
            size = size * other  # type: ignore[operator]
        return size  # type: ignore[return-value]
    return width(op)


def _operand(op: Op, slot: str) -> Learned | None:
    source = op.operand(slot)
    return learned(source) if source is not None else None


def _length_kind(op: Op, tail: Affine) -> NormKind:
    """A unit vector times the root of its width has root mean square 1."""
    if is_root(tail.factor, width(op)):
        return NormKind.RMSNORM
    if tail.weight is not None and tail.weight.numel == 1:
        return NormKind.SCALENORM
    return NormKind.L2NORM


# -- written out ----------------------------------------------------------------------------------------------------


def _written_out(query: Query, op: Op, scale: Matcher) -> Norm | None:
    if (pair := sides(op)) is None:
        return None
    orders = (pair, pair[::-1]) if op.kind is OpKind.MUL else (pair,)
    for numerator, other in orders:
        if isinstance(numerator, Op) and isinstance(other, Op) and (statistic := scale(other)):
            early = weight_side(numerator) if numerator.kind is OpKind.MUL else None
            top = early[0] if early else numerator
            if match := _centred(top, statistic):
                return _assembled(query, op, match[0], match[1], statistic, (numerator, *early) if early else None)
    return None


def _centred(numerator: Op, statistic: Statistic) -> tuple[Op, bool] | None:
    """(input, whether the mean is subtracted) if ``statistic`` is taken of what ``numerator`` is."""
    top, of = unwrap(numerator), statistic.of
    without_mean = _mean_removed(top)
    if top is of:
        return (without_mean, True) if without_mean is not None else (_input(numerator, statistic), False)
    if without_mean is None:
        return None
    if without_mean is of or _mean_removed(of) is without_mean:
        return without_mean, True
    return None


def _input(numerator: Op, statistic: Statistic) -> Op:
    return uncast(numerator) if width(numerator) == statistic.width else unwrap(numerator)


def _mean_removed(op: Op) -> Op | None:
    """``x`` where ``op`` is ``x - mean(x)``."""
    if op.kind is not OpKind.SUB or (pair := sides(op)) is None:
        return None
    left, right = pair
    if not isinstance(left, Op) or not isinstance(right, Op):
        return None
    mean = unwrap(right)
    if mean.kind is OpKind.MEAN and unwrap(mean.operands[0].source) is unwrap(left):
        return unwrap(left)
    return None


_KINDS = {
    (Measure.MEAN_SQUARE, False): NormKind.RMSNORM,
    (Measure.MEAN_SQUARE, True): NormKind.LAYERNORM,
    (Measure.VARIANCE, True): NormKind.LAYERNORM,
    (Measure.SUM_SQUARE, False): NormKind.L2NORM,
}


def _assembled(
    query: Query,
    core: Op,
    source: Op,
    centred: bool,
    statistic: Statistic,
    early: tuple[Op, Op, Learned] | None,
) -> Norm | None:
    kind = _KINDS.get((statistic.measure, centred))
    if kind is None:
        return None
    tail = affine(query, core, statistic.width)
    if early:
        tail = replace(tail, weight=early[2], weighted=early[0], cast_before_weight=False)
    if kind is NormKind.L2NORM:
        kind = _length_kind(core, tail)
    if kind is NormKind.LAYERNORM and tail.weight is None and tail.bias is None:
        kind = NormKind.LAYERNORM_NONPARAMETRIC
    return Norm(kind, source, core, statistic.denominator, tail, _upcast(statistic.op, unwrap(source)))


def _upcast(statistic: Op, source: Op) -> Op | None:
    """The cast to float32 (or wider) between the input and its statistic, if any."""
    stack, seen = [statistic], {statistic}
    while stack:
        op = stack.pop()
        if casts_up(op):
            return op
        for operand in op.operands:
            if operand.source.index > source.index and operand.source not in seen:
                seen.add(operand.source)
                stack.append(operand.source)
    declared = statistic.arguments.get("dtype")
    return statistic if declared in ("float32", "float64") else _promoted(source, statistic.module)


def _promoted(source: Op, module: str) -> Op | None:
    """The cast in ``module`` that made an operand of the ``source`` float32, and by promotion what is made of it."""
    stack, seen = [source], {source}
    while stack:
        op = stack.pop()
        if casts_up(op):
            return op
        if op.kind in _PROMOTING:
            operands = {operand.source for operand in op.operands if operand.source.module == module}
            stack += operands - seen
            seen |= operands
    return None


def _frozen_batch(query: Query, op: Op) -> Norm | None:
    """``x * (weight * rsqrt(running_var + eps)) + shift``."""
    if (pair := sides(op)) is None:
        return None
    for value, scale in (pair, pair[::-1]):
        if not isinstance(value, Op) or not isinstance(scale, Op):
            continue
        inner = unwrap(scale)
        if (found := weight_side(inner)) is None or (statistic := multiplier(found[0])) is None:
            continue
        if statistic.measure is Measure.RUNNING:
            return _batch(query, op, value, found[1], statistic)
    return None


def _batch(query: Query, op: Op, value: Op, weight: Learned, statistic: Statistic) -> Norm:
    shift = next((user for user in query.users(op) if user.kind is OpKind.ADD), None)
    tail = Affine(shift or op, weight, weighted=op, biased=shift)
    return Norm(NormKind.BATCHNORM, uncast(value), op, statistic.denominator, tail)


def _dynamic_tanh(query: Query, op: Op) -> Norm | None:
    """``weight * tanh(alpha * x) + bias`` with a learned scalar ``alpha``."""
    inner = uncast(op.operands[0].source)
    if inner.kind is not OpKind.MUL or constant_side(inner) or (found := weight_side(inner)) is None:
        return None
    if found[1].numel != 1:
        return None
    tail = affine(query, op, width(op))
    if tail.weight is None:
        return None
    return Norm(NormKind.DYNAMIC_TANH, uncast(found[0]), op, Denominator(inner, width(op)), tail)
