"""Errors that a user can act on; everything else is a gap in the report or a bug."""

import signal


class AnalyzerError(Exception):
    """Base of all errors that asbuilt raises for its callers."""


class Stop(BaseException):
    """Raised by this program's own limits and signals: nothing on the way takes it for an error of other code."""


def is_theirs(error: BaseException) -> bool:
    """Whether code that was called (a user's rule) raised ``error``, and no user or limit of this program that stopped
    it. Ctrl-C does nothing in a process that ignores it: there the code has raised KeyboardInterrupt itself."""
    if isinstance(error, KeyboardInterrupt):
        return signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return not isinstance(error, Stop)


class InputError(AnalyzerError):
    """What was given cannot be analysed: a missing path, an unreadable or malformed file, an unknown model."""

    def __init__(self, message: str, *, path: str = "", line: int = 0, code: str = "input") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.code = code

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return place + self.message
