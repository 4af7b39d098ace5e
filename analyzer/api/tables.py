"""Many models side by side: the functions behind ``asbuilt table``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analyzer import compare
from analyzer.api.calls import PathLike, place_of
from analyzer.base import InputError
from analyzer.engine import LoadedRules, choose, opened
from analyzer.engine.saved_report import read_report as _read
from analyzer.report import Report, TraitTable


def table(*reports: Report, traits: Sequence[str] = (), models: Sequence[str] = ()) -> TraitTable:
    """Models × traits: what ``reports``, each of one tree, have found, one row a model.

    Args:
        reports: What ``scan`` or ``read_report`` returned.
        traits: Columns: traits (``rope.theta``), areas (``attention``) or beginnings (``attention.qk``); those of a
            survey of language models if empty.
        models: Rows: model types, classes or patterns of them, in this order; all models, by name, if empty.

    Raises:
        InputError: There is no report, no such trait, or no model that fits.

    >>> report = analyzer.scan(models=["llama", "qwen3"])  # doctest: +SKIP
    >>> print(analyzer.render(analyzer.table(report, traits=["norm", "attention.qk_norm"]), "latex"))  # doctest: +SKIP
    """
    return compare.trait_table(reports, traits, models)


def read_report(path: PathLike) -> Report:
    """The report that ``asbuilt scan --format json --output FILE`` has written.

    Raises InputError if there is no such file, or it holds something else.
    """
    return _read(Path(path))


def models_called(name: str, path: PathLike | None = None) -> tuple[str, ...]:
    """The classes that ``name`` (a model type, a class or a pattern) stands for in the code at ``path``; maybe none."""
    catalogue = opened(place_of(path)).catalogue()
    try:
        return tuple(entry.class_name for entry in choose(catalogue, (name,)))
    except InputError:
        return ()


def rules_of_traits(traits: Sequence[str], rules: LoadedRules) -> tuple[str, ...]:
    """The ids of the rules that decide what a table with the columns ``traits`` shows.

    Raises InputError, with near names, if one of ``traits`` names no trait.
    """
    decided = {trait for rule in rules for trait in rule.traits}
    chosen = compare.chosen_traits(traits, decided)
    return tuple(rule.id for rule in rules if not chosen.isdisjoint(rule.traits))
