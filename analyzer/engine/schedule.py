"""Models over processes: each worker opens the source tree once and keeps it."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeAlias, TypeVar

from joblib import Parallel, delayed

from analyzer.engine.config_file import beside
from analyzer.engine.context import examine_fully
from analyzer.engine.task import Outcome, Packs, Place, Settings, Task
from analyzer.engine.texts import Texts
from analyzer.engine.work import Attempt, attempt, examine
from analyzer.graph import Status
from analyzer.interpret import Session, open_workspace
from analyzer.names import ModelEntry, Workspace
from analyzer.report import Problem
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Rule
from analyzer.sources.cache import SyntaxCache

T = TypeVar("T")
Item = TypeVar("Item", ModelEntry, Task)
Progress: TypeAlias = Callable[[int, int, str], None]
"""Told (models done, models in all, class name of the last one)."""


def examine_all(
    place: Place,
    entries: Sequence[ModelEntry],
    packs: Packs,
    settings: Settings,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """What the rules of ``packs`` say about each of ``entries``, in their order."""
    return _spread(_examine_group, place, entries, (packs, settings), jobs, progress)


def examine_each(
    place: Place, tasks: Sequence[Task], packs: Packs, jobs: int | None = None, progress: Progress | None = None
) -> Iterator[Outcome]:
    """What the rules of ``packs`` say about each of ``tasks``, with main stacks and fields, in their order."""
    return _spread(_examine_tasks, place, tasks, (packs,), jobs, progress)


def build_all(
    place: Place,
    entries: Sequence[ModelEntry],
    settings: Settings,
    extract: Callable[[Attempt], T],
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[T]:
    """``extract`` of each of ``entries`` built, in their order; a module-level function whose result is small."""
    return _spread(_extract_group, place, entries, (settings, extract), jobs, progress)


def spread(
    work: Callable[[Any], T],
    tasks: Sequence[Any],
    name: Callable[[Any], str],
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[T | Problem]:
    """``work``, a module-level function, on each of ``tasks`` in several processes, in their order; what it is given
    and what it returns travel between processes. A bug of this program is a problem of one task."""
    workers = min(jobs or os.cpu_count() or 1, len(tasks))
    results: Iterable[T | Problem] = _results(_isolated, [(work, task) for task in tasks], workers)
    for done, (task, result) in enumerate(zip(tasks, results, strict=True), 1):
        if progress is not None:
            progress(done, len(tasks), name(task))
        yield result


def _isolated(work: Callable[[Any], T], task: Any) -> T | Problem:
    try:
        return work(task)
    except Exception as error:  # noqa: BLE001 - a bug of this program costs one task, not all of them
        message = f"{type(error).__name__}: {error}"
        return Problem(path="", line=0, code="internal", message=message, traceback=traceback.format_exc())


def _spread(
    work: Callable[..., list[T]],
    place: Place,
    entries: Sequence[Item],
    arguments: tuple[object, ...],
    jobs: int | None,
    progress: Progress | None,
) -> Iterator[T]:
    groups = _groups(entries)
    workers = min(jobs or os.cpu_count() or 1, len(groups))
    done = 0
    calls = [(place, group, *arguments) for group in groups]
    for group, results in zip(groups, _results(work, calls, workers), strict=True):
        done += len(group)
        if progress is not None:
            progress(done, len(entries), group[-1].class_name)
        yield from results


def _results(work: Callable[..., T], calls: Sequence[tuple[Any, ...]], workers: int) -> Iterable[T]:
    """What ``work`` gives for the arguments of each of ``calls``, in their order, by several processes."""
    if workers <= 1:
        return (work(*arguments) for arguments in calls)
    parallel = Parallel(n_jobs=workers, return_as="generator", batch_size=1)
    results: Iterable[T] = parallel(delayed(work)(*arguments) for arguments in calls)
    return results


def _groups(entries: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Runs of models from one file, which share the work of reading it."""
    return [tuple(group) for _, group in groupby(entries, key=lambda entry: entry.path)]


def _examine_group(place: Place, group: Iterable[ModelEntry], packs: Packs, settings: Settings) -> list[Outcome]:
    rules, texts = chosen(packs), _texts(place)
    return [examine(built(place, entry, settings), rules, texts, settings.budget) for entry in group]


def _examine_tasks(place: Place, group: Iterable[Task], packs: Packs) -> list[Outcome]:
    rules, texts = chosen(packs), _texts(place)
    return [
        examine_fully(built(place, task.entry, task.settings), rules, texts, task.settings.budget) for task in group
    ]


def _extract_group(
    place: Place, group: Iterable[ModelEntry], settings: Settings, extract: Callable[[Attempt], T]
) -> list[T]:
    return [extract(built(place, entry, settings)) for entry in group]


def built(place: Place, entry: ModelEntry, settings: Settings) -> Attempt:
    """``entry`` of the tree at ``place``, built by the session that this process keeps.

    A config.json beside the code takes the place of the class's defaults.
    """
    if settings.config is None and (found := beside(opened(place).tree.root, entry)) is not None:
        settings = replace(settings, config=found.content, config_file=found)
    tried = attempt(_session(place).build, entry, settings)
    if tried.model.status is Status.FAILED:
        _session.cache_clear()  # what stopped in the middle may have left something behind
    return tried


@lru_cache(maxsize=2)
def _session(place: Place) -> Session:
    return Session(opened(place))


@lru_cache(maxsize=2)
def opened(place: Place) -> Workspace:
    """The source tree at ``place``, opened once in this process."""
    return open_workspace(place.path, cache=SyntaxCache.open() if place.cache else None)


@lru_cache(maxsize=2)
def _texts(place: Place) -> Texts:
    return Texts(opened(place).tree.root)


@lru_cache(maxsize=8)
def chosen(packs: Packs) -> tuple[Rule, ...]:
    """The rules that take part."""
    rules = load_packs(packs.paths, packs.entry_points)
    return tuple(rule for rule in rules if packs.ids is None or rule.id in packs.ids)
