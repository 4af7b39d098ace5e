"""Runs a program with Python, the judge, and with the interpreter; values are compared with their types."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from analyzer.interpret import open_workspace
from analyzer.interpret.machine import Machine
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.values import Origin, Value, plain, traced

GIVEN: dict[str, tuple[str, Any]] = {"i0": ("int", 3), "f0": ("float", 0.5), "b0": ("bool", True), "s0": ("str", "ab")}
"""Parameters of ``main``: kind and value. The interpreter gets them as scalars that remember their origin."""


def judged(source: str) -> object:
    """What Python makes of the program: ours, generated in memory."""
    namespace: dict[str, Any] = {"__name__": __name__}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # generated code compares literals by ``is`` and calls them
        code = compile(source, "program.py", "exec")
    exec(code, namespace)
    try:
        return exactly(namespace["main"](*(value for _, value in GIVEN.values())))
    except Exception as error:  # noqa: BLE001 - whatever a program raises is its result
        return NAMES.get(type(error).__name__, type(error).__name__)


NAMES = {"UnboundLocalError": "NameError"}
"""What the interpreter raises instead: it does not tell a local name without a value from one that is not defined."""


def interpreted(folder: Path, source: str) -> object:
    """What the interpreter makes of it; gaps that it met are an AssertionError."""
    (folder / "program.py").write_text(source)
    machine = Machine(open_workspace(folder / "program.py"))
    module = machine.import_name("program", None)
    assert module is not None
    assert not machine.program.gaps, machine.program.gaps
    args = [traced(value, Origin(f"config.{name}", frozenset({name}))) for name, (_, value) in GIVEN.items()]
    try:
        result = machine.call(module.namespace["main"], args)
    except ProgramError as error:
        return error.name
    assert not machine.trace.gaps, machine.trace.gaps
    return exactly(result)


def exactly(value: Value) -> object:
    """``value`` with the types of everything in it; sets in order, floats by their digits."""
    value = plain(value)
    name = type(value).__name__
    match value:
        case list() | tuple():
            return (name, *map(exactly, value))
        case dict():
            return (name, *((exactly(key), exactly(item)) for key, item in value.items()))
        case set() | frozenset():
            return (name, *sorted(map(exactly, value), key=repr))
        case None | bool() | int() | float() | str():
            return (name, repr(NAMES.get(value, value)))
    raise AssertionError(f"a program logs plain data, not {value!r}")
