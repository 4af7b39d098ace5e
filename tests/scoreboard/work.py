"""What is done for one row of truth, in whichever process; results are small."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from analyzer.engine import TreeLocation, opened
from analyzer.names import ModelEntry
from analyzer.report import Finding
from tests import truth
from tests.scoreboard import calls, dtypes, operations, parameters, sizes, statements, subject, traits
from tests.scoreboard.board import Row
from tests.scoreboard.traits import ModelVerdicts, Outcome, Verdict
from tests.scoreboard.vocabulary import Expectation, Scope, expectations
from tests.truth import ClassTruth, Key, Measured, Run, Statement


@dataclass(frozen=True, slots=True)
class RunScore:
    """Both scores of one run, from one build."""

    calls: Row
    operations: Row
    missing: Counter[str]
    extra: Counter[str]


@dataclass(frozen=True, slots=True)
class TraitScore:
    model: ModelVerdicts
    stated: tuple[tuple[Statement, Outcome, str], ...]


def score_class(place: TreeLocation, row: ClassTruth) -> Row:
    """Parameters of one class."""
    causal = row.key in truth.causal_keys()
    try:
        built = subject.construct(place, row)
    except subject.NotFound as error:
        return _lost(row.key, causal, str(error))
    return dataclasses.replace(parameters.score(row, built.model, causal), seconds=built.seconds, **_crash(built))


def score_run(place: TreeLocation, run: Run) -> RunScore:
    """Calls and operations of one recorded run."""
    causal = run.key in truth.causal_keys()
    expected = truth.trace(run.key)
    assert expected is not None
    try:
        built = subject.trace(place, run)
    except subject.NotFound as error:
        lost = _lost(run.key, causal, str(error))
        return RunScore(lost, lost, Counter(), Counter())
    order = calls.score(run, built.model, causal)
    steps, missing, extra = operations.score(expected, built.model, causal)
    more: dict[str, Any] = {"seconds": built.seconds, **_crash(built)}
    return RunScore(dataclasses.replace(order, **more), dataclasses.replace(steps, **more), missing, extra)


def score_dtypes(place: TreeLocation, run: Run) -> tuple[Row, Counter[str]]:
    """Element types of one run in bfloat16."""
    causal = run.key in truth.causal_keys()
    expected, full = truth.half_trace(run.key), truth.trace(run.key)
    assert expected is not None
    assert full is not None
    try:
        built = subject.trace(place, run, half=True)
    except subject.NotFound as error:
        return _lost(run.key, causal, str(error)), Counter()
    row, wrong = dtypes.score(expected, full, built.model, causal)
    return dataclasses.replace(row, seconds=built.seconds, **_crash(built)), wrong


def score_traits(place: TreeLocation, measured: Measured, scope: Scope = Scope.DEFAULT) -> TraitScore:
    """Traits of one measured model under its default configuration, those made of small sizes under the small one.

    With ``scope`` SMALL everything that may be scored under the small configuration is, and nothing else.
    """
    asked = wanted(measured)
    default, small = _by_scope(asked, scope)
    name = "/".join(measured.key)
    try:
        found, seconds = _findings(place, measured.key, bool(default), bool(small))
    except subject.NotFound:
        verdicts = [Verdict(item.trait, str(item.value), "not in the catalogue", Outcome.MISSING) for item in asked]
        return TraitScore(ModelVerdicts(name, measured.causal, tuple(verdicts)), ())
    verdicts = [
        *(traits.judge(item, found[Scope.DEFAULT], measured.main_stack) for item in default),
        *(traits.judge(item, found[Scope.SMALL], measured.main_stack) for item in small),
    ]
    verdicts = [traits.dispute(verdict, measured.key.model_type) for verdict in verdicts]
    stated = tuple(
        (statement, *statements.judge(statement, found[Scope.DEFAULT], measured.main_stack))
        for statement in _statements(place, measured.key)
        if default
    )
    return TraitScore(ModelVerdicts(name, measured.causal, tuple(verdicts), seconds), stated)


def wanted(measured: Measured) -> list[Expectation]:
    """Everything that the truth decides about one measured model."""
    return [*expectations(measured), *_sizes(measured)]


def score_small_traits(place: TreeLocation, measured: Measured) -> TraitScore:
    """``score_traits`` under the small configuration only: fast."""
    return score_traits(place, measured, Scope.SMALL)


def _by_scope(wanted: list[Expectation], scope: Scope) -> tuple[list[Expectation], list[Expectation]]:
    if scope is Scope.SMALL:
        return [], [item for item in wanted if item.scope is not Scope.DEFAULT]
    small = [item for item in wanted if item.scope is Scope.SMALL]
    return [item for item in wanted if item.scope is not Scope.SMALL], small


def _findings(
    place: TreeLocation, key: Key, default: bool, small: bool
) -> tuple[Mapping[Scope, tuple[Finding, ...]], float]:
    found: dict[Scope, tuple[Finding, ...]] = {Scope.DEFAULT: (), Scope.SMALL: ()}
    seconds = 0.0
    if default:
        row = classes_by_key().get(key)
        config_class = row.config_class if row else subject.config_class_of(opened(place), runs_by_key()[key])
        built = subject.under_default(place, key, config_class, row.overrides if row else {})
        found[Scope.DEFAULT] = subject.findings(place, built)
        seconds += built.seconds
    if small:
        built = subject.trace(place, runs_by_key()[key])
        found[Scope.SMALL] = subject.findings(place, built)
        seconds += built.seconds
    return found, seconds


@cache
def classes_by_key() -> Mapping[Key, ClassTruth]:
    return {row.key: row for row in truth.classes()}


@cache
def runs_by_key() -> Mapping[Key, Run]:
    return {row.key: row for row in truth.runs()}


def _sizes(measured: Measured) -> Iterator[Expectation]:
    if row := classes_by_key().get(measured.key):
        yield from sizes.expectations(measured, row)


def _statements(place: TreeLocation, key: Key) -> Iterator[Statement]:
    """Statements are about the model type: they are judged once, on its main class."""
    entry = subject.entry_of(opened(place), key, "")
    if _is_main(opened(place).catalogue().models, entry, key):
        mine = (statement for statement in truth.statements() if statement.model_type == key.model_type)
        yield from filter(statements.usable, mine)


def _is_main(models: tuple[ModelEntry, ...], entry: ModelEntry, key: Key) -> bool:
    mains = {item.class_name for item in models if item.main and item.model_type == key.model_type}
    return entry.class_name in mains


def _lost(key: Key, causal: bool, reason: str) -> Row:
    return Row("/".join(key), causal, False, 0.0, f"failed: {reason}")


def _crash(built: subject.Built) -> dict[str, Any]:
    """A bug in the tool, with the innermost line of its traceback, says more than the first difference."""
    traces = [problem.traceback for problem in built.attempt.problems if problem.code == "internal"]
    texts = [text for text in traces if isinstance(text, str)]
    if not texts:
        return {}
    lines = [line.strip() for line in texts[0].splitlines() if line.strip()]
    place = next((line for line in reversed(lines) if line.startswith("File ")), "")
    return {"exact": False, "score": 0.0, "difference": f"crash: {lines[-1]} ({place})"}
