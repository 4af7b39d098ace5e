"""What a rule is and what it yields."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from analyzer.base import Span
from analyzer.graph import Op
from analyzer.query import Query
from analyzer.rule.origins import fields_of


class RuleKind(StrEnum):
    """``trait``: an architecture fact; ``hazard``: something a maintainer wants to be told; ``divergence``: two
    sources that should agree and do not."""

    TRAIT = "trait"
    HAZARD = "hazard"
    DIVERGENCE = "divergence"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Confidence(StrEnum):
    """How sure a hazard rule is of what it says: ``high`` follows from the code, ``medium`` rests on how such code is
    usually meant."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Stage(StrEnum):
    """``preview`` rules run only when asked for; ``deprecated`` ones still run and name their replacement."""

    PREVIEW = "preview"
    STABLE = "stable"
    DEPRECATED = "deprecated"


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


Check: TypeAlias = Callable[..., Iterable[Match]]
"""``check(query)``, or ``check(query, traits)`` for a rule that reads what other rules say."""

NO_CONFIG: Mapping[str, object] = MappingProxyType({})
NO_FILES: Mapping[str, str] = MappingProxyType({})
_FIRST = ""
"""Stands for the first trait of a rule (its name where it has no traits) in what an example expects."""


@dataclass(frozen=True, slots=True)
class Example:
    """A self-contained torch module and what the rule must say about it.

    ``code`` defines the class to analyse last. It is constructed with the configuration class that the code defines
    for it, whose fields ``config`` sets, or without arguments. ``expected`` maps each trait to its value, to a set of
    values when instances differ, to ``"unknown"``, or to ``None`` when the rule must stay silent. ``inputs`` gives the
    forward call's tensors as (dtype, shape) where they can not be guessed from parameter names. ``files`` are other
    files of the tree, by path. A ``textual`` example is about how the code is written, and is not tried under other
    names.
    """

    code: str
    expected: Mapping[str, object]
    config: Mapping[str, object] = field(default_factory=lambda: NO_CONFIG)
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None = None
    files: Mapping[str, str] = field(default_factory=lambda: NO_FILES)
    textual: bool = False

    def changed(self, old: str, new: str, *, finds: object) -> Example:
        """A variant with ``new`` wherever the code has ``old``, of which the rule must say ``finds``.

        Raises:
            ValueError: The code does not have ``old``.
        """
        if old not in self.code:
            raise ValueError(f"the example to change does not have {old!r}")
        return replace(self, code=self.code.replace(old, new), expected=expectation(finds))


def expectation(finds: object) -> Mapping[str, object]:
    """``finds`` as values by trait; a single value is about the first trait of the rule that it is an example of."""
    return finds if isinstance(finds, Mapping) else {_FIRST: finds}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A check with its identity.

    Title and documentation are the docstring of the module that defines ``check``, unless ``text`` gives them.
    ``reads`` names traits of other rules: the check then takes a second argument, ``Traits``, which answers from
    ``providers``, the rules that decide them (set when rules are loaded). ``replaced_by`` is the id of the rule to use
    in place of a deprecated one. ``file`` is where the rule is written if not in the module of its check.
    """

    id: str
    name: str
    check: Check
    traits: tuple[str, ...] = ()
    kind: RuleKind | str = RuleKind.TRAIT
    severity: Severity | str = Severity.INFO
    references: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    reads: tuple[str, ...] = ()
    confidence: Confidence | str = Confidence.HIGH
    stage: Stage | str = Stage.STABLE
    replaced_by: str = ""
    text: str = ""
    file: str = ""
    providers: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.examples, tuple | list):
            object.__setattr__(self, "examples", tuple(map(self._named, self.examples)))

    def _named(self, example: Example) -> Example:
        """``example`` with the name of the rule's first trait where it leaves that out."""
        if not isinstance(example, Example) or _FIRST not in example.expected:
            return example
        first = self.traits[0] if self.traits else self.name
        return replace(example, expected={name or first: value for name, value in example.expected.items()})

    @property
    def title(self) -> str:
        """First line of the check's own docstring, else of the rule's documentation."""
        own = "" if self.text else inspect.getdoc(_function(self.check)) or ""
        return (own or self.documentation).strip().partition("\n")[0]

    @property
    def documentation(self) -> str:
        """The rule file's docstring, empty if it has none."""
        return self.text or inspect.cleandoc(str(_namespace(self.check).get("__doc__") or ""))

    @property
    def path(self) -> str:
        """The file that defines the rule."""
        return self.file or str(_namespace(self.check).get("__file__", ""))

    def matches(self, query: Query) -> tuple[Match, ...]:
        """What the check yields for the model of ``query``; it runs once."""
        return query.once(_Run(self))

    def run(self, query: Query) -> Iterable[Match]:
        """What the check yields, run anew."""
        return self.check(query, Traits(query, self.providers)) if self.reads else self.check(query)


@dataclass(frozen=True, slots=True)
class Traits:
    """What the rules that decide traits say about one model, each of them run once."""

    query: Query
    providers: tuple[Rule, ...]

    def of(self, name: str) -> tuple[Match, ...]:
        """Every match about the trait ``name``, undecided ones (with a ``reason``) too."""
        deciding = [rule for rule in self.providers if name in rule.traits]
        return tuple(
            match for rule in deciding for match in rule.matches(self.query) if (match.trait or rule.traits[0]) == name
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """A rule's check as a question to a model."""

    rule: Rule

    def __call__(self, query: Query) -> tuple[Match, ...]:
        return tuple(self.rule.run(query))


@dataclass(frozen=True, slots=True)
class Removed:
    """What is left of a rule that is gone, so that its id is never given to another."""

    id: str
    name: str
    use: str
    """What to use in its place, or why there is nothing."""


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
