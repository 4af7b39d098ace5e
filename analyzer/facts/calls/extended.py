"""The model called with more than the analysed call was given, with the least of its layers."""

from __future__ import annotations

from analyzer.facts.calls.reduced_depth import reduced_depth
from analyzer.graph import BuiltModel, Further, Op
from analyzer.query import Query


def called_with(query: Query, further: Further) -> Query | None:
    """The model called with ``further``, as far as that could be followed; None where its call takes no more of the
    kind."""
    return query.get(_called, further)


def _called(query: Query, further: Further) -> Query | None:
    overrides = reduced_depth(query)
    called = query.program.called_with(further, overrides)
    if called is not None and overrides and not _returned(called[0]):
        called = query.program.called_with(further, {})
    return None if called is None else Query(*called)


def _returned(model: BuiltModel) -> bool:
    return model.analysed and bool(model.graph.results)


def counterpart(query: Query, call: Query, op: Op) -> Op | None:
    """What an operation of another call of the model reads where in this one it reads ``op``, else what the place in
    the code that made ``op`` makes there."""
    places = call.get(_places)
    for user, slot in query.graph.users(op):
        there = places.get(_place(user))
        if there is not None and (found := there.operand(slot)) is not None:
            return found
    return places.get(_place(op))


def _places(query: Query) -> dict[object, Op]:
    """The first operation that each place in the code makes in each module."""
    found: dict[object, Op] = {}
    for op in query.ops():
        found.setdefault(_place(op), op)
    return found


def _place(op: Op) -> object:
    return op.module, op.span, op.kind, op.name
