"""Places, gaps and errors: the words every other layer uses."""

from analyzer.base.errors import AnalyzerError, InputError
from analyzer.base.gaps import Gap, GapCode
from analyzer.base.span import NOWHERE, Span

__all__ = ["NOWHERE", "AnalyzerError", "Gap", "GapCode", "InputError", "Span"]
