"""The rules of a run: each process loads a pack once, however often it is needed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.base import InputError
from analyzer.engine.task import Packs
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Rule
from analyzer.rule.rule_set import RuleSet
from analyzer.workers import Lost, call

_MOST = 8
_kept: dict[Packs, RuleSet] = {}
"""The last catalogues that this process has loaded."""


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """Rules that this process has loaded, and ``packs``, by which a worker process loads the same."""

    catalogue: RuleSet
    packs: Packs

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.catalogue)

    def choose(self, select: Sequence[str] | None, ignore: Sequence[str] | None, preview: bool) -> Packs:
        """The packs with the ids of the rules that take part; see ``RuleSet.choose``."""
        chosen = self.catalogue.choose(select, ignore, preview)
        parts = frozenset((rule.id, frozenset(rule.traits)) for rule in chosen if rule.whole is not None)
        return replace(self.packs, ids=frozenset(rule.id for rule in chosen), parts=parts)


def load_rules(paths: Iterable[Path | str] = (), *, isolate: bool = False) -> LoadedRules:
    """The shipped rules, those of installed packs, and those at ``paths`` (files or folders), as they are now.

    Rules are programs and may end the process that loads them: with ``isolate`` a worker process loads those at
    ``paths`` first. Raises InputError as ``load_packs`` does, and where that process ends.
    """
    packs = Packs(tuple(Path(path).resolve() for path in paths), visit=time.monotonic_ns())
    if packs.paths and isolate:
        _try_to_load(packs)
    return LoadedRules(catalogue_of(packs), packs)


def catalogue_of(packs: Packs) -> RuleSet:
    """All rules of ``packs``, whichever of them take part."""
    key = replace(packs, ids=None, parts=frozenset())
    if key not in _kept:
        if len(_kept) >= _MOST:
            del _kept[next(iter(_kept))]
        _kept[key] = load_packs(packs.paths, packs.entry_points)
    return _kept[key]


def chosen_rules(packs: Packs) -> tuple[Rule, ...]:
    """The rules of ``packs``, or the parts of them, that take part."""
    parts = dict(packs.parts)
    chosen = (rule for rule in catalogue_of(packs) if packs.ids is None or rule.id in packs.ids)
    return tuple(rule.only(parts[rule.id]) if rule.id in parts else rule for rule in chosen)


def _try_to_load(packs: Packs) -> None:
    try:
        call(_load, packs)
    except Lost as lost:
        message = f"the process that loaded these rules ended ({lost})"
        raise InputError(message, path=", ".join(map(str, packs.paths)), code="bad-rule") from lost


def _load(packs: Packs) -> None:
    catalogue_of(packs)
