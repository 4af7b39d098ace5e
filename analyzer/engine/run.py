"""A whole scan."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from analyzer.base import InputError
from analyzer.engine.assemble import assemble
from analyzer.engine.baseline import read_baseline
from analyzer.engine.merge import merged
from analyzer.engine.path_ignores import PathIgnores, with_path_ignores
from analyzer.engine.rules import catalogue_of
from analyzer.engine.schedule import Progress, examine_all, ready
from analyzer.engine.session import opened
from analyzer.engine.suppression import with_baseline, with_comments
from analyzer.engine.task import Packs, Settings, TreeLocation
from analyzer.names import Catalogue, ModelEntry, Workspace
from analyzer.report import Report


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """Which models, built how, by how many worker processes (None: as many as there are cores, ``HERE``: by this
    process); findings of ``baseline`` and those of ``path_ignores`` do not count."""

    models: tuple[str, ...] = ()
    all_classes: bool = False
    settings: Settings = field(default_factory=Settings)
    jobs: int | None = None
    baseline: Path | None = None
    path_ignores: PathIgnores | None = None


def run(places: Sequence[TreeLocation], packs: Packs, options: ScanOptions, progress: Progress | None = None) -> Report:
    """Build the chosen models of the trees at ``places``, run the rules on each, report.

    Raises InputError if there is nothing to analyse, a model's name is unknown, or a rule pack or the baseline cannot
    be loaded.
    """
    known = None if options.baseline is None else read_baseline(options.baseline)
    with ready(options.jobs):
        workspaces = [opened(place) for place in places]
        chosen = choose_from(workspaces, options.models, options.all_classes)
        found = zip(places, chosen, strict=True)
        with closing(examine_all(found, packs, options.settings, options.jobs, progress)) as outcomes:
            reports = [
                assemble(workspace, islice(outcomes, len(entries)))
                for workspace, entries in zip(workspaces, chosen, strict=True)
            ]
    wholes = [not options.models and not _has_files(workspace) for workspace in workspaces]
    parts = zip(reports, workspaces, wholes, strict=True)
    report = merged([with_comments(part, workspace, packs, whole=whole) for part, workspace, whole in parts])
    if options.path_ignores is not None:
        report = with_path_ignores(report, options.path_ignores, catalogue_of(packs))
    if known is None or options.baseline is None:
        return report
    return with_baseline(report, packs, known, options.baseline, whole=all(wholes))


def _has_files(workspace: Workspace) -> bool:
    """Whether single files of the tree were asked for."""
    return any(one.endswith(".py") for one in workspace.tree.selections)


def choose_from(
    workspaces: Sequence[Workspace], names: Sequence[str] = (), all_classes: bool = False
) -> list[tuple[ModelEntry, ...]]:
    """The models to analyse in each of several trees, see ``choose``; a name has to fit in one of them.

    Files without a model are no error: a commit has any files.
    """
    catalogues = [workspace.catalogue() for workspace in workspaces]
    if not names and all(map(_has_files, workspaces)):
        return [_mains(catalogue, all_classes) for catalogue in catalogues]
    if len(catalogues) == 1:
        return [choose(catalogues[0], names, all_classes)]
    found = [{entry for name in names for entry in _fitting(one, name, all_classes)} for one in catalogues]
    for name in names:
        if not any(_fitting(one, name, all_classes) for one in catalogues):
            raise InputError(f"no model called {name!r} in {len(catalogues)} trees", code="unknown-model")
    mains = [_mains(one, all_classes) for one in catalogues]
    if not any(mains) and not any(one.errors for one in catalogues):
        raise InputError("no model code found", code="no-models")
    if not names:
        return mains
    return [tuple(entry for entry in one.models if entry in some) for one, some in zip(catalogues, found, strict=True)]


def _mains(catalogue: Catalogue, all_classes: bool) -> tuple[ModelEntry, ...]:
    return tuple(entry for entry in catalogue.models if entry.main or all_classes)


def _fitting(catalogue: Catalogue, name: str, all_classes: bool) -> tuple[ModelEntry, ...]:
    try:
        return _named(catalogue, name, all_classes)
    except InputError:
        return ()


def choose(catalogue: Catalogue, names: Sequence[str] = (), all_classes: bool = False) -> tuple[ModelEntry, ...]:
    """The models to analyse in the order of the catalogue.

    Without ``names`` the main class of every model type. A name is a model type, a class, or a pattern (``qwen*``) of
    either; one that fits nothing is an InputError.
    """
    main = _mains(catalogue, all_classes)
    if not names:
        if not main and not catalogue.errors:
            raise InputError("no model code found", code="no-models")
        return main
    chosen = {entry for name in names for entry in _named(catalogue, name, all_classes)}
    return tuple(entry for entry in catalogue.models if entry in chosen)


def _named(catalogue: Catalogue, name: str, all_classes: bool) -> tuple[ModelEntry, ...]:
    by_class = tuple(entry for entry in catalogue.models if fnmatchcase(entry.class_name, name))
    by_type = tuple(
        entry for entry in catalogue.models if fnmatchcase(entry.model_type, name) and (entry.main or all_classes)
    )
    return by_class + by_type or (catalogue.find(name),)
