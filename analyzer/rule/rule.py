"""Rules, what they yield, and their examples."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from analyzer.base import Span
from analyzer.graph import Op
from analyzer.query import Query
from analyzer.rule.origins import fields_of


class RuleKind(StrEnum):
    """``trait``: a fact of the architecture. ``hazard``: something a maintainer wants to know. ``divergence``: two
    sources disagree that should agree."""

    TRAIT = "trait"
    HAZARD = "hazard"
    DIVERGENCE = "divergence"


class Severity(StrEnum):
    """How bad a finding is: what ``--fail-on`` compares."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Confidence(StrEnum):
    """How sure a hazard rule is of its findings.

    ``high``: they follow from the code. ``medium``: they follow from how such code is usually meant. ``low``: neither.
    """

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Stage(StrEnum):
    """``preview`` rules run on request only. ``deprecated`` rules still run and name their replacement."""

    PREVIEW = "preview"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Certainty(StrEnum):
    """``proved``: follows from the code alone. ``default``: holds for the configuration's default values.
    ``unknown``: undecided."""

    PROVED = "proved"
    DEFAULT = "default"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place in the code that shows a finding.

    ``role`` says in a few words what stands there. ``fields`` are the configuration fields that it depends on.
    """

    role: str
    span: Span
    fields: frozenset[str] = frozenset()
    op: Op | None = None
    """The operation at that place. The finding depends on the conditions under which it runs."""
    numbers: tuple[object, ...] = ()
    """Numbers that the finding rests on. Where the module of ``op`` got them is shown, too."""
    built: bool = False
    """The finding rests on how the module of ``op`` is made. If its class is a library's, its construction is shown."""


@dataclass(frozen=True, slots=True)
class Match:
    """One result of a rule: that a trait of a module has a value, or that something was found there.

    Attributes:
        value: The trait's value, True for hazards. A value that comes from the configuration keeps its origin: the
            finding then names the fields and the expression.
        evidence: The places that show it.
        module: The path of the module (``model.layers.0.mlp``), or a pattern of paths (``model.layers.*.mlp``).
        trait: The trait, if not the rule's first.
        certainty: Derived from the configuration fields if None.
        reason: Why the value is undecided; such a match has no value.
        message: The text of the finding, derived from trait and value if None.
        depends_on: Further configuration fields that the finding depends on.
        expression: How the value is made, for the message. Read from the value if None.
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
"""``check(query)``, or ``check(query, traits)`` for a rule that reads traits that other rules decide."""

NO_CONFIG: Mapping[str, object] = MappingProxyType({})
NO_FILES: Mapping[str, str] = MappingProxyType({})
_FIRST = ""
"""Stands for the first trait of a rule (its name where it has no traits) in what an example expects."""


@dataclass(frozen=True, slots=True)
class Example:
    """A program, and what a rule must say about it. ``block_example`` and its like write the program.

    Attributes:
        code: The program. Its last class is analysed.
        expected: For each trait its value, a set of values if modules differ, ``"unknown"``, or None for silence.
        config: Values of the fields of the configuration class that ``code`` defines.
        inputs: Element type and shape of each tensor of the forward call. Names such as ``input_ids`` need none.
        files: Further files of the tree, by path.
        textual: The rule reads how the code is written, so that the program is not tried under other names.
    """

    code: str
    expected: Mapping[str, object]
    config: Mapping[str, object] = field(default_factory=lambda: NO_CONFIG)
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None = None
    files: Mapping[str, str] = field(default_factory=lambda: NO_FILES)
    textual: bool = False

    def changed(self, old: str, new: str, *, finds: object) -> Example:
        """A variant with ``new`` wherever the code has ``old``, and what the rule must find in it.

        Raises:
            ValueError: The code does not have ``old``.
        """
        if old not in self.code:
            raise ValueError(f"the example to change does not have {old!r}")
        return replace(self, code=self.code.replace(old, new), expected=expectation(finds))


def expectation(finds: object) -> Mapping[str, object]:
    """``finds`` as values by trait. A single value is about the first trait of the rule that the example belongs to."""
    return finds if isinstance(finds, Mapping) else {_FIRST: finds}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A check and what describes it.

    Attributes:
        id: Two to five capital letters and three digits, ``NRM001``.
        name: Words with hyphens, ``norm-type``.
        check: The function that yields matches.
        traits: The traits that the rule decides, the one that most matches are about first.
        kind: ``trait``, ``hazard`` or ``divergence``.
        severity: ``info``, ``warning`` or ``error``; ``--fail-on`` compares it.
        references: Papers and other sources.
        examples: Programs and what the rule finds in them.
        reads: Traits of other rules. The check then takes a second argument, ``Traits``.
        confidence: ``high``, ``medium`` or ``low``, for hazards.
        stage: ``preview``, ``stable`` or ``deprecated``.
        replaced_by: The id of the rule to use in place of a deprecated one.
        text: Title and documentation, if not the docstring of the module that defines ``check``.
        file: The file that defines the rule, if not the module of ``check``.
        providers: The rules that decide the traits in ``reads``. Loading sets them.
        whole: The rule that this one is a part of. ``only`` sets it.
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
    whole: Rule | None = None

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
        """The first line of the check's docstring if it has one, else of the documentation."""
        own = "" if self.text else inspect.getdoc(_function(self.check)) or ""
        return (own or self.documentation).strip().partition("\n")[0]

    @property
    def documentation(self) -> str:
        """The docstring of the rule's file, empty if it has none."""
        return self.text or inspect.cleandoc(str(_namespace(self.check).get("__doc__") or ""))

    @property
    def path(self) -> str:
        """The file that defines the rule."""
        return self.file or str(_namespace(self.check).get("__file__", ""))

    def matches(self, query: Query) -> tuple[Match, ...]:
        """The matches in the model of ``query``. The check runs once for a query, also where only a part of the rule is
        asked for."""
        if self.whole is None:
            return query.get(_Run(self))
        matches = self.whole.matches(query)
        return tuple(match for match in matches if (match.trait or self.whole.traits[0]) in self.traits)

    def only(self, traits: Iterable[str]) -> Rule:
        """The part of this rule that decides ``traits``."""
        kept = frozenset(traits)
        return replace(self, traits=tuple(name for name in self.traits if name in kept), whole=self.whole or self)

    def run(self, query: Query) -> Iterable[Match]:
        """The matches in the model of ``query``, from a new run of the check."""
        return self.check(query, Traits(query, self.providers)) if self.reads else self.check(query)


@dataclass(frozen=True, slots=True)
class Traits:
    """The matches of other rules in one model. Each of these rules runs once."""

    query: Query
    providers: tuple[Rule, ...]

    def of(self, name: str) -> tuple[Match, ...]:
        """All matches about the trait ``name``, also undecided ones (with a ``reason``)."""
        deciding = [rule for rule in self.providers if name in rule.traits]
        return tuple(
            match for rule in deciding for match in rule.matches(self.query) if (match.trait or rule.traits[0]) == name
        )


@dataclass(frozen=True, slots=True)
class _Run:
    """A function of a query that runs a rule's check. Equal ones share the result, see ``Query.once``."""

    rule: Rule

    def __call__(self, query: Query) -> tuple[Match, ...]:
        return tuple(_matches(self.rule.run(query)))


def _matches(found: object) -> Iterator[Match]:
    """The matches that a check gave. Raises TypeError, which says what to write, if it gave something else."""
    if not isinstance(found, Iterable):
        raise TypeError(f"the check returns {_a(found)}: it yields matches, or returns a list of them")
    for one in found:
        if not isinstance(one, Match):
            raise TypeError(f"the check yields {_a(one)}, not a Match: yield Match(value, (at('role', operation),))")
        if not isinstance(one.evidence, tuple | list) or not all(isinstance(each, Evidence) for each in one.evidence):
            raise TypeError("the evidence of a Match is a tuple: (at('role', operation),), also if it is one place")
        if not isinstance(one.module, str):
            raise TypeError(f"the module of a Match is the path of a module, not {_a(one.module)}")
        yield one


def _a(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


@dataclass(frozen=True, slots=True)
class Removed:
    """A rule that no longer exists. It keeps its id, which no other rule may take."""

    id: str
    name: str
    use: str
    """What to use instead, or why there is nothing."""


def at(role: str, place: Op | Span, *values: object, built: bool = False) -> Evidence:
    """Evidence at an operation or span.

    Args:
        role: What stands there, in a few words: ``"residual add"``.
        place: The operation or span.
        values: Numbers that the finding rests on. It depends on the configuration fields that they come from, and where
            the operation's module got them is shown, too (``self.scaling = 0.125``).
        built: The finding rests on how the operation's module is made, say with or without a bias: where the class is
            a library's, the line that constructs the module is shown first.
    """
    if isinstance(place, Span):
        return Evidence(role, place, fields_of(values))
    return Evidence(role, _visible(place), fields_of(values), place, values, built)


def unknown(reason: str, *evidence: Evidence, module: str = "", trait: str | None = None) -> Match:
    """A match for a trait that could not be decided, with the reason."""
    return Match(None, evidence, module=module, trait=trait, certainty=Certainty.UNKNOWN, reason=reason)


def _visible(op: Op) -> Span:
    """The innermost place of ``op`` that lies in the analysed tree."""
    return next((span for span in (op.span, *reversed(op.stack)) if not span.external), op.span)


def _function(check: Check) -> object:
    return check.func if isinstance(check, functools.partial) else check


def _namespace(check: Check) -> Mapping[str, object]:
    function = inspect.unwrap(_function(check))  # type: ignore[arg-type]
    namespace = getattr(function, "__globals__", None)
    return namespace if namespace is not None else vars(sys.modules[check.__module__])
