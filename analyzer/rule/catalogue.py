"""The rules that take part: found by id, chosen by name or trait, joined with the rules whose traits they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from analyzer.base import InputError
from analyzer.rule.rule import Removed, Rule, Stage


@dataclass(frozen=True, slots=True)
class RuleCatalogue:
    """Rules in the order of their ids, and the tombstones of those that are gone."""

    rules: tuple[Rule, ...]
    removed: tuple[Removed, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def find(self, name: str) -> Rule:
        """The rule with this id or name; InputError with near ones, or with what took the place of a removed one."""
        for rule in self.rules:
            if _is_called(rule, name):
                return rule
        for gone in self.removed:
            if _is_called(gone, name):
                raise InputError(f"rule {gone.id} {gone.name} was removed; {gone.use}", code="no-rule")
        known = [word for rule in self.rules for word in (rule.id, rule.name)]
        near = get_close_matches(name, known, 3, 0.5) or get_close_matches(name.upper(), known, 3, 0.5)
        raise InputError(f"no rule {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""), code="no-rule")

    def choose(
        self, select: Sequence[str] | None = None, ignore: Sequence[str] | None = None, preview: bool = True
    ) -> RuleCatalogue:
        """Rules that ``select`` names (all if empty) without those that ``ignore`` names.

        A name is an id, the beginning of one (``NRM``), a rule's name, a trait or a family of traits (``norm``). A name
        that fits no rule is an InputError. Without ``preview``, rules in preview take part only if selected by their
        own id or name.
        """
        select = tuple(select or ())
        wanted = [self._named(name) for name in select]
        unwanted = [self._named(name) for name in ignore or ()]
        chosen = frozenset[str]().union(*wanted) if wanted else frozenset(rule.id for rule in self.rules)
        kept = chosen.difference(*unwanted)
        if not preview:
            kept -= {rule.id for rule in self.rules if rule.stage == Stage.PREVIEW and not _asked_for(rule, select)}
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id in kept))

    def _named(self, name: str) -> frozenset[str]:
        found = frozenset(rule.id for rule in self.rules if _answers(rule, name))
        return found or frozenset({self.find(name).id})


def _is_called(rule: Rule | Removed, name: str) -> bool:
    return name.upper() == rule.id or name == rule.name


def _asked_for(rule: Rule, names: Iterable[str]) -> bool:
    return any(_is_called(rule, name) for name in names)


def _answers(rule: Rule, name: str) -> bool:
    if name == rule.name or rule.id.startswith(name.upper()):
        return True
    return any(trait == name or trait.startswith(name.removesuffix(".*") + ".") for trait in rule.traits)


def linked(rules: Sequence[Rule], others: Sequence[Rule] = ()) -> Iterator[Rule]:
    """``rules``, those that read traits with the rules that decide them, from ``rules`` and ``others``.

    A trait is decided by rules that read none themselves, so that nothing goes round in a circle. Raises InputError
    for a trait that no rule decides.
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
