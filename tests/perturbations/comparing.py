"""What the rules say of models before and after a rewrite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper

from analyzer import Finding, Model
from analyzer.api.calls import SERVED, place_of, settings_of
from analyzer.engine.session import built, opened, texts
from tests.invariance import BY_TEXT, copied, involved, replace
from tests.perturbations.rewriting import Place, Rewrite, Step, rewritten, steps_by_file

UNKNOWN = "unknown"

Said = Mapping[tuple[str, str], tuple[object, ...]]
"""Values by trait (or rule) and module."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One model under one rewrite: how many values are the same, which changed, which became
    unknown, how many are said of another module."""

    same: int
    changed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """One rewrite, or several together: the number of sites of each, and a verdict for each model that changed."""

    sites: Mapping[str, int]
    verdicts: Mapping[str, Verdict]

    @property
    def troubled(self) -> list[str]:
        """The models of which not everything is as before."""
        return [name for name, one in self.verdicts.items() if one.changed or one.unknown]


Settings = Mapping[str, object]
"""Values of configuration fields."""


@dataclass(slots=True)
class Bench:
    """Models of the tree ``source``, with a ``copy`` of it in which their files are rewritten and put back.

    ``models`` are model types with what is set in their configurations.
    """

    source: Path
    copy: Path
    models: Mapping[str, Settings]
    files: dict[str, list[str]] = field(default_factory=dict)
    """The modeling files of each model."""
    steps: dict[str, dict[Place, set[Step]]] = field(default_factory=dict)
    before: Mapping[str, Said] = field(default_factory=dict)
    _parsed: dict[str, MetadataWrapper] = field(default_factory=dict)

    def __post_init__(self) -> None:
        copied(self.source, self.copy)
        said_before: dict[str, Said] = {}
        for name, model in loaded(self.source, self.models):
            steps_of = steps_by_file(model)
            self.files[name] = involved(model) or sorted(steps_of)
            for file, places in steps_of.items():
                for place, steps in places.items():
                    self.steps.setdefault(file, {}).setdefault(place, set()).update(steps)
            said_before[name] = said(model)
        self.before = said_before

    def run(self, rewrites: Sequence[Rewrite], models: Iterable[str] | None = None) -> Result:
        """Apply ``rewrites`` to the files of ``models`` (all if None), and compare those of which files changed."""
        chosen = list(self.models if models is None else models)
        written: dict[str, str] = {}
        sites = Counter({one.name: 0 for one in rewrites})
        for file in sorted({file for name in chosen for file in self.files[name]}):
            text, found = self._rewritten(rewrites, file)
            sites.update(found)
            if found:
                written[file] = text
        affected = {name: self.models[name] for name in chosen if not written.keys().isdisjoint(self.files[name])}
        try:
            for file, text in written.items():
                replace(self.copy / file, text)
            after = {name: said(model) for name, model in loaded(self.copy, affected)}
        finally:
            for file in written:
                replace(self.copy / file, self._parsed[file].module.code)
        return Result(dict(sites), {name: compared(self.before[name], after[name]) for name in affected})

    def _rewritten(self, rewrites: Sequence[Rewrite], file: str) -> tuple[str, Counter[str]]:
        if file not in self._parsed:
            text = (self.source / file).read_text(encoding="utf-8")
            self._parsed[file] = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        steps = {place: tuple(found) for place, found in self.steps.get(file, {}).items()}
        return rewritten(self._parsed[file], steps, rewrites)


def loaded(tree: Path, models: Mapping[str, Settings]) -> Iterator[tuple[str, Model]]:
    """Each of ``models`` with its name, built from ``tree``, which is opened once."""
    place = place_of(tree)
    for name, overrides in models.items():
        settings = settings_of(None, overrides, dtype=SERVED)
        attempt = built(place, opened(place).find(name), settings)
        yield name, Model(attempt, tree, texts(place), settings.budget)


def said(model: Model) -> Said:
    """What the rules say of ``model``."""
    found: dict[tuple[str, str], list[object]] = {}
    for one in model.findings():
        if one.rule not in BY_TEXT:
            found.setdefault((one.trait or one.rule, one.module), []).append(_value(one))
    return {key: tuple(sorted(values, key=repr)) for key, values in found.items()}


def _value(finding: Finding) -> object:
    return UNKNOWN if finding.certainty == UNKNOWN else finding.value


def compared(before: Said, after: Said) -> Verdict:
    """The verdict on one model. What was unknown and is decided now is no harm.

    A value that stays and is said of another module (a call of ``nn.Linear`` written as a function runs in the module
    around it) has moved.
    """
    same, moved = 0, 0
    changed, unknown = list[str](), list[str]()
    for trait in sorted({trait for trait, _ in (*before, *after)}):
        old, new = _values(before, trait), _values(after, trait)
        kept = [module for module in old if module in new and _equal(old[module], new[module])]
        same += len(kept)
        for module in kept:
            del old[module], new[module]
        moved += _paired(old, new)
        for module in sorted(old.keys() | new.keys()):
            was, now = old.get(module, ()), new.get(module, ())
            text = f"{trait} of {module or 'the model'}: {_shown(was)} -> {_shown(now)}"
            if UNKNOWN in now:
                unknown.append(text)
            elif UNKNOWN not in was:
                changed.append(text)
    return Verdict(same, tuple(changed), tuple(unknown), moved)


def _values(found: Said, trait: str) -> dict[str, tuple[object, ...]]:
    return {module: values for (name, module), values in found.items() if name == trait}


def _paired(old: dict[str, tuple[object, ...]], new: dict[str, tuple[object, ...]]) -> int:
    """Take out, and count, equal values of modules of which nothing is said on the other side."""
    pairs = 0
    for module in [module for module in old if module not in new]:
        other = next((one for one in new if one not in old and _equal(old[module], new[one])), None)
        if other is not None:
            del old[module], new[other]
            pairs += 1
    return pairs


def _equal(old: object, new: object) -> bool:
    if isinstance(old, float) and isinstance(new, int | float):
        return isclose(old, new, rel_tol=1e-6)
    if isinstance(old, tuple | list) and isinstance(new, tuple | list):
        return len(old) == len(new) and all(map(_equal, old, new))
    return old == new


def _shown(values: Iterable[object]) -> str:
    return ", ".join(map(repr, values)) or "nothing"
