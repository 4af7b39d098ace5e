"""What has drifted of the files of a tree, or of the classes that a model is built from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analyzer.graph import Drift
from analyzer.provenance.follow import Followed, copies, generated
from analyzer.provenance.source import Sources
from analyzer.sources.layout import TreeLayout
from analyzer.sources.store import SourceStore


class Drifting:
    """Comparisons of files with what they are made from, each made once."""

    def __init__(self, root: Path, layout: TreeLayout | None, store: SourceStore | None = None) -> None:
        self.sources = Sources(root, layout, store)
        self._known: dict[str, Followed] = {}

    def file(self, path: str) -> Followed:
        """A file against the modular source beside it, and its marked copies against their originals."""
        if path not in self._known:
            self._known[path] = self._compared(path)
        return self._known[path]

    def classes(self, found: Iterable[tuple[str, str]]) -> tuple[Drift, ...]:
        """What has drifted of classes, given by path and name, and of the functions in their files."""
        named: dict[str, set[str]] = {}
        for path, name in found:
            named.setdefault(path, set()).add(name)
        return tuple(
            drift
            for path, names in named.items()
            for drift in self.file(path).drifts
            if "." not in drift.name or drift.name.partition(".")[0] in names
        )

    def _compared(self, path: str) -> Followed:
        own = self.sources.file(path)
        folder, slash, name = path.rpartition("/")
        layout = self.sources.layout
        is_model = layout is not None and name.startswith(layout.model_prefix)
        modular = (
            self.sources.file(f"{folder}{slash}{layout.source(name)}") if layout is not None and is_model else None
        )
        parts = [generated(self.sources, modular)] if modular is not None else []
        parts += [copies(self.sources, own)] if own is not None else []
        return Followed(sum(part.count for part in parts), tuple(drift for part in parts for drift in part.drifts))
