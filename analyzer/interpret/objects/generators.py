"""Generators of the program: each body runs in a coroutine of its own, as far as it is asked to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from greenlet import GreenletExit, getcurrent, greenlet

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.call_stack import Waiting
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.interpret.runtime.frames import Frame
from analyzer.values import MISSING, ClassValue, Instance, Value, expect


class Generator:
    """What a call of a generator function gives. Nothing of the body runs before the first ``next``."""

    def __init__(self, machine: Interpreter, body: Callable[[], Value]) -> None:
        self._machine = machine
        self._coroutine = greenlet(lambda _: self._whole(body))
        self._waiting = Waiting()

    def __iter__(self) -> Iterator[Value]:
        return self

    def __next__(self) -> Value:
        return self.send(None)

    def send(self, value: Value) -> Value:
        """Run to the next ``yield``; ``value`` is what the one before gives. Raises StopIteration at the end."""
        if self._coroutine.dead:
            raise StopIteration
        return self._resume(lambda: self._coroutine.switch(value))

    def throw(self, error: Value, *rest: Value) -> Value:
        """Raise an exception of the program at the ``yield`` that the body stands at."""
        value = self._machine.call(error) if isinstance(error, ClassValue) else error
        raised = ProgramError(expect(Instance, value), self._machine.span())
        if self._coroutine.dead:
            raise raised
        return self._resume(lambda: self._coroutine.throw(raised))

    def close(self) -> None:
        """Let the program end it: what stands in ``finally`` runs."""
        try:
            self.throw(self._machine.classes["GeneratorExit"])
        except StopIteration:
            return
        except ProgramError as error:
            if error.name not in ("GeneratorExit", "StopIteration"):
                raise

    def suspend(self, value: Value) -> Value:
        """``yield value``, called from the running body."""
        return self._coroutine.parent.switch(value)

    def abandon(self) -> None:
        """End without running anything more of the program."""
        if not self._coroutine.dead:
            try:
                self._resume(lambda: self._coroutine.throw(GreenletExit))
            except StopIteration:
                return

    def _whole(self, body: Callable[[], Value]) -> Value:
        try:
            return body()
        except ProgramError as error:
            raise _within_generator(self._machine, error) from None

    def _resume(self, run: Callable[[], Value]) -> Value:
        """Whatever the body has entered is on the machine's stack while it runs, and off it while it waits."""
        stack = self._machine.stack
        stack.suspended[self] = None
        self._coroutine.parent = getcurrent()
        try:
            with stack.resuming(self._waiting):
                result = run()
        finally:
            if self._coroutine.dead:
                stack.suspended.pop(self, None)
        if self._coroutine.dead:
            raise StopIteration(result)
        return result


def _within_generator(machine: Interpreter, error: ProgramError) -> ProgramError:
    """What leaves a generator whose body raised ``error``: a StopIteration would look like its end."""
    return machine.error("RuntimeError", "generator raised StopIteration") if error.name == "StopIteration" else error


def delegate(machine: Interpreter, target: Generator, value: Value) -> Value:
    """``yield from value``: everything it yields, and then what it returned."""
    iterator = iter(machine.iterate(value))
    sent: Value = None
    while True:
        try:
            inner = isinstance(iterator, Generator) and sent is not None
            item = iterator.send(sent) if inner and isinstance(iterator, Generator) else next(iterator)
        except StopIteration as end:
            return end.value
        sent = target.suspend(item)


def lazily(machine: Interpreter, frame: Frame, items: Iterator[Value]) -> Iterator[Value]:
    """``items``, computed one by one in ``frame``, which is on the call stack only meanwhile."""
    while True:
        frame.callers = None
        machine.stack.frames.append(frame)
        try:
            item = next(items, MISSING)
        except ProgramError as error:
            raise _within_generator(machine, error) from None
        finally:
            machine.stack.frames.pop()
        if item is MISSING:
            return
        yield item
