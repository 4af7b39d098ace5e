"""What Python itself raises while it works for the program becomes the program's exception."""

from __future__ import annotations

from typing import NoReturn

from analyzer.interpret.runtime.state import InterpreterState
from analyzer.values import literal

HOST_ERRORS = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    ZeroDivisionError,
    OverflowError,
    StopIteration,
    UnicodeError,
)
"""What Python itself raises for wrong operands; the program gets the exception of the same name."""


def rethrow(machine: InterpreterState, error: Exception, caller: str = "") -> NoReturn:
    """Raise ``error`` as the program's exception of the same name, with the name of the native that met it."""
    # A missing key may be an object of this program's, whose text would be an address.
    text = literal(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    machine.throw(type(error).__name__, f"{caller}: {text}" if caller else text)
