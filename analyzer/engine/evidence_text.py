"""The source text of spans, which findings quote."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from analyzer.base import InputError, Span
from analyzer.sources.decode import decode
from analyzer.sources.read import is_folder
from analyzer.sources.store import SourceStore

_LONGEST = 200


class EvidenceText:
    """The text of places in the source tree at ``root``, of files as ``store`` has them.

    Lines of recently shown files are kept.
    """

    def __init__(self, root: Path, store: SourceStore | None = None) -> None:
        self._store = store or SourceStore()
        self._root = root if is_folder(root) else root.parent
        self._lines = lru_cache(maxsize=32)(self._read)

    def __call__(self, span: Span) -> str:
        """The source between the ends of ``span`` on one line, shortened when long; empty if the file is gone."""
        lines = self._lines(span.path)[span.line - 1 : span.end_line]
        if not lines:
            return ""
        if span.end_line == span.line:
            lines = [lines[0][span.column : span.end_column]]
        else:
            lines = [lines[0][span.column :], *lines[1:-1], lines[-1][: span.end_column]]
        text = " ".join(" ".join(lines).split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    def _read(self, path: str) -> list[str]:
        try:
            text = decode(self._store.read(self._root / path, within=self._root))
        except InputError:
            return []
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
