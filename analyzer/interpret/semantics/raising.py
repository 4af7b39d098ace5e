"""The program's exceptions as library code meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.values import Value


def caught(machine: Interpreter, name: str, run: Callable[[], Value], otherwise: Value) -> Value:
    """What ``run`` gives, or ``otherwise`` if it raises the program's exception ``name``."""
    try:
        return run()
    except ProgramError as error:
        if error.name != name:
            raise
        return otherwise


def stop(machine: Interpreter, value: Value) -> NoReturn:
    """Raise the program's StopIteration with what a generator returned."""
    error = machine.error("StopIteration")
    error.value.attributes["value"] = value
    raise error
