"""Opening a source tree together with the descriptions of the libraries it uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from analyzer.frameworks import FRAMEWORKS
from analyzer.library import PRELUDE
from analyzer.names import Workspace
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.discover import grouped

PRELUDES = (PRELUDE, *(one.prelude for one in FRAMEWORKS if one.prelude is not None))


def open_workspace(
    path: Path | None = None, *, further: Sequence[Path] = (), cache: SyntaxCache | None = None
) -> Workspace:
    """The workspace of a source tree (default: the transformers of the environment), ready to interpret.

    ``further`` are more files or folders of that tree whose models are listed, too.

    Raises:
        InputError: there is nothing to analyse at ``path``.
    """
    return Workspace.open(path, further=further, cache=cache, library_roots=PRELUDES, frameworks=FRAMEWORKS)


def by_tree(paths: Iterable[Path]) -> tuple[tuple[Path, ...], ...]:
    """``paths`` in groups, each of one source tree; see :func:`analyzer.sources.discover.grouped`."""
    return grouped(paths, [one.naming.layout for one in FRAMEWORKS if one.naming.layout is not None])
