"""Traits of one model that are unknown for one reason, which is said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from analyzer.outputs.values import module_text
from analyzer.report import Finding

_FEW = 3
"""From so many traits on they are told together."""
_WIDTH = 108


@dataclass(frozen=True, slots=True)
class Undecided:
    """Findings about one module (or pattern of modules) of a model that share their reason, in order."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def traits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.trait or one.name for one in self.findings))

    @property
    def text(self) -> str:
        """The reason and the traits in one line."""
        return f"{self.first.reason} ({', '.join(self.traits)})"


def together(findings: Iterable[Finding]) -> list[Finding | Undecided]:
    """``findings`` in order; those that share model, module and reason are together, where the first of them stands."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        key = (one.model_type, one.class_name, one.module, one.reason) if one.reason else (str(len(found)),)
        found.setdefault(key, []).append(one)
    parts: list[Finding | Undecided] = []
    for same in found.values():
        parts += [Undecided(tuple(same))] if len(same) >= _FEW else same
    return parts


def paragraphs(items: Iterable[Undecided]) -> Iterable[str]:
    """Each reason once, and below it the modules and traits that it concerns."""
    by_reason: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for one in items:
        by_traits = by_reason.setdefault(one.first.reason or "", {})
        by_traits.setdefault(one.traits, []).append(module_text(one.first))
    for reason, by_traits in by_reason.items():
        yield from wrap(reason, _WIDTH, initial_indent="  ", subsequent_indent="    ")
        for traits, modules in by_traits.items():
            yield from _listed(f"{', '.join(modules)}: ", traits)


def _listed(modules: str, traits: Sequence[str]) -> list[str]:
    text = f"{modules}{', '.join(traits)}"
    return wrap(text, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8, break_on_hyphens=False)
