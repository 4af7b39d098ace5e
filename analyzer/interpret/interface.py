"""What evaluators may ask of the interpreter that they are a part of.

Evaluating an expression calls functions, whose bodies are statements, which evaluate expressions: the parts need each
other. They are typed against this class and meet in ``machine.py`` alone, so that no file imports in a circle.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from analyzer.interpret.memo.call_memo import CallMemo
from analyzer.interpret.memo.construction_memo import ConstructionMemo
from analyzer.interpret.runtime.frames import Completion, Frame
from analyzer.interpret.runtime.program import LoadedProgram
from analyzer.interpret.runtime.state import InterpreterState
from analyzer.library.context import NativeContext
from analyzer.sources import syntax
from analyzer.values import Instance, Value


class Interpreter(InterpreterState, NativeContext, ABC):
    """The state of the interpretation, what library code may ask (``NativeContext``), and evaluation itself."""

    program: LoadedProgram
    builtins: dict[str, Value]
    call_memo: CallMemo
    construction_memo: ConstructionMemo
    looked_up: dict[tuple[Instance, str], tuple[int, Value]]
    """What attribute lookups that the program defines gave, and the number of changes then."""

    @abstractmethod
    def evaluate(self, node: syntax.Expression, frame: Frame) -> Value:
        """The value of an expression."""

    @abstractmethod
    def execute(self, body: Iterable[syntax.Statement], frame: Frame) -> Completion:
        """Run statements until one of them ends the block."""

    @abstractmethod
    def assign(self, target: syntax.Expression, value: Value, frame: Frame) -> None:
        """Bind ``value`` to a target."""
