"""Which operations belong to which normalisation."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.facts.norms.norms import Norm, norms
from analyzer.graph import Group, Op
from analyzer.query import Query


def norm_of_operation(query: Query) -> Mapping[Op, Norm]:
    """The norm that each operation is part of."""
    found: dict[Op, Norm] = {}
    for norm in query.facts(norms):
        for op in _body(query, norm):
            found.setdefault(op, norm)
    return found


def _body(query: Query, norm: Norm) -> set[Op]:
    body, stack = {norm.output}, [norm.output]
    while stack:
        for source in query.operands(stack.pop()):
            if source not in body and source.index > norm.input.index and source.kind not in Group.SOURCE:
                body.add(source)
                stack.append(source)
    return body
