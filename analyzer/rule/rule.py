"""What a rule is and what it yields."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from analyzer.base import Span
from analyzer.graph import Op
from analyzer.query import Query
from analyzer.rule.origins import fields_of


class Kind(StrEnum):
    """``trait``: an architecture fact; ``hazard``: something a maintainer wants to be told; ``divergence``: two
    sources that should agree and do not."""

    TRAIT = "trait"
    HAZARD = "hazard"
    DIVERGENCE = "divergence"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Certainty(StrEnum):
    """``proved`` by the code alone; ``default``: under the configuration's default values; ``unknown``: undecided."""

    PROVED = "proved"
    DEFAULT = "default"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the code that shows the finding; ``fields`` are configuration fields that it depends on."""

    role: str
    span: Span
    fields: frozenset[str] = frozenset()
    op: Op | None = None
    """The operation at that place: the finding depends on the conditions that it ran under."""


@dataclass(frozen=True, slots=True)
class Match:
    """One observation of a rule.

    ``value`` may be traced: its configuration fields and expression are read off. ``trait`` is the rule's first when
    None, ``certainty`` and ``message`` are derived when None. A ``reason`` makes the match unknown.
    """

    value: object
    evidence: tuple[Evidence, ...] = ()
    module: str = ""
    trait: str | None = None
    certainty: Certainty | None = None
    reason: str | None = None
    message: str | None = None
    depends_on: frozenset[str] = frozenset()
    expression: str | None = None


Check: TypeAlias = Callable[[Query], Iterable[Match]]

NO_CONFIG: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Example:
    """A self-contained torch module and what the rule must say about it.

    ``code`` defines the class to analyse last. It is constructed with the configuration class that the code defines
    for it, whose fields ``config`` sets, or without arguments. ``expected`` maps each trait to its value, to a set of
    values when instances differ, to ``"unknown"``, or to ``None`` when the rule must stay silent. ``inputs`` gives the
    forward call's tensors as (dtype, shape) where they can not be guessed from parameter names.
    """

    code: str
    expected: Mapping[str, object]
    config: Mapping[str, object] = field(default_factory=lambda: NO_CONFIG)
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its identity. Title and documentation are the docstring of the module that defines ``check``."""

    id: str
    name: str
    check: Check
    traits: tuple[str, ...] = ()
    kind: Kind | str = Kind.TRAIT
    severity: Severity | str = Severity.INFO
    references: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def title(self) -> str:
        """First line of the check's own docstring, else of the rule file's."""
        return (inspect.getdoc(_function(self.check)) or self.documentation).strip().partition("\n")[0]

    @property
    def documentation(self) -> str:
        """The rule file's docstring, empty if it has none."""
        return inspect.cleandoc(str(_namespace(self.check).get("__doc__") or ""))

    @property
    def path(self) -> str:
        """The file that defines the rule."""
        return str(_namespace(self.check).get("__file__", ""))


def at(role: str, place: Op | Span, *values: object) -> Evidence:
    """Evidence at an operation or span; the configuration fields behind ``values`` count as dependencies."""
    if isinstance(place, Span):
        return Evidence(role, place, fields_of(values))
    return Evidence(role, _visible(place), fields_of(values), place)


def unknown(reason: str, *evidence: Evidence, module: str = "", trait: str | None = None) -> Match:
    """A match that says the trait is there to decide, and why it could not be decided."""
    return Match(None, evidence, module=module, trait=trait, certainty=Certainty.UNKNOWN, reason=reason)


def _visible(op: Op) -> Span:
    """The innermost place of the analysed tree."""
    return next((span for span in (op.span, *reversed(op.stack)) if not span.external), op.span)


def _function(check: Check) -> object:
    return check.func if isinstance(check, functools.partial) else check


def _namespace(check: Check) -> Mapping[str, object]:
    function = inspect.unwrap(_function(check))  # type: ignore[arg-type]
    namespace = getattr(function, "__globals__", None)
    return namespace if namespace is not None else vars(sys.modules[check.__module__])
