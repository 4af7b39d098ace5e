"""How long a rotated pair of features is afterwards: the factor on cosines and sines, one for a plain rotation.

YaRN and LongRoPE multiply both by a number that grows with the stretch of the context, so products of rotated queries
and keys carry its square (Peng, Quesnelle, Fan, Shippole 2023, arXiv:2309.00071).
"""

from __future__ import annotations

from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.factors import ONE, Factor, factor_above
from analyzer.facts.rotary.rotary import Rotary
from analyzer.graph import Op, OpKind
from analyzer.query import Query


def magnitude(query: Query, rotary: Rotary) -> Factor | None:
    """The factor on the cosines and sines of ``rotary``; None where they are not made in the traced code, or differ."""
    return query.get(_of_angles, rotary.angles)


def _of_angles(query: Query, angles: tuple[Op, ...]) -> Factor | None:
    carried = query.get(content)
    found = [factor_above(op, _trigonometric, lambda above: above not in carried) for op in angles]
    made = all(_from_trigonometry(query, op) for op in angles)
    values = {factor.value for factor in found}
    return found[0] if made and len(values) == 1 and None not in values else None


def _trigonometric(op: Op) -> Factor | None:
    return ONE if op.kind in (OpKind.COS, OpKind.SIN) or op.name == "polar" else None


def _from_trigonometry(query: Query, op: Op) -> bool:
    above = query.above(op) | {op}
    return any(_trigonometric(one) is not None for one in above)
