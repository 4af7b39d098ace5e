"""Places, gaps and errors: the words every other layer uses; text as it may be shown and written."""

from analyzer.base.display import as_path, one_line, readable
from analyzer.base.encoding import json_document
from analyzer.base.errors import AnalyzerError, InputError, Stop, is_theirs
from analyzer.base.gaps import GAP_KINDS, UNDERSTOOD, Gap, GapCode, GapKind
from analyzer.base.shallow import shallow
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
    "as_path",
    "is_theirs",
    "json_document",
    "one_line",
    "readable",
    "shallow",
]
