"""What commands print, where that is more than one value of another layer: a result with all that its formats need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from analyzer.base import InputError
from analyzer.graph import BuiltModel, Drift
from analyzer.query import Query
from analyzer.report import Alternative, Finding, ModelReport, Problem, Report, VerdictReport
from analyzer.rule.examples import ExampleResult
from analyzer.rule.fact_guide import FactGuide
from analyzer.rule.rule import Rule


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The report of a scan and the rules that took part; ``successful`` says that some model could be built."""

    report: Report
    rules: Iterable[Rule] = ()
    successful: bool = True


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The report of a comparison with papers and the rules that decide traits."""

    report: VerdictReport
    rules: Iterable[Rule] = ()


@dataclass(frozen=True, slots=True)
class ModelResult:
    """One model with what rules find in it; ``alternatives`` are the other branches of its configuration, None if
    they were not asked for."""

    query: Query
    report: ModelReport
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()
    alternatives: tuple[Alternative, ...] | None = None


@dataclass(frozen=True, slots=True)
class ParametersResult:
    """One model's parameters; ``active`` is the number that one token passes, None where that is not known.

    ``published`` asks for the tensors as published files have them.
    """

    model: BuiltModel
    active: int | UnsetType | None = UNSET
    published: bool = False


@dataclass(frozen=True, slots=True)
class FactsResult:
    """What facts a rule can ask for: a list, or a page for each where they were named."""

    guides: tuple[FactGuide, ...]
    pages: bool = False


@dataclass(frozen=True, slots=True)
class DriftResult:
    """The code of a tree that no longer follows from its original; ``checked`` pieces of code do follow."""

    checked: int
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class RulePages:
    """Rules to read about; ``single`` says that one was asked for by its name."""

    rules: tuple[Rule, ...]
    single: bool = False


@dataclass(frozen=True, slots=True)
class ExamplesResult:
    """How the examples of ``rules`` rules went; those in ``untested`` (ids) have none."""

    rules: int
    results: tuple[ExampleResult, ...]
    untested: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every rule has examples and all of them passed."""
        return not self.untested and all(one.passed for one in self.results)


@dataclass(frozen=True, slots=True)
class ClaimsCheck:
    """The claims files that were validated, and what is wrong with them."""

    files: tuple[str, ...]
    errors: tuple[InputError, ...]
