"""Choices that configuration values made while a model was built and run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analyzer.base import Span


class DecisionKind(StrEnum):
    """What was decided: whether a branch runs, which entry of a table is taken, which class a part of the model has, or
    how often a loop runs."""

    BRANCH = "branch"
    ENTRY = "entry"
    PART = "part"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Decision:
    """One condition, choice or number of repetitions that configuration values decided.

    ``expression`` is the condition over configuration fields, ``outcome`` its truth (or the key that was looked up),
    ``span`` where it is written, ``module`` the path of the module whose code asked. ``ops`` is the range of operations
    (first, past the last) that ran under it and ``modules`` the paths of the modules that were made under it.
    """

    expression: str
    fields: frozenset[str]
    outcome: bool | str
    span: Span
    module: str
    ops: tuple[int, int]
    modules: tuple[str, ...] = ()
    kind: DecisionKind = DecisionKind.BRANCH
