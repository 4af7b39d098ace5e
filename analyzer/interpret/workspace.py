"""Opening a source tree together with the descriptions of the libraries it uses."""

from __future__ import annotations

from pathlib import Path

from analyzer.frameworks import FRAMEWORKS
from analyzer.library import PRELUDE
from analyzer.names import Workspace
from analyzer.sources.cache import SyntaxCache

PRELUDES = (PRELUDE, *(one.prelude for one in FRAMEWORKS if one.prelude is not None))


def open_workspace(path: Path | None = None, *, cache: SyntaxCache | None = None) -> Workspace:
    """The workspace of a source tree (default: the transformers of the environment), ready to interpret.

    Raises:
        InputError: there is nothing to analyse at ``path``.
    """
    return Workspace.open(path, cache=cache, library_roots=PRELUDES, frameworks=FRAMEWORKS)
