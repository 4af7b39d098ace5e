"""Calls in worker processes: their order, and what is left when one crashes, hangs or says something odd."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analyzer.workers import Job, Loss, LossKind, limits, pool, results
from tests.workers import calls

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks")
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits that only Linux holds")


def lost(_item: Any, loss: Loss) -> Loss:
    return loss


def done(*units: Sequence[Any], workers: int = 2, arguments: tuple[Any, ...] = ()) -> list[list[Any]]:
    return list(results(Job(calls.plain, lost, arguments), units, workers))


def alone(call: Callable[..., Any]) -> Any:
    ((found,),) = done([call], workers=1)
    return found


def test_results_come_in_the_order_of_the_units() -> None:
    units = [[number, -number] for number in range(40)]
    assert done(*units, workers=3) == units


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_the_same_from_one_process_and_from_many(workers: int) -> None:
    first, second, third = done([1, calls.broken], [calls.leave if workers else 0], [3], workers=workers)
    assert (first[0], first[1].reason, third) == (1, "ZeroDivisionError: by nothing", [3])
    assert second == [0] or second[0].reason == "SystemExit: 4"


def test_workers_are_other_processes_and_are_used_again() -> None:
    found = {pid for unit in done(*[[calls.process]] * 6, workers=2) for pid in unit}
    assert os.getpid() not in found
    assert len(found) <= 2


def test_no_worker_is_this_process() -> None:
    assert done([calls.process], workers=0) == [[os.getpid()]]


@posix
@pytest.mark.parametrize(
    ("call", "kind", "reason"),
    [
        (calls.Exit(0), LossKind.DIED, "exit code 0"),
        (calls.Exit(3), LossKind.DIED, "exit code 3"),
        (calls.crash, LossKind.DIED, "segmentation fault"),
        (calls.killed, LossKind.KILLED, "killed by SIGKILL, out of memory?"),
        (calls.leave, LossKind.RAISED, "SystemExit: 4"),
        (calls.interrupt, LossKind.RAISED, "KeyboardInterrupt: "),
        (calls.broken, LossKind.RAISED, "ZeroDivisionError: by nothing"),
        (calls.shy, LossKind.RAISED, "Shy: too shy to travel"),
        (calls.voiceless, LossKind.RAISED, "Voiceless"),
    ],
)
def test_what_ends_one_item_is_told_and_costs_no_other(call: Callable[[], Any], kind: LossKind, reason: str) -> None:
    before, unit, after = done([1, 2], [3, call, 4], [5], workers=1)
    assert (before, unit[0], unit[2], after) == ([1, 2], 3, 4, [5])
    assert (unit[1].kind, unit[1].reason) == (kind, reason)


def test_an_exception_comes_with_its_traceback() -> None:
    loss = alone(calls.broken)
    assert isinstance(loss.error, ZeroDivisionError)
    assert "in broken" in loss.traceback


def test_an_exception_that_can_not_travel_is_told_in_words() -> None:
    assert alone(calls.shy).error is None


def test_a_result_that_can_not_travel_is_a_loss() -> None:
    loss = alone(calls.unable_to_travel)
    assert loss.kind is LossKind.RAISED
    assert "pickle" in loss.reason


def test_one_death_alone_is_no_loss(tmp_path: Path) -> None:
    assert alone(calls.DiesOnce(tmp_path / "died")) == "second try"


def test_an_item_may_be_changed_for_another_try() -> None:
    def retry(item: Any, loss: Loss) -> Any:
        return f"without it ({loss.reason})" if callable(item) else None

    job = Job(calls.plain, lost, retry=retry)
    assert list(results(job, [[calls.Exit(7)], [1]], 1)) == [["without it (exit code 7)"], [1]]


@pytest.mark.parametrize("call", [calls.slow_in_python, calls.slow_in_c])
def test_what_takes_too_long_is_ended(call: Callable[[], None]) -> None:
    start = time.monotonic()
    loss = alone(call)
    assert (loss.kind, loss.reason) == (LossKind.LATE, "not done within 0.2 seconds")
    assert loss.step in ("sleeping", "counting")
    assert time.monotonic() - start < 20


@posix
def test_what_a_dead_worker_started_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the pipe open, so that its end does not show the death."""
    monkeypatch.setattr("analyzer.workers.process.STARTING", 2.0)
    assert alone(calls.Leaves()).kind is not LossKind.RAISED


def test_standard_output_is_out_of_reach(capfd: pytest.CaptureFixture[str]) -> None:
    assert alone(calls.talk) == ""
    told = capfd.readouterr()
    assert told.out == ""
    assert {"another one", "a third one", "a word on standard output"} <= set(told.err.splitlines())


@linux
def test_memory_is_limited() -> None:
    loss, fine = done([calls.greedy], [5], workers=1)
    assert isinstance(loss[0].error, MemoryError)
    assert fine == [5]


@linux
def test_the_limit_leaves_room() -> None:
    assert limits.MEMORY > 2**30


@linux
def test_the_stack_is_deep() -> None:
    assert alone(calls.deep) == 120_002


@posix
def test_no_core_file_is_left() -> None:
    assert alone(calls.core_size) == 0


def test_not_far_ahead_of_what_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "AHEAD", 3)
    units = [[calls.Marks(tmp_path / str(number))] for number in range(20)]
    with closing(results(Job(calls.plain, lost), units, 2)) as found:
        next(found)
        time.sleep(1)
        assert len(list(tmp_path.iterdir())) <= 4
    assert len(list(tmp_path.iterdir())) <= 4


def test_a_mistake_in_the_call_is_raised() -> None:
    with pytest.raises(TypeError, match="pickle"):
        done([threading.Lock()], workers=1)


@pytest.fixture
def descriptors() -> Iterator[None]:
    """Fails a test that leaves a descriptor open."""
    done([1])
    before = _open_descriptors()
    yield
    assert _open_descriptors() == before


def _open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@linux
@pytest.mark.usefixtures("descriptors")
def test_nothing_is_left_of_a_pool_that_is_abandoned() -> None:
    found = results(Job(calls.plain, lost), [[calls.process], *([calls.slow_in_python],) * 4], 3)
    pid = next(found)[0]
    start = time.monotonic()
    found.close()
    assert time.monotonic() - start < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@linux
@pytest.mark.usefixtures("descriptors")
def test_nothing_is_left_of_workers_that_die() -> None:
    done([calls.crash], [calls.Exit(1)], [calls.slow_in_c], [1], workers=3)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_system_that_starts_no_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    loss = alone(calls.process)
    assert loss.kind is LossKind.DIED
    assert loss.reason == "no process could be started for it (No such file or directory)"


@linux
def test_a_worker_that_keeps_much_is_replaced() -> None:
    (first,), (second,) = done([calls.hoard], [calls.process], workers=1)
    assert first != second
