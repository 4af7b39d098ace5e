"""A set of rules: found by id or name, chosen by trait, linked to the rules whose traits they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeAlias

from analyzer.base import InputError
from analyzer.rule.rule import Removed, Rule, Stage

_Part: TypeAlias = tuple[str, str]
"""The id of a rule, and a trait that it decides, empty where it decides none."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their ids, and the rules that no longer exist."""

    rules: tuple[Rule, ...]
    removed: tuple[Removed, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def find(self, name: str) -> Rule:
        """The rule with this id or name.

        Raises:
            InputError: There is none. The error names similar ones, or what to use instead of a removed rule.
        """
        for rule in self.rules:
            if _is_called(rule, name):
                return rule
        for gone in self.removed:
            if _is_called(gone, name):
                raise InputError(f"rule {gone.id} {gone.name} was removed; {gone.use}", code="no-rule")
        known = [word for rule in self.rules for word in (rule.id, rule.name, *rule.traits)]
        near = get_close_matches(name, known, 3, 0.5) or get_close_matches(name.upper(), known, 3, 0.5)
        raise InputError(f"no rule {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""), code="no-rule")

    def choose(
        self, select: Sequence[str] | None = None, ignore: Sequence[str] | None = None, preview: bool = True
    ) -> RuleSet:
        """The rules, or the parts of them, that ``select`` names without those that ``ignore`` names.

        A name is an id, the beginning of one (``NRM``), a rule's name, a trait or a family of traits (``norm``). Of a
        rule that decides several traits a trait's name means that trait alone.

        Args:
            select: Names of rules; all rules if empty.
            ignore: Names of rules to leave out.
            preview: Include rules in preview. Without it, only those that ``select`` names by id or name are included.

        Raises:
            InputError: A name fits no rule.
        """
        select = tuple(select or ())
        every = frozenset(part for rule in self.rules for part in _parts(rule))
        wanted = frozenset[_Part]().union(*map(self._named, select)) if select else every
        kept = wanted.difference(*map(self._named, ignore or ()))
        rules = [rule for rule in self.rules if preview or rule.stage != Stage.PREVIEW or _asked_for(rule, select)]
        return replace(self, rules=tuple(_part_of(rule, kept) for rule in rules if not kept.isdisjoint(_parts(rule))))

    def named(self, names: Iterable[str]) -> frozenset[_Part]:
        """The pairs of rule and trait that ``names`` stand for; the trait is empty where a rule decides none."""
        return frozenset(part for name in names for part in self._named(name))

    def _named(self, name: str) -> frozenset[_Part]:
        """What ``name`` stands for. Traits come first: ``moe`` is a family of them, ``MOE`` the beginning of ids."""
        family = f"{name.removesuffix('.*')}."
        traits = {(rule.id, one) for rule in self.rules for one in rule.traits if one == name or one.startswith(family)}
        if traits:
            return frozenset(traits)
        rules = [rule for rule in self.rules if name == rule.name or rule.id.startswith(name.upper())]
        return frozenset(part for rule in rules or [self.find(name)] for part in _parts(rule))


def _is_called(rule: Rule | Removed, name: str) -> bool:
    return name.upper() == rule.id or name == rule.name


def _asked_for(rule: Rule, names: Iterable[str]) -> bool:
    return any(_is_called(rule, name) for name in names)


def _parts(rule: Rule) -> frozenset[_Part]:
    return frozenset((rule.id, trait) for trait in rule.traits or ("",))


def _part_of(rule: Rule, kept: frozenset[_Part]) -> Rule:
    """``rule`` itself where all of it is ``kept``."""
    parts = _parts(rule)
    return rule if parts <= kept else rule.only(trait for _, trait in parts & kept)


def linked(rules: Sequence[Rule], others: Sequence[Rule] = ()) -> Iterator[Rule]:
    """``rules``, in which those that read traits have the rules that decide these traits as ``providers``.

    Only rules that read no traits are providers, which excludes circles.

    Args:
        rules: The rules to link.
        others: Further rules that may be providers.

    Raises:
        InputError: A rule reads a trait that no rule decides.
    """
    known = {rule.id: rule for rule in (*others, *rules) if not rule.reads}
    decided = {trait for rule in known.values() for trait in rule.traits}
    for rule in rules:
        for trait in rule.reads:
            if trait not in decided:
                raise _undecided(rule, trait, decided)
        wanted = frozenset(rule.reads)
        providers = tuple(one for one in known.values() if not wanted.isdisjoint(one.traits))
        yield replace(rule, providers=providers) if rule.reads else rule


def _undecided(rule: Rule, trait: str, decided: Iterable[str]) -> InputError:
    near = get_close_matches(trait, sorted(decided), 3, 0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else "; `asbuilt traits` lists them"
    return InputError(f"{rule.id} reads {trait}, which no rule decides{hint}", path=rule.path, code="bad-rule")
