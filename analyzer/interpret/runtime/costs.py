"""What a model may cost, and how it ends when that is spent."""

from __future__ import annotations

from typing import NoReturn

from analyzer.base import GapCode
from analyzer.interpret.runtime.call_stack import CallStack
from analyzer.interpret.runtime.exceptions import BudgetExceeded, NoValue
from analyzer.interpret.runtime.meter import Meter
from analyzer.interpret.runtime.trace import Trace

MOST_OPERATIONS = 80_000


class Costs:
    """Counts statements, work, memory and operations; the place where a model ends is read off the call stack."""

    stack: CallStack
    trace: Trace
    meter: Meter

    def step(self) -> None:
        """Count one statement; the budget ends a run-away program."""
        if spent := self.meter.step():
            self.exhausted(spent)

    def charge(self, work: int, held: int = 0) -> None:
        """Count what Python is about to do in one go: ``work`` elements walked through, ``held`` bytes taken.

        Raises:
            BudgetExceeded: it is more than a model may cost.
        """
        if spent := self.meter.charge(work, held):
            self.exhausted(spent)

    def make_room(self, operations: int) -> None:
        """Raises BudgetExceeded where so many more operations are too many."""
        if len(self.trace.ops) + operations > MOST_OPERATIONS:
            self.exhausted(f"more than {MOST_OPERATIONS:,} operations")

    def exhausted(self, spent: str) -> NoReturn:
        """End the model: what it may cost is spent."""
        raise BudgetExceeded(spent, self.stack.place(self.stack.begun_frame()))

    def no_value(self, reason: str, code: GapCode = GapCode.BUDGET) -> NoReturn:
        """Make no value: it would take too much, or is not described. Where a native or an operator was to make it, its
        result is unknown, with a gap."""
        raise NoValue(reason, self.stack.span(), code)
