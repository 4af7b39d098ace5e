"""One model: build it and run the rules on it; errors of either become problems of the report."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from msgspec import UNSET

from analyzer.base import Gap, GapCode, InputError, is_theirs
from analyzer.engine import config_file
from analyzer.engine.budget import OutOfTime, SharedBudget, limited, longest
from analyzer.engine.finding_contract import checked
from analyzer.engine.task import BUDGET, ExcludedRule, ModelOutcome, ModelSummary, Settings
from analyzer.engine.undecided_traits import undecided
from analyzer.graph import NO_PROGRAM, BuiltModel, OpGraph, OpKind, Phase, Program, Status
from analyzer.interpret import Request
from analyzer.names import ModelEntry
from analyzer.query import Query
from analyzer.report import Finding, Problem
from analyzer.rule.findings import TextOf, finding, sort_key
from analyzer.rule.mistakes import hint
from analyzer.rule.packs import displayed
from analyzer.rule.rule import Rule
from analyzer.workers import step
from analyzer.workers.loss import words

NOTHING: Mapping[str, Any] = MappingProxyType({})
RULE_STEP: Final = "running rule "
"""Begins the name of the step that a rule is, before its id."""
RULE_FAILED: Final = "rule-failed"
TOGETHER: Final = 30.0
"""Seconds of computing for all rules on one model; on the largest models of transformers they take less than ten."""
Builder: TypeAlias = Callable[[Request], BuiltModel]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A built model (failed, if building it broke this program), the problems met, and the program that the model was
    built from."""

    model: BuiltModel
    problems: tuple[Problem, ...] = ()
    program: Program = NO_PROGRAM

    def query(self) -> Query:
        """A new query of the model and its program."""
        return Query(self.model, self.program)


def request_of(entry: ModelEntry, settings: Settings) -> Request:
    """What the interpreter is asked for to build ``entry`` under ``settings``."""
    return Request(
        entry=entry,
        config=settings.config,
        overrides=dict(settings.overrides),
        inputs=settings.inputs,
        arguments=dict(settings.arguments),
        trace=settings.trace,
        published=settings.published,
        dtype=settings.dtype,
    )


def attempt(build: Builder, entry: ModelEntry, settings: Settings) -> Attempt:
    """``entry`` built under ``settings``; whatever goes wrong becomes a failed model and a problem."""
    request = request_of(entry, settings)
    step(f"building {entry.class_name}", longest(settings.budget))
    try:
        with limited(settings.budget):
            model = build(request)
    except OutOfTime:
        return _over_budget(entry, f"not built within {settings.budget:g} seconds")
    except MemoryError:
        return _over_budget(entry, "not built, for it takes more memory than there is for one model")
    except InputError as error:
        return Attempt(failed_model(entry, GapCode.RAISED, str(error)), (problem_of(error),))
    except Exception as error:  # noqa: BLE001 - a bug of this program costs one model, not the scan
        explanation = f"{type(error).__name__}: {error}"
        return Attempt(failed_model(entry, GapCode.INTERNAL, explanation), (_internal(entry, error, explanation),))
    return Attempt(model, (*config_file.problems(model, settings, settings.config_file), *_failure(model)))


def examine(
    tried: Attempt,
    rules: Iterable[Rule],
    text_of: TextOf,
    budget: float,
    query: Query | None = None,
    excluded: Iterable[ExcludedRule] = (),
) -> ModelOutcome:
    """What ``rules`` say about a built model; ``query`` is one to it that the caller has, too.

    A rule that fails, in whatever way, is a problem and costs its own findings; so does one of ``excluded``, which does
    not run.
    """
    query, rules = query or tried.query(), tuple(rules)
    findings: dict[tuple[object, ...], Finding] = {}
    problems = list(tried.problems)
    if tried.model.analysed:
        reasons = {one.rule: one.reason for one in excluded}
        together = SharedBudget(min(budget, TOGETHER))
        for rule in rules:
            found = _excluded(rule, query, reasons) or _run(rule, query, text_of, together)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                findings.update((sort_key(item), item) for item in found)
        # What is left open says nothing new where the rules have run out of time.
        with suppress(OutOfTime), limited(together.left, computing=True):
            open_ones = tuple(undecided(query, rules, tuple(findings.values()), text_of))
            findings.update((sort_key(item), item) for item in open_ones)
    ordered = tuple(findings[key] for key in sorted(findings))
    return ModelOutcome(summarise(tried.model), ordered, tuple(problems))


def _excluded(rule: Rule, query: Query, reasons: Mapping[str, str]) -> Problem | None:
    return _rule_problem(rule, query.model, reasons[rule.id]) if rule.id in reasons else None


def _run(rule: Rule, query: Query, text_of: TextOf, together: SharedBudget) -> list[Finding] | Problem:
    """The findings of one rule, or how it failed: it raised, ran out of time, or returned something invalid."""
    step(f"{RULE_STEP}{rule.id}", longest(BUDGET))
    try:
        with limited(together.left, computing=True):
            return [checked(finding(match, rule, query, text_of)) for match in rule.matches(query)]
    except OutOfTime:
        return _rule_problem(rule, query.model, f"the rules on one model may compute for {TOGETHER:g} seconds together")
    except BaseException as error:
        if not is_theirs(error):
            raise
        return _rule_failed(rule, query.model, error)


def summarise(model: BuiltModel) -> ModelSummary:
    """The part of ``model`` that a report keeps."""
    forward = [op for op in model.graph.ops if op.phase is Phase.FORWARD]
    return ModelSummary(
        model_type=model.model_type,
        class_name=model.class_name,
        config_class=model.config_class,
        path=model.path,
        status=model.status,
        parameters=model.total if model.analysed else None,
        operations=len(forward),
        unknown=sum(op.kind is OpKind.UNKNOWN for op in forward),
        gaps=model.gaps,
        other_classes=model.other_classes,
    )


def problem_of(error: InputError) -> Problem:
    """The report's form of an error that a user can act on."""
    return Problem(path=error.path, line=error.line, code=error.code, message=error.message)


def _over_budget(entry: ModelEntry, explanation: str) -> Attempt:
    late = failed_model(entry, GapCode.BUDGET, explanation)
    return Attempt(late, tuple(_failure(late)))


def _failure(model: BuiltModel) -> Iterator[Problem]:
    if model.status is Status.FAILED:
        message = f"{model.class_name}: {model.failure or 'could not be constructed'}"
        yield Problem(path=model.path, line=0, code="model-failed", message=message)


def _internal(entry: ModelEntry, error: Exception, explanation: str) -> Problem:
    return Problem(
        path=entry.path,
        line=0,
        code="internal",
        message=f"{entry.class_name}: {explanation}",
        traceback="".join(traceback.format_exception(error)),
    )


def _rule_failed(rule: Rule, model: BuiltModel, error: BaseException) -> Problem:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == rule.path]
    line = frames[-1].lineno or 0 if frames else 0
    trace = "".join(traceback.format_exception(error))
    return _rule_problem(rule, model, words(error) + hint(error), line, trace)


def _rule_problem(rule: Rule, model: BuiltModel, message: str, line: int = 0, trace: str = "") -> Problem:
    return Problem(
        path=displayed(rule.path),
        line=line,
        code=RULE_FAILED,
        message=f"{rule.id} on {model.model_type} ({model.class_name}): {message}",
        traceback=trace or UNSET,
    )


def failed_model(entry: ModelEntry, code: GapCode, explanation: str) -> BuiltModel:
    """A model that failed, with ``explanation`` as its only gap."""
    return BuiltModel(
        model_type=entry.model_type,
        class_name=entry.class_name,
        config_class=entry.config_class or "",
        path=entry.path,
        status=Status.FAILED,
        modules=(),
        parameters=(),
        buffers=(),
        tied=NOTHING,
        config=NOTHING,
        inputs=NOTHING,
        graph=OpGraph(()),
        calls=(),
        gaps=(Gap(code, entry.class_name, explanation=explanation),),
        mappings=entry.mappings,
        other_classes=entry.others,
        failure=explanation,
    )
