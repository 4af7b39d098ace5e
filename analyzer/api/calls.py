"""The functions that programs and the command line call."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from analyzer.api.inputs import read_config, read_file
from analyzer.api.model import Model
from analyzer.base import InputError, as_path
from analyzer.engine import (
    HERE,
    Attempt,
    LoadedRules,
    PathIgnores,
    Progress,
    ScanOptions,
    Settings,
    TreeLocation,
    build_all,
    built,
    choose,
    load_rules,
    opened,
    ready,
    run,
)
from analyzer.engine.evidence_text import EvidenceText
from analyzer.interpret import by_tree
from analyzer.names import ModelEntry
from analyzer.report import Report
from analyzer.sources.read import FileKind, kind_of

T = TypeVar("T")
PathLike: TypeAlias = str | Path
ConfigLike: TypeAlias = Mapping[str, object] | str | Path
TensorLike: TypeAlias = tuple[str, tuple[int, ...]]
SERVED = "bfloat16"
"""Weights as they are usually served: a cast back to their type then differs from a cast to float32."""


def scan(
    path: PathLike | Sequence[PathLike] | None = None,
    *,
    models: Sequence[str] | None = None,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    rules: Iterable[PathLike] | LoadedRules = (),
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    all_classes: bool = False,
    cache: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
    baseline: PathLike | None = None,
    path_ignores: PathIgnores | None = None,
    preview: bool = False,
    isolate: bool | None = None,
) -> Report:
    """Analyse the model code at ``path`` (the installed transformers when None) and report what the rules find.

    Args:
        path: A source checkout, package, folder or file of model code, or several of them. Paths of the report are
            relative to the tree that one is in, to the folder around the trees of several.
        models: Model types, classes or patterns of them; the main class of every model type when None.
        select: What is asked for: traits, families of traits, or rules by id, by the beginning of an id, by name.
        ignore: What to leave out, in the same words.
        rules: Files or folders of rules to run besides the shipped ones, or what ``load_rules`` has loaded.
        config: A config.json (path or content) in place of the configuration class's defaults.
        overrides: Values for single (dotted) configuration fields.
        all_classes: Take every class of a model type, not the main one alone.
        cache: Keep parsed files between runs.
        jobs: Number of processes; one for each core when None, this one when 1.
        progress: Called with (models done, models in all, last class) as the work goes on.
        baseline: A file of known findings (``baseline_of``), which are marked as suppressed.
        path_ignores: Rules that do not count for some files, whose findings are marked as suppressed, too.
        preview: Run rules in preview too, not only those that ``select`` names by id or name.
        isolate: Build models and run rules in worker processes, where a crash, a hang or a full memory costs one model;
            otherwise it is this process that crashes, hangs or is full. None: unless ``jobs`` is 1.

    Raises:
        InputError: Nothing to analyse, an unknown model or rule, an unreadable configuration, rule or baseline file.
    """
    number = workers(jobs, isolate)
    settings = settings_of(config, overrides, dtype=SERVED)
    known = None if baseline is None else Path(baseline)
    with ready(number):
        loaded = rules if isinstance(rules, LoadedRules) else load_rules(rules, isolate=number != HERE)
        options = ScanOptions(tuple(models or ()), all_classes, settings, number, known, path_ignores)
        return run(places_of(path, cache), loaded.choose(select, ignore, preview), options, progress)


def load(
    name: str,
    path: PathLike | None = None,
    *,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    trace: bool = True,
    inputs: Mapping[str, TensorLike] | None = None,
    arguments: Mapping[str, object] | None = None,
    dtype: str | None = SERVED,
) -> Model:
    """The model called ``name`` (a model type or a class) of the code at ``path``, built and, by default, traced.

    ``inputs`` are the tensors that the forward call is given, as (element type, sizes), ``arguments`` its other
    arguments; a typical inference call when neither is given. ``dtype`` is the element type that weights are cast to
    before the call, None for the code's own, ``CONFIGURED`` for the one that the configuration states. Raises
    InputError, with near names, if there is no such model.
    """
    place = place_of(path)
    workspace = opened(place)
    settings = settings_of(config, overrides, trace, inputs, arguments, dtype)
    entry = workspace.find(name)
    texts = EvidenceText(workspace.tree.root, workspace.store)
    return Model(built(place, entry, settings), workspace.tree.root, texts, settings.budget)


def models(path: PathLike | None = None, *, all_classes: bool = False) -> tuple[ModelEntry, ...]:
    """The model classes that the code at ``path`` defines."""
    return choose(opened(place_of(path)).catalogue(), (), all_classes)


def each(
    extract: Callable[[Attempt], T],
    path: PathLike | None = None,
    *,
    models: Sequence[str] | None = None,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    all_classes: bool = False,
    trace: bool = True,
    inputs: Mapping[str, TensorLike] | None = None,
    arguments: Mapping[str, object] | None = None,
    cache: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
    isolate: bool | None = None,
    published: bool = False,
) -> Generator[T]:
    """``extract`` of every chosen model, built in several processes, in the order of the catalogue.

    ``extract`` travels to the processes and what it returns from there, so that should be small. A model that ends its
    process is extracted as a failed one, in this process; what ``extract`` raises is raised here. ``published`` finds
    the names of the weights in published files (``BuiltModel.published``). ``jobs`` and ``isolate`` as for ``scan``.
    The processes end with the iterator: ``close()`` ends both early.
    """
    place = place_of(path, cache)
    entries = choose(opened(place).catalogue(), tuple(models or ()), all_classes)
    settings = replace(settings_of(config, overrides, trace, inputs, arguments), published=published)
    return build_all(place, entries, settings, extract, workers(jobs, isolate), progress)


def workers(jobs: int | None, isolate: bool | None) -> int | None:
    """How many worker processes: ``jobs``, or none where models are built in this process."""
    return jobs if (jobs != 1 if isolate is None else isolate) else HERE


def places_of(paths: PathLike | Sequence[PathLike] | None, cache: bool = True) -> tuple[TreeLocation, ...]:
    """The source trees that ``paths`` are in, each with those of its files and folders that are asked for."""
    if paths is None or isinstance(paths, str | Path):
        return (place_of(paths, cache),)
    found = [place.path for place in (place_of(path, cache) for path in paths) if place.path is not None]
    visit = time.monotonic_ns()
    return tuple(TreeLocation(first, cache, visit, tuple(more)) for first, *more in by_tree(found))


def place_of(path: PathLike | None, cache: bool = True) -> TreeLocation:
    """The source tree that ``path`` names; raises InputError if there is nothing."""
    if path is None:
        return TreeLocation(None, cache, time.monotonic_ns())
    found, shown = Path(path), as_path(str(path))
    if kind_of(found, shown=shown) is FileKind.MISSING:
        raise InputError("no such file or folder", path=shown, code="no-path")
    return TreeLocation(found.resolve(), cache, time.monotonic_ns())


def path_exists(path: PathLike) -> bool:
    """Whether there is a file or a folder at ``path``."""
    return kind_of(Path(path)) is not FileKind.MISSING


def settings_of(
    config: ConfigLike | None,
    overrides: Mapping[str, object] | None,
    trace: bool = True,
    inputs: Mapping[str, TensorLike] | None = None,
    arguments: Mapping[str, object] | None = None,
    dtype: str | None = None,
) -> Settings:
    """How models are built under a configuration that is given as a file, as its content, or by single fields."""
    file = read_file(config) if isinstance(config, str | Path) else None
    content = read_config(config) if file is None else file.content
    given = dict(overrides or {})
    return Settings(content, given, trace, inputs or None, dict(arguments or {}), dtype, config_file=file)
