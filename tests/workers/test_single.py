"""One call in a process of its own."""

from __future__ import annotations

import math
import os
import sys

import pytest

from analyzer.workers import Lost, call, prepared, standby
from tests.workers import calls


def test_the_result_is_that_of_another_process() -> None:
    assert call(math.gcd, 12, 18) == 6
    assert call(os.getpid) != os.getpid()


def test_an_exception_is_raised_here_with_the_place_there() -> None:
    with pytest.raises(ZeroDivisionError, match="by nothing") as raised:
        call(calls.broken)
    assert "in broken" in raised.value.__notes__[0]


@pytest.mark.parametrize("function", [calls.leave, calls.Exit(0), calls.shy])
def test_what_can_not_be_raised_here_is_lost(function: object) -> None:
    with pytest.raises(Lost):
        call(function)  # type: ignore[arg-type]


def test_the_last_step_is_told() -> None:
    with pytest.raises(Lost, match=r"not done within 0\.2 seconds while sleeping"):
        call(calls.slow_in_python)


def test_where_there_can_be_no_other_process_it_is_called_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert call(os.getpid) == os.getpid()


def test_a_process_that_waits_is_used_and_used_again() -> None:
    with prepared(["json"]):
        (waiting,) = standby._waiting
        first = call(os.getpid)
        assert standby._waiting == [waiting]
        assert call(os.getpid) == first
    assert standby._waiting == []
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_process_that_died_waiting_is_replaced() -> None:
    with prepared([]):
        standby._waiting[0].kill()
        assert call(math.gcd, 4, 6) == 2


def test_a_process_is_prepared_once() -> None:
    with prepared([]), prepared([]):
        assert len(standby._waiting) == 1
