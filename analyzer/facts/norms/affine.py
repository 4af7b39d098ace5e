"""What follows a normalisation: cast back, weight, bias."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isclose

from analyzer.facts.dataflow.learned import Learned, weight_side
from analyzer.graph import Op, OpKind
from analyzer.query import Query, constant_side

_STEPS = frozenset({OpKind.CAST, OpKind.COPY, OpKind.RESHAPE})


@dataclass(frozen=True, slots=True)
class Affine:
    """Weight and bias of a norm, and where they are applied: ``weighted`` by the weight, ``biased`` by the bias.

    ``output`` is the last operation of the norm, also without either; ``factor`` a constant multiplier on the way.
    ``cast_before_weight`` says that the type changes before the weight is applied.
    """

    output: Op
    weight: Learned | None = None
    bias: Learned | None = None
    weighted: Op | None = None
    biased: Op | None = None
    cast_before_weight: bool = False
    factor: float | None = None


def affine(query: Query, core: Op, width: int) -> Affine:
    """Weight and bias that are applied to the output of ``core`` and nothing else is.

    A constant multiplier belongs to the norm if a weight follows, or if it is the root of the width, which makes a
    length a root mean square; any other one is put on what was normalised.
    """
    found, current, cast = Affine(core), core, False
    kept = found
    while (step := _only_reader(query, current)) is not None:
        if step.kind in _STEPS:
            cast = cast or step.kind is OpKind.CAST
            current = step
            continue
        if (grown := _grown(found, step, cast, width)) is None:
            break
        kept = kept if grown.factor != found.factor and not is_root(grown.factor, width) else grown
        found, current = grown, step
    return kept


def is_root(factor: float | None, width: int) -> bool:
    """Whether a constant is the root of the width."""
    return factor is not None and isclose(factor, float(width) ** 0.5, rel_tol=1e-4)


def _only_reader(query: Query, op: Op) -> Op | None:
    """The one operation that reads ``op``; a cast that the others do not need counts as none."""
    users = query.users(op)
    return users[0] if len(users) == 1 else None


def _grown(found: Affine, step: Op, cast: bool, width: int) -> Affine | None:
    pair = weight_side(step)
    if pair is None:
        if step.kind is OpKind.MUL and found.weight is None and (constant := constant_side(step)):
            return replace(found, output=step, factor=float(constant[1]) * (found.factor or 1.0))
        return None
    if pair[1].numel not in (int(width), 1) and not _per_group(pair[1], width):
        return None
    if step.kind is OpKind.MUL and found.weight is None and found.bias is None:
        return replace(found, output=step, weight=pair[1], weighted=step, cast_before_weight=cast)
    if step.kind is OpKind.ADD and found.bias is None:
        return replace(found, output=step, bias=pair[1], biased=step)
    return None


def _per_group(parameter: Learned, width: int) -> bool:
    """Whether the weight spans several groups that are normalised apart."""
    return width > 1 and len(parameter.parameter.outputs[0].shape) == 1 and parameter.numel % int(width) == 0
