"""Groups exceptions by what raised them where."""

from __future__ import annotations

import re
import traceback

_FRAME = re.compile(r'File "[^"]*?((?:analyzer|rules)/[^"]+)", line (\d+), in (\S+)')
_LAST = re.compile(r"^(\w[\w.]*)(?::|$)", re.MULTILINE)


def cause_of(error: BaseException) -> str:
    """``KeyError at analyzer/x.py:12 in f``: the type and the innermost place of the program under test."""
    return _cause(type(error).__name__, "".join(traceback.format_exception(error)))


def cause_of_text(trace: str, message: str) -> str:
    """The same of a traceback that a report holds; of the message where it has none."""
    names = _LAST.findall(trace)
    return _cause(names[-1] if names else "", trace) if trace else re.sub(r"0x[0-9a-f]+|\d+", "N", message)[:120]


def _cause(name: str, trace: str) -> str:
    frames = _FRAME.findall(trace)
    if not frames:
        return f"{name} outside the program"
    path, line, function = frames[-1]
    return f"{name} at {path}:{line} in {function}"


def cause_of_dump(stack: str) -> str:
    """The innermost place of the program under test in what ``faulthandler`` wrote, innermost first."""
    frames = re.findall(r'File "[^"]*?((?:analyzer|rules)/[^"]+)", line (\d+) in (\S+)', stack)
    return "{}:{} in {}".format(*frames[0]) if frames else "outside the program"
