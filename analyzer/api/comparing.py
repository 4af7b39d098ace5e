"""Code against code: the functions behind ``asbuilt diff``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.api.calls import SERVED, ConfigLike, PathLike, load, place_of, settings_of, workers
from analyzer.api.model import Model
from analyzer.base import InputError
from analyzer.compare import Side, compare, compare_trees, undecided
from analyzer.engine import (
    Packs,
    Progress,
    Settings,
    TreeLocation,
    built,
    choose,
    chosen_rules,
    examine,
    load_rules,
    opened,
    spread,
)
from analyzer.engine.evidence_text import EvidenceText
from analyzer.names import ModelEntry
from analyzer.report import Comparison, Problem, Subject, TreeComparison
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import RuleKind
from analyzer.rule.rule_set import RuleSet
from analyzer.values import TracedBool, plain
from analyzer.workers import step


def diff(
    first: str,
    second: str,
    first_path: PathLike | None = None,
    second_path: PathLike | None = None,
    *,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    same_sizes: bool = False,
) -> Comparison:
    """What is different between two models, each a model type or class of the code at its path.

    ``config`` and ``overrides`` hold for both; with ``same_sizes`` the first model is given the second's integers for
    configuration fields that both have. Raises InputError, with near names, if there is no such model.
    """
    other = load(second, second_path, config=config, overrides=overrides, dtype=SERVED)
    given = dict(overrides or {})
    if same_sizes:
        alone = load(first, first_path, config=config, overrides=overrides, trace=False)
        given = {**_sizes(alone, other), **given}
    one = load(first, first_path, config=config, overrides=given, dtype=SERVED)
    rules = load_packs()
    sides = side_of(one, _label(first, first_path), rules), side_of(other, _label(second, second_path), rules)
    step("comparing", None)
    return compare(*sides)


def _sizes(model: Model, other: Model) -> dict[str, object]:
    """The integers of ``other`` for the fields of ``model`` of the same names."""
    return {
        name: plain(field.value)
        for name, field in other.config.items()
        if name in model.config and _is_size(field.value) and _is_size(model.config[name].value)
    }


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool | TracedBool)


def _label(name: str, path: PathLike | None) -> str:
    return name if path is None else f"{name}@{path}"


def side_of(model: Model, label: str, rules: RuleSet | None = None) -> Side:
    """A loaded model as one of two to compare."""
    return Side(label, model.built, model.examined(rules=rules or ()).findings, model.texts, str(model.root))


def diff_trees(
    first: PathLike | None,
    second: PathLike | None,
    *,
    models: Sequence[str] = (),
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    cache: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
    isolate: bool | None = None,
) -> TreeComparison:
    """What changed from the tree at ``first`` to the tree at ``second``, for each model type that both have.

    ``models`` are model types or patterns of them, all when empty. ``jobs`` and ``isolate`` as
    for ``scan``. Raises InputError if there is nothing to compare.
    """
    places = place_of(first, cache), place_of(second, cache)
    entries = [_main(place, models) for place in places]
    shared = [name for name in entries[0] if name in entries[1]]
    if not shared:
        raise InputError("the two trees have no model type in common", code="no-models")
    settings = settings_of(config, overrides, dtype=SERVED)
    loaded = load_rules()
    packs = replace(loaded.packs, ids=frozenset(rule.id for rule in loaded if rule.kind == RuleKind.TRAIT))
    tasks = [_Task(places, (entries[0][name], entries[1][name]), settings, packs) for name in shared]
    outcomes = spread(_compared, tasks, lambda task: task.entries[0].class_name, workers(jobs, isolate), progress)
    found = [_told(task, outcome) for task, outcome in zip(tasks, outcomes, strict=True)]
    first_only, second_only = ([name for name in entries[n] if name not in entries[1 - n]] for n in (0, 1))
    roots = (str(opened(places[0]).tree.root), str(opened(places[1]).tree.root))
    return compare_trees(roots, found, first_only, second_only)


@dataclass(frozen=True, slots=True)
class _Task:
    places: tuple[TreeLocation, TreeLocation]
    entries: tuple[ModelEntry, ModelEntry]
    settings: Settings
    packs: Packs


def _main(place: TreeLocation, models: Sequence[str]) -> dict[str, ModelEntry]:
    """The main class of each model type; of those named that this tree has."""
    catalogue = opened(place).catalogue()
    entries = choose(catalogue) if not models else [e for name in models for e in _some(place, name)]
    return {entry.model_type: entry for entry in entries if entry.class_name}


def _some(place: TreeLocation, name: str) -> Sequence[ModelEntry]:
    try:
        return choose(opened(place).catalogue(), (name,))
    except InputError:
        return ()


def _told(task: _Task, outcome: Comparison | Problem) -> Comparison:
    """A comparison; one that this program broke on says so."""
    if isinstance(outcome, Comparison):
        return outcome
    subjects = [
        Subject(
            label=entry.model_type,
            root="",
            model_type=entry.model_type,
            class_name=entry.class_name,
            path=entry.path,
            status="failed",
            parameters=0,
        )
        for entry in task.entries
    ]
    return undecided(subjects[0], subjects[1], f"not compared: {outcome.message}")


def _compared(task: _Task) -> Comparison:
    labels = ("first", "second")
    sides = [_side(task, number, label) for number, label in enumerate(labels)]
    step("comparing", None)
    return compare(*sides)


def _side(task: _Task, number: int, label: str) -> Side:
    place, entry = task.places[number], task.entries[number]
    workspace = opened(place)
    root, texts = workspace.tree.root, EvidenceText(workspace.tree.root, workspace.store)
    attempt = built(place, entry, task.settings)
    found = examine(attempt, chosen_rules(task.packs), texts, task.settings.budget)
    return Side(f"{entry.model_type} ({label})", attempt.model, found.findings, texts, str(root))
