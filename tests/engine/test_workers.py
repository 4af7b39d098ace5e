"""Models in worker processes: what dies costs one model, and the same bytes come from one process and from many."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import analyzer
from analyzer import Report
from analyzer.engine import Attempt, Packs, Settings, TreeLocation, build_all, choose, examine_all, opened, spread
from analyzer.engine.budget import longest
from analyzer.engine.lost import lost_attempt, without_rule
from analyzer.engine.task import BUDGET, ExcludedRule, Task
from analyzer.graph import Status
from analyzer.report import Problem
from analyzer.workers import Loss, LossKind
from tests.cli.programs import rule
from tests.engine.test_examination import ENTRY

MODEL = """
import torch
from torch import nn


class {name}(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inner(self.norm(x))
"""
NAMES = ("Ash", "Beech", "Cedar", "Doomed", "Elder")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Three files, the last one with three models."""
    folder = tmp_path / "trees"
    folder.mkdir()
    for name in NAMES[:2]:
        (folder / f"modeling_{name.lower()}.py").write_text(MODEL.format(name=name))
    (folder / "modeling_others.py").write_text("".join(MODEL.format(name=name) for name in NAMES[2:]))
    return folder


def statuses(report: Report) -> dict[str, str]:
    return {model.class_name: model.status for model in report.models}


def complete(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "complete")


def name_of(attempt: Attempt) -> tuple[str, str]:
    return attempt.model.class_name, attempt.model.status.value


def dies(attempt: Attempt) -> tuple[str, str]:
    if attempt.model.class_name == "Doomed" and attempt.model.status is not Status.FAILED:
        os._exit(9)
    return name_of(attempt)


def raises(attempt: Attempt) -> str:
    raise LookupError(attempt.model.class_name)


def crash(number: int) -> int:
    if number == 2:
        os.abort()
    return number


def test_the_same_bytes_wherever_models_are_built(tree: Path) -> None:
    here = analyzer.scan(tree, all_classes=True, jobs=1).to_json()
    assert analyzer.scan(tree, all_classes=True, jobs=4, isolate=False).to_json() == here
    assert analyzer.scan(tree, all_classes=True, jobs=1, isolate=True).to_json() == here
    assert analyzer.scan(tree, all_classes=True, jobs=4).to_json() == here


def test_a_model_that_ends_its_worker_is_a_failed_model(tree: Path) -> None:
    found = dict(analyzer.each(dies, tree, all_classes=True, jobs=2))
    assert found == {**complete(*NAMES), "Doomed": "failed"}


def test_what_is_asked_of_models_may_raise(tree: Path) -> None:
    for isolate in (False, True):
        with pytest.raises(LookupError, match="Ash"):
            list(analyzer.each(raises, tree, models=["Ash"], jobs=1, isolate=isolate))


def test_progress_is_told(tree: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    analyzer.scan(tree, all_classes=True, jobs=2, progress=lambda *step: steps.append(step))
    assert steps == [(1, 5, "Ash"), (2, 5, "Beech"), (5, 5, "Elder")]


def test_a_rule_that_ends_a_worker_is_left_out_for_that_model(tree: Path, tmp_path: Path) -> None:
    file = rule(tmp_path, "if query.model.class_name == 'Doomed': os._exit(0)")
    report = analyzer.scan(tree, rules=[file], all_classes=True, jobs=2)
    assert statuses(report) == complete(*NAMES)
    (error,) = report.errors
    assert (error.code, error.path) == ("rule-failed", str(file))
    assert error.message.startswith("USR100 on ")
    assert error.message.endswith("(Doomed): it ended the worker process (exit code 0)")
    said = {finding.class_name for finding in report.findings if finding.rule == "USR100"}
    assert said == set(NAMES) - {"Doomed"}
    others = [finding for finding in report.findings if finding.rule != "USR100"]
    assert others == [*analyzer.scan(tree, all_classes=True, jobs=1).findings]


def test_several_rules_may_do_so(tree: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    for number in range(2):
        rule(pack, "os._exit(0)", number=number)
    report = analyzer.scan(tree, models=["Ash"], rules=[pack], jobs=2)
    assert statuses(report) == complete("Ash")
    assert [error.message[:6] for error in report.errors] == ["USR100", "USR101"]


def test_a_worker_that_dies_before_its_models_costs_all_of_them_and_no_report(tree: Path, tmp_path: Path) -> None:
    """A file of rules that ends every process but the first that loads it."""
    marker = tmp_path / "loaded"
    text = f"if Path({str(marker)!r}).exists(): os._exit(7)\nPath({str(marker)!r}).touch()\n"
    packs = Packs((rule(tmp_path, "pass", before=text),))
    place = TreeLocation(tree)
    entries = choose(opened(place).catalogue(), (), all_classes=True)
    marker.touch()
    outcomes = list(examine_all([(place, entries)], packs, Settings(), jobs=2))
    assert {outcome.model.status for outcome in outcomes} == {Status.FAILED}
    assert [outcome.model.class_name for outcome in outcomes] == [entry.class_name for entry in entries]
    assert {problem.code for outcome in outcomes for problem in outcome.problems} == {"worker-died"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_killed_once_costs_nothing(tree: Path, tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    body = f"Path({str(marker)!r}).exists() or (Path({str(marker)!r}).touch(), os.kill(os.getpid(), {signal.SIGKILL}))"
    report = analyzer.scan(tree, rules=[rule(tmp_path, body)], all_classes=True, jobs=2)
    assert marker.exists()
    assert (statuses(report), report.errors) == (complete(*NAMES), ())


def test_tasks_of_any_kind(tree: Path) -> None:
    first, second, third = spread(crash, [1, 2, 3], str, jobs=2)
    assert (first, third) == (1, 3)
    assert isinstance(second, Problem)
    assert (second.code, second.message.split(" (")[0]) == ("worker-died", "its worker process ended")


def test_without_workers_an_exception_is_the_problem_of_one_task() -> None:
    first, second = spread(divided, [1, 0], str, jobs=0)
    assert first == 1
    assert isinstance(second, Problem)
    assert (second.code, second.message) == ("internal", "ZeroDivisionError: division by zero")
    assert "in divided" in str(second.traceback)


def divided(number: int) -> float:
    return 1 / number


DIED = Loss(LossKind.DIED, "segmentation fault", "running rule OAK001")


@pytest.mark.parametrize(
    ("loss", "code", "gap", "message"),
    [
        (
            Loss(LossKind.DIED, "segmentation fault", "building Oak"),
            "worker-died",
            "internal",
            "its worker process ended while building Oak (segmentation fault); everything else is kept, please report "
            "it with the file",
        ),
        (
            Loss(LossKind.KILLED, "killed by SIGKILL, out of memory?"),
            "worker-died",
            "budget",
            "its worker process ended (killed by SIGKILL, out of memory?); fewer --jobs leave more memory for each",
        ),
        (
            Loss(LossKind.LATE, "not done within 255 seconds", "building Oak"),
            "worker-timeout",
            "budget",
            "not done within 255 seconds while building Oak; everything else is kept, please report it with the file",
        ),
        (Loss(LossKind.RAISED, "KeyError: 'bark'", traceback="…"), "internal", "internal", "KeyError: 'bark'"),
        (
            Loss(LossKind.RAISED, "MemoryError: ", error=MemoryError()),
            "model-failed",
            "budget",
            "out of memory; fewer --jobs leave more memory for each",
        ),
    ],
)
def test_a_lost_model_says_why(loss: Loss, code: str, gap: str, message: str) -> None:
    lost = lost_attempt(Task(ENTRY), loss)
    (problem,) = lost.problems
    assert (problem.path, problem.code, problem.message) == (ENTRY.path, code, f"OakForCausalLM: {message}")
    assert [one.code.value for one in lost.model.gaps] == [gap]


def test_a_rule_is_left_out_once_and_only_if_it_was_at_work() -> None:
    task = Task(ENTRY)
    changed = without_rule(task, DIED)
    assert changed is not None
    assert changed.excluded == (ExcludedRule("OAK001", "it ended the worker process (segmentation fault)"),)
    assert without_rule(changed, DIED) is None
    assert without_rule(task, Loss(LossKind.DIED, "segmentation fault", "building Oak")) is None
    assert without_rule(task, Loss(LossKind.RAISED, "KeyError", "running rule OAK001")) is None


def test_a_worker_is_ended_after_what_limits_itself() -> None:
    assert longest(BUDGET) > BUDGET + 30
    assert longest(0) > 10


def test_extracts_are_given_the_order_of_the_entries(tree: Path) -> None:
    place = TreeLocation(tree)
    entries = choose(opened(place).catalogue(), (), all_classes=True)
    check: Callable[[Attempt], tuple[str, str]] = name_of
    found = list(build_all(place, entries, Settings(), check, jobs=3))
    assert [name for name, _ in found] == [entry.class_name for entry in entries]
