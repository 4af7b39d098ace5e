"""One model at a time: what is kept, and what survives when building or a rule breaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from msgspec import UNSET

from analyzer.base import Gap, GapCode, InputError, Span
from analyzer.engine import Attempt, Settings, attempt, examine, summarise
from analyzer.engine.assemble import gap_reports
from analyzer.engine.budget import OutOfTime, limited
from analyzer.engine.evidence_text import EvidenceText
from analyzer.graph import BuiltModel, OpKind, Status
from analyzer.interpret import Request
from analyzer.names import ModelEntry
from analyzer.query import Query
from analyzer.rule import Match, Rule
from tests.rule.made import made_model, made_op

ENTRY = ModelEntry(
    model_type="oak",
    class_name="OakForCausalLM",
    module="oak.modeling_oak",
    path="models/oak/modeling_oak.py",
    config_class=None,
    config_module=None,
    mappings=(),
    main=True,
)


def rule(identifier: str, check: Callable[[Query], Iterable[Match]]) -> Rule:
    return Rule(identifier, identifier.lower(), check, traits=("own.leaves",))


def one(query: Query) -> Iterable[Match]:
    yield Match(1, module="layers.10")
    yield Match(1, module="layers.2")
    yield Match(1, module="layers.2")


def broken(query: Query) -> Iterable[Match]:
    yield Match(2)
    raise ZeroDivisionError("no leaves")


def endless(query: Query) -> Iterable[Match]:
    while True:
        time.sleep(0.001)
    yield Match(3)


def no_text(span: Span) -> str:
    return ""


def test_findings_are_ordered_and_told_once() -> None:
    outcome = examine(Attempt(made_model()), [rule("OAK001", one)], no_text, 5)
    assert [item.module for item in outcome.findings] == ["layers.2", "layers.10"]


def test_rule_that_raises_costs_its_own_findings_only() -> None:
    rules = [rule("OAK001", one), rule("OAK002", broken), rule("OAK003", one)]
    outcome = examine(Attempt(made_model()), rules, no_text, 5)
    assert {item.rule for item in outcome.findings} == {"OAK001", "OAK003"}
    (problem,) = outcome.problems
    assert problem.code == "rule-failed"
    assert problem.message == "OAK002 on oak (OakForCausalLM): ZeroDivisionError: no leaves"
    assert Path(problem.path) == Path(__file__)
    assert "raise ZeroDivisionError" in Path(__file__).read_text().splitlines()[problem.line - 1]
    assert problem.traceback is not UNSET
    assert "in broken" in problem.traceback


def test_rule_without_end_is_stopped() -> None:
    outcome = examine(Attempt(made_model()), [rule("OAK003", endless), rule("OAK004", one)], no_text, 0.05)
    assert {item.rule for item in outcome.findings} == {"OAK004"}
    assert "compute for" in outcome.problems[0].message


def test_rules_do_not_run_on_a_model_that_could_not_be_built() -> None:
    failed = made_model(status=Status.FAILED, failure="no class")
    assert examine(Attempt(failed), [rule("OAK002", broken)], no_text, 5).problems == ()


def raising(error: Exception) -> Callable[[Request], BuiltModel]:
    def build(request: Request) -> BuiltModel:
        raise error

    return build


def test_bug_in_building_is_a_failed_model_with_its_traceback() -> None:
    tried = attempt(raising(KeyError("bark")), ENTRY, Settings())
    assert (tried.model.status, tried.model.model_type) == (Status.FAILED, "oak")
    assert [gap.code for gap in tried.model.gaps] == [GapCode.INTERNAL]
    (problem,) = tried.problems
    assert problem.code == "internal"
    assert "KeyError" in str(problem.traceback)


def test_users_mistake_keeps_its_place() -> None:
    tried = attempt(raising(InputError("no such field", path="config.json", line=3, code="config")), ENTRY, Settings())
    (problem,) = tried.problems
    assert (problem.path, problem.line, problem.code) == ("config.json", 3, "config")


def test_building_without_end_is_a_gap() -> None:
    def build(request: Request) -> BuiltModel:
        while True:
            time.sleep(0.001)

    tried = attempt(build, ENTRY, Settings(budget=0.05))
    assert [gap.code for gap in tried.model.gaps] == [GapCode.BUDGET]
    assert tried.problems[0].code == "model-failed"


def test_settings_reach_the_request() -> None:
    seen: list[Request] = []

    def build(request: Request) -> BuiltModel:
        seen.append(request)
        return made_model()

    settings = Settings({"a": 1}, {"b": 2}, False, {"x": ("int64", (2, 7))}, {"use_cache": False})
    attempt(build, ENTRY, settings)
    (request,) = seen
    assert (request.entry, request.config, request.overrides, request.trace) == (ENTRY, {"a": 1}, {"b": 2}, False)
    assert (request.inputs, request.arguments) == ({"x": ("int64", (2, 7))}, {"use_cache": False})


def test_failure_without_exception_is_a_problem_too() -> None:
    tried = attempt(lambda request: made_model(status=Status.FAILED, failure="no class"), ENTRY, Settings())
    assert [(item.code, item.message) for item in tried.problems] == [("model-failed", "OakForCausalLM: no class")]


def test_summary_counts_the_forward_call() -> None:
    summary = summarise(made_model(ops=[made_op(0), made_op(1, OpKind.UNKNOWN)]))
    assert (summary.operations, summary.unknown, summary.parameters) == (2, 1, 0)
    assert summarise(made_model(status=Status.FAILED)).parameters is None


def test_gaps_are_counted_at_their_first_place() -> None:
    first, second = Span("a.py", 1, 0, 1, 1), Span("a.py", 9, 0, 9, 1)
    gaps = [
        Gap(GapCode.UNKNOWN_NAME, "rare", second),
        Gap(GapCode.UNKNOWN_NAME, "often", first),
        Gap(GapCode.UNKNOWN_NAME, "often", second),
    ]
    reports = gap_reports(gaps)
    assert [(item.construct, item.count, item.line) for item in reports] == [("often", 2, 1), ("rare", 1, 9)]


def test_limit_is_lifted_afterwards() -> None:
    with limited(0.02):
        pass
    time.sleep(0.04)
    with pytest.raises(OutOfTime), limited(0.02):
        time.sleep(1)


def test_limit_outside_the_main_thread_does_nothing() -> None:
    done: list[bool] = []

    def work() -> None:
        with limited(0.001):
            time.sleep(0.01)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_text_of_places(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = f(\n    1,\n    'ü' )\ny = 2\n", encoding="utf-8")
    texts = EvidenceText(tmp_path)
    assert texts(Span("a.py", 1, 4, 3, 9)) == "f( 1, 'ü' )"
    assert texts(Span("a.py", 4, 0, 4, 1)) == "y"
    assert texts(Span("a.py", 44, 0, 44, 1)) == ""
    assert texts(Span("gone.py", 1, 0, 1, 1)) == ""
    assert EvidenceText(tmp_path / "a.py")(Span("a.py", 4, 4, 4, 5)) == "2"


def test_long_text_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x" * 1000)
    text = EvidenceText(tmp_path)(Span("a.py", 1, 0, 1, 1000))
    assert len(text) == 200
    assert text.endswith("…")
