"""Where code comes from: the functions behind ``asbuilt lineage``."""

from __future__ import annotations

from analyzer.api.calls import PathLike, models, place_of
from analyzer.api.comparing import diff
from analyzer.base import InputError
from analyzer.engine import opened
from analyzer.graph import Drift
from analyzer.provenance import ClassOrigin, Drifting, Sources, chain_of, class_origins, parents_of
from analyzer.report import Comparison, Lineage


def lineage(name: str, path: PathLike | None = None, *, compared: bool = True) -> Lineage:
    """What the model type or class ``name`` of the tree at ``path`` is made from, and what it changes.

    ``compared``: also build it and the model that it derives from, and compare them. Raises InputError if there is no
    such model.
    """
    workspace = opened(place_of(path))
    entry = workspace.find(name)
    drifting = Drifting(workspace.tree.root, workspace.layout, workspace.store)
    sources = drifting.sources
    folder = entry.path.rpartition("/")[0]
    chain = chain_of(sources, folder)
    count, drifts = _followed(drifting, folder)
    return Lineage(
        model_type=entry.model_type,
        path=folder,
        chain=chain,
        parents=parents_of(sources, folder),
        classes=_origins(sources, folder),
        checked=count,
        drifts=drifts,
        comparison=_against(chain, entry.model_type, path) if compared and len(chain) > 1 else None,
    )


def drifts(path: PathLike | None = None) -> tuple[int, tuple[Drift, ...]]:
    """How many pieces of code of the tree at ``path`` follow from their modular source or marked original, and all that
    do not. Raises InputError if there is no model code."""
    workspace = opened(place_of(path))
    drifting = Drifting(workspace.tree.root, workspace.layout, workspace.store)
    folders = sorted({entry.path.rpartition("/")[0] for entry in workspace.catalogue().models})
    if not folders:
        raise InputError("no model code found", code="no-models")
    found = [_followed(drifting, folder) for folder in folders]
    return sum(count for count, _ in found), tuple(drift for _, some in found for drift in some)


def _origins(sources: Sources, folder: str) -> tuple[ClassOrigin, ...]:
    files = (sources.file(path) for path in sources.source_files(folder))
    return tuple(origin for source in files if source is not None for origin in class_origins(sources, source))


def _followed(drifting: Drifting, folder: str) -> tuple[int, tuple[Drift, ...]]:
    found = [drifting.file(path) for path in drifting.sources.model_files(folder)]
    return sum(one.count for one in found), tuple(drift for one in found for drift in one.drifts)


def _against(chain: tuple[str, ...], model_type: str, path: PathLike | None) -> Comparison | None:
    """The model against the one it derives from, both of its sizes, where that is a model type of the tree."""
    parent = chain[1]
    known = {entry.model_type for entry in models(path)}
    return diff(parent, model_type, path, path, same_sizes=True) if parent in known else None
