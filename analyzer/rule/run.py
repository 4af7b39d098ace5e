"""Runs the file of a rule once, from the bytes that were read, and writes nothing beside it.

Rules are the user's own code and run, unlike the code that is scanned. This module does not confine them. It makes sure
that a mistake in a rule is an error at its line, not a scan that seems fine.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import sys
import traceback
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

from analyzer.base import InputError, as_path, one_line
from analyzer.rule.mistakes import hint
from analyzer.sources.decode import decode
from analyzer.sources.read import read_bytes

CODE = "bad-rule"
_SIZE_LIMIT = 5_000_000


class PrintsError(Exception):
    """A rule wrote to standard output, where the report goes."""


def run_file(path: Path) -> ModuleType:
    """The module that the file at ``path`` defines. The same content of a file runs once in a process.

    Raises:
        InputError: The file cannot be read, is not Python, raises or exits while it runs, or prints. The error names
            the line.
    """
    shown = as_path(str(path))
    try:
        return _module(path, read_bytes(path, limit=_SIZE_LIMIT))
    except InputError as error:
        raise InputError(error.message, path=shown, line=error.line, code=CODE) from error
    except SyntaxError as error:
        line = error.lineno if error.filename == str(path) else _line_in(path, error)
        raise InputError(f"syntax error: {error.msg}", path=shown, line=line or 1, code=CODE) from error
    except BaseException as error:  # also sys.exit, which must not look like a pass
        if not isinstance(error, Exception) and type(error).__module__.startswith("analyzer."):
            raise  # this program's own, as when time is out: that ends more than a rule
        raise InputError(_message_of(error), path=shown, line=_line_in(path, error), code=CODE) from error


@cache
def _module(path: Path, data: bytes) -> ModuleType:
    text = decode(data)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("a NUL character in the text", line=line)
    names = [hashlib.sha256(part).hexdigest() for part in (str(path).encode(errors="surrogateescape"), data)]
    spec = ModuleSpec(f"asbuilt_rules_{names[0][:12]}_{names[1][:8]}_{path.stem}", None, origin=str(path))
    module = module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[spec.name] = module  # where dataclasses look for the module of a class
    try:
        with _contained():
            exec(compile(text, str(path), "exec", dont_inherit=True), module.__dict__)
    except BaseException:
        sys.modules.pop(spec.name, None)
        raise
    return module


@contextlib.contextmanager
def _contained() -> Iterator[None]:
    """A context that writes no bytecode for imports, and in which printing is an error at its line."""
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        with contextlib.redirect_stdout(_ForbiddenOutput()):
            yield
    finally:
        sys.dont_write_bytecode = writes


class _ForbiddenOutput(io.TextIOBase):
    """Standard output while the file of a rule runs: writing to it raises an error."""

    def write(self, text: str, /) -> int:
        raise PrintsError("prints to standard output, where the report goes; use sys.stderr")


def _message_of(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception of the rule's own may raise when it is asked
        text = "(its text can not be told)"
    told = text if isinstance(error, PrintsError) else f"{type(error).__name__}: {text}".removesuffix(": ")
    return one_line(told + hint(error))


def _line_in(path: Path, error: BaseException) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == str(path)), 0)
