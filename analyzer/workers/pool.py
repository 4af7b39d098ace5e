"""Many calls over several processes: in order, no further ahead than is asked for, each death costing one item."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from analyzer.workers.child import Done
from analyzer.workers.loss import Loss, LossKind, raised
from analyzer.workers.process import WorkerProcess
from analyzer.workers.protocol import packed
from analyzer.workers.standby import return_process, started

Item = TypeVar("Item")
T = TypeVar("T")
AHEAD = 128
"""How many results may wait for one that is asked for before them."""
PATIENCE = 0.25
"""Seconds between two looks at whether a worker is late."""


def _never(_item: Any, _loss: Loss) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Job(Generic[Item, T]):
    """What is done with every item.

    ``work(items, *arguments)`` gives one result an item; it runs in a worker, ``lost(item, loss)`` gives the result of
    an item that it could not be done for, and runs here. ``again`` may change an item whose worker died while it was
    alone (leave out what killed it), for one more try; None gives it up.
    """

    work: Callable[..., list[T]]
    lost: Callable[[Item, Loss], T]
    arguments: tuple[object, ...] = ()
    again: Callable[[Item, Loss], Item | None] = _never


Part = list[T] | tuple[Item, Loss]
"""Results of some items, or one item with the reason why it has none."""


def results(job: Job[Item, T], units: Sequence[Sequence[Item]], workers: int) -> Generator[list[T]]:
    """What ``job`` gives for the items of each of ``units``, which are done together, in their order.

    ``workers`` processes share the units; 0 makes every call in this process, where only what the work raises can be
    survived. A unit whose worker dies is done once more, item by item, each in a process that does nothing else. The
    processes end with the iterator: close it to end them early.
    """
    if workers == 0:
        yield from (_told(job, [*_here(job, unit)]) for unit in units)
        return
    crew = _Pool(job, units)
    atexit.register(crew.stop)  # an iterator that nobody closed would be closed when no thread runs any more
    try:
        crew.start(min(workers, len(units)))
        for index in range(len(units)):
            yield _told(job, crew.result(index))
        crew.finish()
    finally:
        crew.stop()
        atexit.unregister(crew.stop)


def _told(job: Job[Item, T], parts: Sequence[Part[T, Item]]) -> list[T]:
    found: list[T] = []
    for part in parts:
        found += part if isinstance(part, list) else [job.lost(*part)]
    return found


def _here(job: Job[Item, T], unit: Sequence[Item]) -> Iterator[Part[T, Item]]:
    """The same in this process: what raises for several items is tried for each."""
    try:
        yield job.work(unit, *job.arguments)
    except Exception as error:  # noqa: BLE001 - it costs an item, not all of them
        if len(unit) > 1:
            for item in unit:
                yield from _here(job, (item,))
        else:
            yield unit[0], raised(error)


class _PoolWorker:
    """One place at the bench: at most one process at a time, started when there is something to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._stopped = False

    def ask(self, call: bytes) -> Done | Loss:
        """What the packed call gives in the process that is there, or in a new one."""
        try:
            process = self._current()
        except OSError as error:
            return Loss(LossKind.DIED, f"no process could be started for it ({error.strerror or error})")
        return Loss(LossKind.DIED, "nobody wants it any more") if process is None else process.ask(call)

    def enforce(self) -> None:
        """End the process if it is late; for any thread."""
        if (process := self._process) is not None:
            process.enforce()

    def stop(self) -> None:
        """End the process and start no other; for any thread."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def end(self) -> None:
        """Leave no process behind; one that was not stopped may be of use to the next."""
        with self._lock:
            if self._process is None:
                return
            if self._stopped:
                self._process.end()
            else:
                return_process(self._process)
            self._process = None

    def _current(self) -> WorkerProcess | None:
        with self._lock:
            if self._stopped:
                return None
            if self._process is not None and not self._process.is_usable:
                self._process.end()
                self._process = None
            self._process = self._process or started()
            return self._process


class _Pool(Generic[Item, T]):
    """A thread for each process: waits for it, and gives it the next unit."""

    def __init__(self, job: Job[Item, T], units: Sequence[Sequence[Item]]) -> None:
        self._job = job
        self._units = units
        self._change = threading.Condition()
        self._next = 0
        self._asked = 0
        self._found: dict[int, list[Part[T, Item]] | BaseException] = {}
        self._stopped = False
        self._hands: list[_PoolWorker] = []
        self._threads: list[threading.Thread] = []

    def start(self, workers: int) -> None:
        self._hands = [_PoolWorker() for _ in range(workers)]
        for hand in self._hands:
            thread = threading.Thread(target=self._serve, args=(hand,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def result(self, index: int) -> list[Part[T, Item]]:
        """What the unit of that number gave, once it is there."""
        with self._change:
            self._asked = index
            self._change.notify_all()
            while (found := self._found.pop(index, None)) is None:
                self._change.wait(PATIENCE)
                for hand in self._hands:
                    hand.enforce()
        if isinstance(found, BaseException):
            raise found
        return found

    def finish(self) -> None:
        """Wait until everybody has seen that nothing is left to do."""
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """End everything at once."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
        for hand in self._hands:
            hand.stop()
        self.finish()

    def _serve(self, hand: _PoolWorker) -> None:
        try:
            while (index := self._take()) is not None:
                self._put(index, self._unit(hand, self._units[index]))
        finally:
            hand.end()

    def _take(self) -> int | None:
        with self._change:
            while self._asked + AHEAD <= self._next < len(self._units) and not self._stopped:
                self._change.wait()
            if self._stopped or self._next >= len(self._units):
                return None
            self._next += 1
            return self._next - 1

    def _put(self, index: int, found: list[Part[T, Item]] | BaseException) -> None:
        with self._change:
            self._found[index] = found
            self._change.notify_all()

    def _unit(self, hand: _PoolWorker, unit: Sequence[Item]) -> list[Part[T, Item]] | BaseException:
        try:
            answer = self._ask(hand, unit)
            if isinstance(answer, Done):
                return [answer.value]
            if len(unit) == 1:
                return [self._alone(hand, unit[0], answer)]
            return [self._alone(hand, item) for item in unit]
        except BaseException as error:  # noqa: BLE001 - a mistake in the call itself; raised where the result is asked for
            return error

    def _alone(self, hand: _PoolWorker, item: Item, loss: Loss | None = None) -> Part[T, Item]:
        """One item by itself: a death may have been another's doing, the second is its own."""
        if loss is None or loss.is_death or isinstance(loss.error, MemoryError):
            answer = self._ask(hand, (item,))
            if isinstance(answer, Done):
                return cast("list[T]", answer.value)
            loss = answer
        while (changed := self._job.again(item, loss)) is not None:
            item = changed
            answer = self._ask(hand, (item,))
            if isinstance(answer, Done):
                return cast("list[T]", answer.value)
            loss = answer
        return item, loss

    def _ask(self, hand: _PoolWorker, unit: Sequence[Item]) -> Done | Loss:
        return hand.ask(packed((self._job.work, (unit, *self._job.arguments))))
