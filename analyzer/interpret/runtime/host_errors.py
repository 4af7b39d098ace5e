"""What Python itself raises while it works for the program becomes the program's exception."""

from __future__ import annotations

import re
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

_KINDS = {
    "Native": "function",
    "Partial": "function",
    "BoundMethod": "method",
    "ClassValue": "type",
    "PyModule": "module",
    "Instance": "object",
    "RecordInstance": "object",
    "ModuleInstance": "module",
    "Opaque": "object",
    "Unknown": "unknown value",
    "TracedInt": "int",
    "TracedFloat": "float",
    "TracedStr": "str",
    "TracedBool": "bool",
}
"""Classes of the interpreter that stand for values of the program, and what the program calls these."""
_OURS = re.compile(rf"\b({'|'.join(_KINDS)})\b")


def rethrow(machine: InterpreterState, error: Exception, caller: str = "") -> NoReturn:
    """Raise ``error`` as the program's exception of the same name, with the name of the native that met it.

    A native that misses an attribute got a value of another kind than it works with: a TypeError of the program.
    """
    name = "TypeError" if isinstance(error, AttributeError) else type(error).__name__
    text = _text(error)
    machine.throw(name, f"{caller}: {text}" if caller else text)


def _text(error: Exception) -> str:
    """What the program would read, without names of the interpreter's own classes."""
    if isinstance(error, AttributeError):
        kind = type(error.obj).__name__
        return f"a tensor is expected, not {_KINDS.get(kind, kind)}" if error.name in _OF_TENSORS else _unfit(kind)
    if isinstance(error, KeyError) and error.args:
        return literal(error.args[0])  # A missing key may be an object of this program's, whose text is an address.
    return _OURS.sub(lambda found: _KINDS[found[1]], str(error))


_OF_TENSORS = frozenset({"shape", "dtype", "data", "op"})


def _unfit(kind: str) -> str:
    return f"a value of the kind {_KINDS.get(kind, kind)} does not fit"
