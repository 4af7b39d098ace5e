"""Distributes models over worker processes; each worker opens the source tree once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from typing import Any, TypeAlias, TypeVar

from analyzer.engine.examination import Attempt, examine
from analyzer.engine.full_examination import examine_fully
from analyzer.engine.lost import lost_attempt, lost_outcome, lost_problem, without_rule
from analyzer.engine.main_stacks import with_main_stacks
from analyzer.engine.rules import chosen_rules
from analyzer.engine.session import built, texts
from analyzer.engine.task import ModelOutcome, Packs, Settings, Task, TreeLocation
from analyzer.names import ModelEntry
from analyzer.report import Problem
from analyzer.rule.findings import TextOf
from analyzer.rule.rule import Rule
from analyzer.workers import Job, Loss, LossKind, possible, prepared, results, step

T = TypeVar("T")
Item = TypeVar("Item")
Progress: TypeAlias = Callable[[int, int, str], None]
"""Called with (models done, number of models, class name of the last one)."""
HERE = 0
"""The number of workers that means: run everything in this process."""


def examine_all(
    chosen: Iterable[tuple[TreeLocation, Sequence[ModelEntry]]],
    packs: Packs,
    settings: Settings,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Generator[ModelOutcome]:
    """What the rules of ``packs`` say about each of the ``chosen`` models of source trees, in their order.

    ``jobs`` is the number of worker processes, one for each core when None, at most one for each file; ``HERE`` for
    none. A model whose worker dies again when it is alone is reported as failed. If a rule was running then, the model
    is examined without that rule, and the report says so.
    """
    tasks = [Task(entry, settings, place=place) for place, entries in chosen for entry in entries]
    return _examined(_examine, (packs,), tasks, jobs, progress)


def examine_each(
    place: TreeLocation, tasks: Sequence[Task], packs: Packs, jobs: int | None = None, progress: Progress | None = None
) -> Generator[ModelOutcome]:
    """What the rules of ``packs`` say about each of ``tasks``, with main stacks and fields, in their order; see
    ``examine_all``."""
    return _examined(_examine_fully, (packs, place), tasks, jobs, progress)


def build_all(
    place: TreeLocation,
    entries: Sequence[ModelEntry],
    settings: Settings,
    extract: Callable[[Attempt], T],
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Generator[T]:
    """``extract`` of each of ``entries`` built, in their order; a function whose result is small.

    A model whose worker dies again when it is alone is extracted as a failed one, in this process. Raises what
    ``extract`` raises.
    """
    tasks = [Task(entry, settings) for entry in entries]

    def lost(task: Task, loss: Loss) -> T:
        if loss.kind is LossKind.RAISED:
            raise loss.error or RuntimeError(loss.reason)
        return extract(lost_attempt(task, loss))

    job = Job(_extract, lost, (place, extract))
    return _spread(job, tasks, _files(tasks), lambda task: task.class_name, jobs, progress)


def spread(
    work: Callable[[Any], T],
    tasks: Sequence[Any],
    name: Callable[[Any], str],
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Generator[T | Problem]:
    """``work``, a function of a module, on each of ``tasks`` in several processes, in their order; what it is given
    and what it returns travel between processes. A bug of this program, or a worker that dies, is a problem of one
    task."""
    job: Job[Any, T | Problem] = Job(_each, lost_problem, (work,))
    return _spread(job, tasks, [[task] for task in tasks], name, jobs, progress)


@contextmanager
def ready(jobs: int | None) -> Iterator[None]:
    """Let a worker import what it needs while this process prepares the work."""
    if jobs == HERE or not possible():
        yield
        return
    with prepared([__name__]):
        yield


def _examined(
    work: Callable[..., list[ModelOutcome]],
    arguments: tuple[object, ...],
    tasks: Sequence[Task],
    jobs: int | None,
    progress: Progress | None,
) -> Generator[ModelOutcome]:
    job = Job(work, lost_outcome, arguments, without_rule)
    return _spread(job, tasks, _files(tasks), lambda task: task.class_name, jobs, progress)


def _spread(
    job: Job[Item, T],
    items: Sequence[Item],
    units: Sequence[Sequence[Item]],
    name: Callable[[Item], str],
    jobs: int | None,
    progress: Progress | None,
) -> Generator[T]:
    done = 0
    workers = (os.cpu_count() or 1 if jobs is None else jobs) if possible() else HERE
    with closing(results(job, units, workers)) as found:
        for unit, some in zip(units, found, strict=True):
            done += len(unit)
            if progress is not None:
                progress(done, len(items), name(unit[-1]))
            yield from some


def _files(tasks: Sequence[Task]) -> list[tuple[Task, ...]]:
    """Runs of models from one file, which share the work of reading it."""
    return [tuple(group) for _, group in groupby(tasks, key=lambda task: (task.place, task.path))]


def _examine(tasks: Sequence[Task], packs: Packs) -> list[ModelOutcome]:
    rules, done = chosen_rules(packs), []
    for task in tasks:
        assert task.place is not None
        tried = built(task.place, task.entry, task.settings)
        done.append(_outcome(tried, rules, texts(task.place), task))
    return done


def _outcome(tried: Attempt, rules: Iterable[Rule], text_of: TextOf, task: Task) -> ModelOutcome:
    query, budget = tried.query(), task.settings.budget
    return with_main_stacks(examine(tried, rules, text_of, budget, query, task.excluded), query, budget)


def _examine_fully(tasks: Sequence[Task], packs: Packs, place: TreeLocation) -> list[ModelOutcome]:
    rules = chosen_rules(packs)
    return [examine_fully(built(place, task.entry, task.settings), rules, texts(place), task) for task in tasks]


def _extract(tasks: Sequence[Task], place: TreeLocation, extract: Callable[[Attempt], T]) -> list[T]:
    return [_extracted(extract, built(place, task.entry, task.settings)) for task in tasks]


def _extracted(extract: Callable[[Attempt], T], tried: Attempt) -> T:
    step(f"what is asked about {tried.model.class_name}", None)
    return extract(tried)


def _each(tasks: Sequence[Any], work: Callable[[Any], T]) -> list[T]:
    return [work(task) for task in tasks]
