"""The model called with extra inputs, and with as few layers as show all their kinds."""

from __future__ import annotations

from analyzer.facts.calls.reduced_depth import reduced_depth
from analyzer.graph import BuiltModel, ExtraInputs, Op
from analyzer.query import Query


def called_with(query: Query, extra: ExtraInputs) -> Query | None:
    """The model called with ``extra`` inputs, as far as the call could be followed; None if it takes no such inputs."""
    return query.get(_called, extra)


def _called(query: Query, extra: ExtraInputs) -> Query | None:
    overrides = reduced_depth(query)
    called = query.program.called_with(extra, overrides)
    if called is not None and overrides and not _returned(called[0]):
        called = query.program.called_with(extra, {})
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
