"""Places, gaps and errors: the words every other layer uses."""

from analyzer.base.errors import AnalyzerError, InputError, Stop, is_theirs
from analyzer.base.gaps import GAP_KINDS, UNDERSTOOD, Gap, GapCode, GapKind
from analyzer.base.span import NOWHERE, Span

__all__ = [
    "GAP_KINDS",
    "NOWHERE",
    "UNDERSTOOD",
    "AnalyzerError",
    "Gap",
    "GapCode",
    "GapKind",
    "InputError",
    "Span",
    "Stop",
    "is_theirs",
]
