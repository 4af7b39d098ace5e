"""One call in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, TypeVar

from analyzer.workers.crew import Job, results
from analyzer.workers.loss import Loss
from analyzer.workers.process import possible

T = TypeVar("T")


class Lost(Exception):
    """A call that came to nothing, for its process ended twice; ``loss`` says how."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(f"{loss.reason} while {loss.step}" if loss.step else loss.reason)
        self.loss = loss


def call(function: Callable[..., T], *arguments: Any) -> T:
    """What ``function``, defined in a module, gives for ``arguments`` in a process of its own.

    What it raises is raised here, with the place there as a note. Raises Lost if its process ends before it does, or
    if what it raises or gives can not travel. Where there can be no other process it is called in this one.
    """
    if not possible():
        return function(*arguments)
    job: Job[tuple[Any, ...], T] = Job(_each, _raise, (function,))
    with closing(results(job, [[arguments]], workers=1)) as found:
        ((value,),) = found
    return value


def _each(calls: Sequence[tuple[Any, ...]], function: Callable[..., T]) -> list[T]:
    return [function(*arguments) for arguments in calls]


def _raise(_arguments: tuple[Any, ...], loss: Loss) -> Any:
    if not isinstance(loss.error, Exception):
        raise Lost(loss)
    loss.error.add_note(f"in a worker process:\n{loss.traceback}")
    raise loss.error
