"""Which stacks of a model stand for it, as a part of what is found in it."""

from __future__ import annotations

import re
from dataclasses import replace

from analyzer.engine.budget import OutOfTime, limited, longest
from analyzer.engine.task import ModelOutcome
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.graph import Status
from analyzer.query import Query
from analyzer.report import Problem
from analyzer.workers import step

_ANY_MEMBER = re.compile(r"\.[*{].*")


def with_main_stacks(outcome: ModelOutcome, query: Query, budget: float) -> ModelOutcome:
    """``outcome`` with the module paths (``model.layers``) of the main stacks of the model that ``query`` is about.

    None for a model that failed; a problem where the search breaks or takes longer than ``budget`` seconds.
    """
    if query.model.status is Status.FAILED:
        return outcome
    step("looking for its main stacks", longest(budget))
    try:
        with limited(budget):
            main = tuple(_ANY_MEMBER.sub("", stack.pattern) for stack in query.get(main_stacks))
    except (OutOfTime, Exception) as error:  # noqa: BLE001 - rules that ask for the stacks report the same
        message = f"{query.model.class_name}: main stacks not found ({type(error).__name__}: {error})"
        lost = Problem(path=query.model.path, line=0, code="internal", message=message)
        return replace(outcome, problems=(*outcome.problems, lost))
    return replace(outcome, main=main)
