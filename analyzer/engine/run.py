"""A whole scan."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from analyzer.base import InputError
from analyzer.engine.assemble import assemble
from analyzer.engine.baseline import read_baseline
from analyzer.engine.schedule import Progress, examine_all, ready
from analyzer.engine.session import opened
from analyzer.engine.suppression import with_suppressions
from analyzer.engine.task import Packs, Settings, TreeLocation
from analyzer.names import Catalogue, ModelEntry
from analyzer.report import Report


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """Which models, built how, by how many worker processes (None: as many as there are cores, ``HERE``: by this
    process); findings of ``baseline`` do not count."""

    models: tuple[str, ...] = ()
    all_classes: bool = False
    settings: Settings = field(default_factory=Settings)
    jobs: int | None = None
    baseline: Path | None = None


def run(place: TreeLocation, packs: Packs, options: ScanOptions, progress: Progress | None = None) -> Report:
    """Build the chosen models of the tree at ``place``, run the rules on each, report.

    Raises InputError if there is nothing to analyse, a model's name is unknown, or a rule pack or the baseline cannot
    be loaded.
    """
    known = None if options.baseline is None else read_baseline(options.baseline)
    with ready(options.jobs):
        workspace = opened(place)
        entries = choose(workspace.catalogue(), options.models, options.all_classes)
        with closing(examine_all(place, entries, packs, options.settings, options.jobs, progress)) as outcomes:
            report = assemble(workspace, outcomes)
    return with_suppressions(
        report, workspace, packs, whole=not options.models, baseline=known, baseline_path=options.baseline
    )


def choose(catalogue: Catalogue, names: Sequence[str] = (), all_classes: bool = False) -> tuple[ModelEntry, ...]:
    """The models to analyse in the order of the catalogue.

    Without ``names`` the main class of every model type. A name is a model type, a class, or a pattern (``qwen*``) of
    either; one that fits nothing is an InputError.
    """
    main = tuple(entry for entry in catalogue.models if entry.main or all_classes)
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
