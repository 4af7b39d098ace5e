"""What a comparison needs to know of a model beside its findings: which stacks are meant, and where fields stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzer.engine.examination import Attempt, examine
from analyzer.engine.main_stacks import with_main_stacks
from analyzer.engine.task import ModelOutcome, Task
from analyzer.graph import BuiltModel, Status
from analyzer.report import FieldPlace, Json
from analyzer.rule.findings import TextOf, place_of
from analyzer.rule.origins import bare, prefixed
from analyzer.rule.rule import Rule


def examine_fully(tried: Attempt, rules: Iterable[Rule], text_of: TextOf, task: Task) -> ModelOutcome:
    """What ``rules`` say about the built model of ``task``, its main stacks, and its configuration fields."""
    query, budget = tried.query(), task.settings.budget
    outcome = with_main_stacks(examine(tried, rules, text_of, budget, query, task.excluded), query, budget)
    if tried.model.status is Status.FAILED:
        return outcome
    return replace(outcome, fields=tuple(_fields(tried.model, text_of)))


def _fields(model: BuiltModel, text_of: TextOf) -> Iterator[FieldPlace]:
    for name, field in model.config.items():
        place = None if field.span.external else place_of("configuration field", field.span, text_of)
        yield FieldPlace(name=prefixed(name), value=_json(bare(field.value)), source=field.source, place=place)


def _json(value: object) -> Json:
    """Scalars and containers of them as they are, the text of anything else."""
    match value:
        case dict():
            return {key: _json(item) for key, item in value.items()}
        case list():
            return [_json(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)
