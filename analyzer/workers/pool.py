"""A pool of worker processes: results come in order, a bounded number is computed ahead, and a crash costs one item."""

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
"""The number of results that may wait for an earlier one."""
PATIENCE = 0.25
"""Seconds between two checks of the time limits."""


def _no_retry(_item: Any, _loss: Loss) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Job(Generic[Item, T]):
    """What to do with every item.

    ``work(items, *arguments)`` runs in a worker and returns one result for each item. ``lost(item, loss)`` runs in this
    process and returns the result of an item whose work failed. ``retry(item, loss)`` is called when a worker died on a
    single item; it may return a changed item for one more try (without what killed the worker), or None to give up.
    """

    work: Callable[..., list[T]]
    lost: Callable[[Item, Loss], T]
    arguments: tuple[object, ...] = ()
    retry: Callable[[Item, Loss], Item | None] = _no_retry


Part = list[T] | tuple[Item, Loss]
"""The results of some items, or one item and the reason why it has no result."""


def results(job: Job[Item, T], units: Sequence[Sequence[Item]], workers: int) -> Generator[list[T]]:
    """The results of ``job`` for each of ``units``, in their order; the items of a unit are worked on together.

    ``workers`` processes share the units. With 0 workers every call runs in this process, which survives exceptions of
    the work but not crashes. If a worker dies, its unit is repeated item by item, each in a process of its own. The
    processes end with the iterator; close it to end them early.
    """
    if workers == 0:
        yield from (_unit_results(job, [*_run_here(job, unit)]) for unit in units)
        return
    pool = _Pool(job, units)
    atexit.register(pool.stop)  # Python closes an unclosed iterator only after the threads have ended
    try:
        pool.start(min(workers, len(units)))
        for index in range(len(units)):
            yield _unit_results(job, pool.result(index))
        pool.finish()
    finally:
        pool.stop()
        atexit.unregister(pool.stop)


def _unit_results(job: Job[Item, T], parts: Sequence[Part[T, Item]]) -> list[T]:
    found: list[T] = []
    for part in parts:
        found += part if isinstance(part, list) else [job.lost(*part)]
    return found


def _run_here(job: Job[Item, T], unit: Sequence[Item]) -> Iterator[Part[T, Item]]:
    """The same in this process: what raises for several items is tried for each."""
    try:
        yield job.work(unit, *job.arguments)
    except Exception as error:  # noqa: BLE001 - it costs an item, not all of them
        if len(unit) > 1:
            for item in unit:
                yield from _run_here(job, (item,))
        else:
            yield unit[0], raised(error)


class _PoolWorker:
    """One slot of the pool: at most one process at a time, started when there is work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._stopped = False

    def ask(self, call: bytes) -> Done | Loss:
        """The result of the packed call in the current process, or in a new one."""
        try:
            process = self._current()
        except OSError as error:
            return Loss(LossKind.DIED, f"no process could be started for it ({error.strerror or error})")
        return Loss(LossKind.DIED, "the result is no longer wanted") if process is None else process.ask(call)

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
        """Leave no process behind; one that was not stopped is kept for the next call."""
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
        self._workers: list[_PoolWorker] = []
        self._threads: list[threading.Thread] = []

    def start(self, workers: int) -> None:
        self._workers = [_PoolWorker() for _ in range(workers)]
        for worker in self._workers:
            thread = threading.Thread(target=self._serve, args=(worker,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def result(self, index: int) -> list[Part[T, Item]]:
        """What the unit of that number gave, once it is there."""
        with self._change:
            self._asked = index
            self._change.notify_all()
            while (found := self._found.pop(index, None)) is None:
                self._change.wait(PATIENCE)
                for worker in self._workers:
                    worker.enforce()
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
        for worker in self._workers:
            worker.stop()
        self.finish()

    def _serve(self, worker: _PoolWorker) -> None:
        try:
            while (index := self._take()) is not None:
                self._put(index, self._unit(worker, self._units[index]))
        finally:
            worker.end()

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

    def _unit(self, worker: _PoolWorker, unit: Sequence[Item]) -> list[Part[T, Item]] | BaseException:
        try:
            answer = self._ask(worker, unit)
            if isinstance(answer, Done):
                return [answer.value]
            if len(unit) == 1:
                return [self._retry_alone(worker, unit[0], answer)]
            return [self._retry_alone(worker, item) for item in unit]
        except BaseException as error:  # noqa: BLE001 - a mistake in the call itself; raised where the result is asked for
            return error

    def _retry_alone(self, worker: _PoolWorker, item: Item, loss: Loss | None = None) -> Part[T, Item]:
        """One item by itself: a death may have been another's doing, the second is its own."""
        if loss is None or loss.is_death or isinstance(loss.error, MemoryError):
            answer = self._ask(worker, (item,))
            if isinstance(answer, Done):
                return cast("list[T]", answer.value)
            loss = answer
        while (changed := self._job.retry(item, loss)) is not None:
            item = changed
            answer = self._ask(worker, (item,))
            if isinstance(answer, Done):
                return cast("list[T]", answer.value)
            loss = answer
        return item, loss

    def _ask(self, worker: _PoolWorker, unit: Sequence[Item]) -> Done | Loss:
        return worker.ask(packed((self._job.work, (unit, *self._job.arguments))))
