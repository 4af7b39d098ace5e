"""What a model would be under the other branches of its configuration: one field changed at a time, built again.

Fields are those that decided something while the model was built: booleans get their opposite, words the others that
they are compared with, values that are compared with None become None. A model of many equal layers is built with one
of each kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from analyzer.facts.calls.reduced_depth import reduced_depth
from analyzer.graph import BuiltModel, Decision, DecisionKind
from analyzer.query import Query
from analyzer.report import Alternative, Change, Finding, Json
from analyzer.values import plain

MOST = 32
_BRANCHING = frozenset({DecisionKind.BRANCH, DecisionKind.ENTRY})

Examine = Callable[[Mapping[str, object]], "tuple[Finding, ...] | None"]
"""The findings under overrides of fields; None where no model can be built."""


def alternatives(query: Query, examine: Examine) -> Iterator[Alternative]:
    """What each field that decided something would change."""
    model = query.model
    small = reduced_depth(query)
    before = examine(small) if small else None
    if before is None:
        small, before = {}, examine({})
    if before is None:
        return
    for field, other in candidates(model)[:MOST]:
        current = plain(model.config[field].value)
        if not isinstance(current, bool | int | float | str):
            continue
        after = examine({**small, field: other})
        if after is None:
            yield Alternative(field=field, current=current, other=other, changes=(), buildable=False)
        elif changes := tuple(_changes(before, after)):
            yield Alternative(field=field, current=current, other=other, changes=changes)


def candidates(model: BuiltModel) -> list[tuple[str, bool | str | None]]:
    """(field, another value) for every field whose other branches are known, each once, in order of decisions."""
    found: dict[tuple[str, bool | str | None], None] = {}
    for decision in (one for one in model.decisions if one.kind in _BRANCHING):
        for name in sorted(decision.fields):
            field = name.removeprefix("config.")
            if field in model.config:
                found.update(((field, other), None) for other in _others(plain(model.config[field].value), decision))
    return list(found)


def _others(value: object, decision: Decision) -> Iterator[bool | str | None]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str) and len(decision.fields) == 1:
        yield from (word for word in re.findall(r"'([^']*)'", decision.expression) if word != value)
    elif isinstance(value, int | float) and re.search(r"\bis (not )?None$", decision.expression):
        yield None


def _changes(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Iterator[Change]:
    first, second = _by_place(before), _by_place(after)
    for key in dict.fromkeys((*first, *second)):
        one, other = first.get(key), second.get(key)
        if one != other:
            yield Change(trait=key[0], module=key[1], before=one, after=other)


def _by_place(findings: tuple[Finding, ...]) -> dict[tuple[str, str], Json]:
    traits = (one for one in findings if one.trait is not None and one.kind == "trait")
    return {(str(one.trait), one.module): "unknown" if one.reason is not None else one.value for one in traits}
