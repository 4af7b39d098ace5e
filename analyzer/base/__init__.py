"""Places, gaps and errors: the words every other layer uses; text as it may be shown; limits of the process."""

from analyzer.base.display import as_path, one_line, readable
from analyzer.base.encoding import json_document
from analyzer.base.errors import AnalyzerError, InputError, Stop, is_theirs
from analyzer.base.gaps import GAP_KINDS, UNDERSTOOD, Gap, GapCode, GapKind, not_installed, way_out
from analyzer.base.index_set import index_set
from analyzer.base.process import collecting_rarely, deep, shallow, without_collecting
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
    "collecting_rarely",
    "deep",
    "index_set",
    "is_theirs",
    "json_document",
    "not_installed",
    "one_line",
    "readable",
    "shallow",
    "way_out",
    "without_collecting",
]
