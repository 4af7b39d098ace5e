"""What a comparison needs to know of a model beside its findings: which stacks are meant, and where fields stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzer.engine.budget import OutOfTime, limited, longest
from analyzer.engine.examination import Attempt, examine
from analyzer.engine.task import ModelOutcome, Task
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.graph import BuiltModel, Status
from analyzer.report import FieldPlace, Json, Problem
from analyzer.rule.findings import TextOf, place_of
from analyzer.rule.origins import bare, prefixed
from analyzer.rule.rule import Rule
from analyzer.workers import step

_ANY_MEMBER = re.compile(r"\.[*{].*")


def examine_fully(tried: Attempt, rules: Iterable[Rule], text_of: TextOf, task: Task) -> ModelOutcome:
    """What ``rules`` say about the built model of ``task``, its main stacks, and its configuration fields."""
    query, budget = tried.query(), task.settings.budget
    outcome = examine(tried, rules, text_of, budget, query, task.excluded)
    if tried.model.status is Status.FAILED:
        return outcome
    fields = tuple(_fields(tried.model, text_of))
    step("looking for its main stacks", longest(budget))
    try:
        with limited(budget):
            main = tuple(_ANY_MEMBER.sub("", stack.pattern) for stack in query.get(main_stacks))
    except (OutOfTime, Exception) as error:  # noqa: BLE001 - rules that ask for the stacks report the same
        message = f"{tried.model.class_name}: main stacks not found ({type(error).__name__}: {error})"
        lost = Problem(path=tried.model.path, line=0, code="internal", message=message)
        return replace(outcome, problems=(*outcome.problems, lost), fields=fields)
    return replace(outcome, main=main, fields=fields)


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
