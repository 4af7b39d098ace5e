"""One call in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, TypeVar

from analyzer.workers.loss import Loss
from analyzer.workers.pool import Job, results
from analyzer.workers.process import possible
from analyzer.workers.steps import step

T = TypeVar("T")


class Lost(Exception):
    """A call without a result: its process ended twice. ``loss`` says how."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(f"{loss.reason} while {loss.step}" if loss.step else loss.reason)
        self.loss = loss


def call(function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """What ``function``, defined in a module, gives for the arguments in a process of its own.

    What it raises is raised here, with the place there as a note. Raises Lost if its process ends before it does, or
    if what it raises or gives cannot travel. Where there can be no other process it is called in this one.
    """
    if not possible():
        return function(*arguments, **named)
    job: Job[partial[T], T] = Job(_each, _raise)
    with closing(results(job, [[partial(function, *arguments, **named)]], workers=1)) as found:
        ((value,),) = found
    return value


def _each(calls: Sequence[partial[T]]) -> list[T]:
    step("", None)  # it may take its time, unless it says otherwise
    return [one() for one in calls]


def _raise(_call: partial[T], loss: Loss) -> T:
    if not isinstance(loss.error, Exception):
        raise Lost(loss)
    loss.error.add_note(f"in a worker process:\n{loss.traceback}")
    raise loss.error
