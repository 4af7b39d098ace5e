"""The tool under test: finds the class of a row of truth, builds it as the row says, spreads rows over processes."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from analyzer.engine import Attempt, Packs, Settings, TreeLocation, built, chosen_rules, examine, opened
from analyzer.engine.evidence_text import EvidenceText
from analyzer.graph import BuiltModel
from analyzer.names import ModelEntry, Workspace
from analyzer.report import Finding
from analyzer.workers import Job, Loss, results
from tests.truth import ClassTruth, Key, Run

T = TypeVar("T")
Item = TypeVar("Item")
BUDGET = 120.0


@dataclass(frozen=True, slots=True)
class Built:
    """A model, the time it took, and the problems met on the way."""

    model: BuiltModel
    seconds: float
    attempt: Attempt


class NotFound(LookupError):
    """The catalogue has no such class."""


def entry_of(workspace: Workspace, key: Key, config_class: str) -> ModelEntry:
    """The catalogue's entry for a recorded class, with the configuration class that the recording used.

    Raises NotFound if the catalogue does not have the class.
    """
    models = workspace.catalogue().models
    named = [entry for entry in models if entry.class_name == key.class_name]
    if not named:
        raise NotFound(f"{key.class_name} is not in the catalogue")
    best = max(named, key=lambda entry: (entry.model_type == key.model_type, entry.config_class == config_class))
    if best.config_class == config_class:
        return best
    donor = next((entry for entry in models if entry.config_class == config_class), None)
    if donor is None:
        return best
    return dataclasses.replace(best, config_class=donor.config_class, config_module=donor.config_module)


def construct(place: TreeLocation, row: ClassTruth) -> Built:
    """The class under its default configuration, not traced."""
    entry = entry_of(opened(place), row.key, row.config_class)
    return _timed(place, entry, Settings(overrides=row.overrides, trace=False, budget=BUDGET), {}, None)


def trace(place: TreeLocation, run: Run, half: bool = False) -> Built:
    """The recorded run: small configuration, the same inputs and arguments; all of it in bfloat16 with ``half``."""
    workspace = opened(place)
    entry = entry_of(workspace, run.key, config_class_of(workspace, run))
    settings = Settings(config=dict(run.config), budget=BUDGET, dtype="bfloat16" if half else None)
    inputs = {name: (_halved(dtype) if half else dtype, shape) for name, (dtype, shape) in run.inputs.items()}
    return _timed(place, entry, settings, run.arguments, inputs)


def _halved(dtype: str) -> str:
    return "bfloat16" if dtype.startswith("float") else dtype


def under_default(place: TreeLocation, key: Key, config_class: str, overrides: Mapping[str, Any]) -> Built:
    """The class under its default configuration (with what it needs to be buildable), traced as a scan does."""
    entry = entry_of(opened(place), key, config_class)
    return _timed(place, entry, Settings(overrides=overrides, budget=BUDGET, dtype="bfloat16"), {}, None)


def findings(place: TreeLocation, built: Built) -> tuple[Finding, ...]:
    """What the shipped rules say about a built model."""
    return examine(built.attempt, chosen_rules(Packs(entry_points=False)), _texts(place), BUDGET).findings


@lru_cache(maxsize=2)
def _texts(place: TreeLocation) -> EvidenceText:
    return EvidenceText(opened(place).tree.root)


def config_class_of(workspace: Workspace, run: Run) -> str:
    """The recorded configuration may be a part of the model type's own: its ``model_type`` tells."""
    model_type = run.config.get("model_type")
    if model_type == run.key.model_type:
        return run.config_class
    entries = (entry for entry in workspace.catalogue().models if entry.model_type == model_type)
    return next((entry.config_class for entry in entries if entry.config_class), run.config_class)


def _timed(
    place: TreeLocation,
    entry: ModelEntry,
    settings: Settings,
    arguments: Mapping[str, Any],
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None,
) -> Built:
    start = time.perf_counter()
    tried = built(place, entry, dataclasses.replace(settings, inputs=inputs, arguments=arguments))
    return Built(tried.model, round(time.perf_counter() - start, 3), tried)


def spread(
    work: Callable[[TreeLocation, Item], T],
    place: TreeLocation,
    items: Sequence[Item],
    group: Callable[[Item], object],
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[T]:
    """``work`` on every item in order; neighbours of one group go to the same process, which has read their files."""
    groups = [list(members) for _, members in groupby(items, key=group)]
    done = 0
    for members, found in zip(groups, _results(work, place, groups, jobs), strict=True):
        done += len(members)
        if progress is not None:
            progress(done, len(items))
        yield from found


def _results(
    work: Callable[[TreeLocation, Item], T], place: TreeLocation, groups: Sequence[Sequence[Item]], jobs: int
) -> Iterator[list[T]]:
    job: Job[Item, T] = Job(_group, _lost, (work, place))
    return results(job, groups, 0 if jobs <= 1 or len(groups) <= 1 else jobs)


def _group(members: Sequence[Item], work: Callable[[TreeLocation, Item], T], place: TreeLocation) -> list[T]:
    return [work(place, member) for member in members]


def _lost(_member: object, loss: Loss) -> Any:
    raise loss.error or RuntimeError(f"{loss.reason} {loss.step}")


def place_of(path: Path | None) -> TreeLocation:
    """The tree at ``path``, or the installed transformers."""
    return TreeLocation(path)
