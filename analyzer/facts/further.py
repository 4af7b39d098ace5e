"""The model called with more than the analysed call was given, with the least of its layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from analyzer.facts.fewer import fewer_layers
from analyzer.graph import BuiltModel, Further, Op
from analyzer.query import Query


def called_with(query: Query, further: Further) -> Query | None:
    """The model called with ``further``, as far as that could be followed; None where its call takes no more of the
    kind."""
    return query.once(_finder(further))


@cache
def _finder(further: Further) -> Callable[[Query], Query | None]:
    return lambda query: _called(query, further)


def _called(query: Query, further: Further) -> Query | None:
    fewer = fewer_layers(query)
    model = query.model.again(further, fewer)
    if model is not None and fewer and not _returned(model):
        model = query.model.again(further, {})
    return None if model is None else Query(model)


def _returned(model: BuiltModel) -> bool:
    return model.analysed and bool(model.graph.results)


def same_place(query: Query, op: Op) -> Op | None:
    """The first operation, in another call of the model, that the place in the code which made ``op`` makes there."""
    candidates = (one for one in query.graph.ops if one.span == op.span and one.module == op.module)
    return next((one for one in candidates if one.target == op.target), None)
