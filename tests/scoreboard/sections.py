"""Which rows each section scores, and running them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeVar

from analyzer.engine import TreeLocation, opened
from analyzer.names import ModelEntry
from tests import truth
from tests.scoreboard import calls, coverage, dtypes, operations, parameters, statements, subject, traits, work
from tests.scoreboard.board import Section
from tests.truth import Key

Item = TypeVar("Item")
T = TypeVar("T")
SECTIONS = ("params", "calls", "operations", "dtypes", "traits", "coverage")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which models take part: patterns of model types or class names, causal ones only, every n-th only."""

    models: tuple[str, ...] = ()
    causal: bool = False
    every: int = 1
    small: bool = False
    jobs: int = 1
    quiet: bool = True

    def takes(self, model_type: str, class_name: str) -> bool:
        if self.causal and Key(model_type, class_name) not in truth.causal_keys():
            return False
        names = (model_type, class_name)
        return not self.models or any(fnmatchcase(name, wanted) for name in names for wanted in self.models)

    def sample(self, items: Sequence[Item], key: Callable[[Item], tuple[str, str, str]]) -> list[Item]:
        """The chosen items by file, every n-th of them: the same ones every time."""
        chosen = sorted((item for item in items if self.takes(*key(item)[1:])), key=key)
        return chosen[:: self.every]


def score(names: Sequence[str], place: TreeLocation, choice: Choice) -> Iterator[Section]:
    """The sections of these names; ``calls`` and ``operations`` share one build a run."""
    if "params" in names:
        yield _params(place, choice)
    if "calls" in names or "operations" in names:
        yield from (section for section in _runs(place, choice) if section.name in names)
    if "dtypes" in names:
        yield _dtypes(place, choice)
    if "traits" in names:
        yield from _traits(place, choice)
    if "coverage" in names:
        yield _coverage(place, choice)


def _place_of(row: truth.ClassTruth | truth.Run | truth.Measured) -> tuple[str, str, str]:
    return (row.path, *row.key)


def _params(place: TreeLocation, choice: Choice) -> Section:
    rows = choice.sample(truth.classes(), _place_of)
    return parameters.section(list(_spread("params", work.score_class, place, rows, choice)))


def _runs(place: TreeLocation, choice: Choice) -> Iterator[Section]:
    runs = choice.sample(truth.runs(), _place_of)
    scores = list(_spread("runs", work.score_run, place, runs, choice))
    yield calls.section([score.calls for score in scores])
    missing: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    for item in scores:
        missing.update(item.missing)
        extra.update(item.extra)
    yield operations.section([score.operations for score in scores], missing, extra)


def _dtypes(place: TreeLocation, choice: Choice) -> Section:
    runs = [run for run in choice.sample(truth.runs(), _place_of) if run.key in truth.half_keys()]
    scores = list(_spread("dtypes", work.score_dtypes, place, runs, choice))
    wrong: Counter[str] = Counter()
    for _, counts in scores:
        wrong.update(counts)
    return dtypes.section([row for row, _ in scores], wrong)


def _traits(place: TreeLocation, choice: Choice) -> Iterator[Section]:
    measured = choice.sample(truth.measured(), _place_of)
    function = work.score_small_traits if choice.small else work.score_traits
    scores = list(_spread("traits", function, place, measured, choice))
    yield traits.section([score.model for score in scores])
    stated = [item for score in scores for item in score.stated]
    if stated:
        yield statements.section(stated)


def _coverage(place: TreeLocation, choice: Choice) -> Section:
    entries = [entry for entry in opened(place).catalogue().models if entry.main]
    chosen = choice.sample(entries, lambda entry: (entry.path, entry.model_type, entry.class_name))
    return coverage.section(list(_spread("coverage", coverage.cover, place, chosen, choice)))


def _spread(
    label: str, function: Callable[[TreeLocation, Item], T], place: TreeLocation, items: list[Item], choice: Choice
) -> Iterator[T]:
    def progress(done: int, total: int) -> None:
        print(f"\r{label} {done}/{total}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return subject.spread(function, place, items, _file, choice.jobs, None if choice.quiet else progress)


def _file(item: object) -> str:
    assert isinstance(item, truth.ClassTruth | truth.Run | truth.Measured | ModelEntry)
    return item.path
