"""One model as a Python object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TypeVar

from analyzer.api.named import Named
from analyzer.base import Gap, one_line
from analyzer.engine import Attempt, ModelOutcome, examine, model_report, summarise
from analyzer.engine.evidence_text import EvidenceText
from analyzer.graph import BuiltModel, ConfigField, ModuleInfo, OpGraph, TensorInfo
from analyzer.query import Query
from analyzer.report import Finding, ModelReport, Problem
from analyzer.rule.explain import Explanation, explain
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Rule
from analyzer.rule.rule_set import RuleSet

F = TypeVar("F")


class Model:
    """A built model: its configuration, modules, tensors, operations, facts and findings.

    Everything is computed on first use and kept. ``built`` is the whole result of interpretation.
    """

    def __init__(self, attempt: Attempt, root: Path, texts: EvidenceText, budget: float) -> None:
        self._attempt = attempt
        self._root = root
        self._texts = texts
        self._budget = budget

    @property
    def built(self) -> BuiltModel:
        return self._attempt.model

    @property
    def root(self) -> Path:
        """The source tree that places are relative to."""
        return self._root

    @property
    def texts(self) -> EvidenceText:
        """The source text of places, as it was when the model was built."""
        return self._texts

    @property
    def config(self) -> Mapping[str, ConfigField]:
        """Fields by (dotted) name, each with its value and where that came from."""
        return Named("configuration field", self.built.config.items())

    @property
    def modules(self) -> Mapping[str, ModuleInfo]:
        """Modules by path in the order of ``named_modules``; the model itself has the empty path."""
        return Named("module", ((module.path, module) for module in self.built.modules))

    @property
    def parameters(self) -> Mapping[str, TensorInfo]:
        """Parameters by name in construction order; ``built.tied`` says which share a tensor."""
        return Named("parameter", ((one.name, one) for one in self.built.parameters))

    @property
    def buffers(self) -> Mapping[str, TensorInfo]:
        """Buffers by name, those that a checkpoint leaves out too (``persistent``)."""
        return Named("buffer", ((one.name, one) for one in self.built.buffers))

    @property
    def graph(self) -> OpGraph:
        """Every operation; ``graph.to_networkx()`` is a new ``MultiDiGraph`` of ``Op`` nodes keyed by operand slot."""
        return self.built.graph

    @property
    def calls(self) -> tuple[tuple[str, str], ...]:
        """(module path, class name) in order of execution; ``built.calls`` says more of each."""
        return tuple((call.path, call.class_name) for call in self.built.calls)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was not understood."""
        return self.built.gaps

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong while the model was built."""
        return self._attempt.problems

    @cached_property
    def query(self) -> Query:
        """The questions that rules ask."""
        return self._attempt.query()

    @property
    def report(self) -> ModelReport:
        """The model's row in a scan report: status, parameter count, coverage."""
        return model_report(summarise(self.built))

    def facts(self, finder: Callable[[Query], tuple[F, ...]]) -> tuple[F, ...]:
        """What a finder of ``analyzer.facts`` (or one of your own) recognises in this model."""
        return self.query.facts(finder)

    def findings(
        self,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] | None = None,
        rules: Iterable[Path | str] = (),
    ) -> tuple[Finding, ...]:
        """What the shipped rules and those in ``rules`` (files or folders) say, ordered by rule.

        Rules in preview take part only if ``select`` names them by id or name.
        A rule that raises raises here; ``scan`` reports it instead.
        """
        outcome = self.examined(select, ignore, rules)
        broken = [problem for problem in outcome.problems if problem.code == "rule-failed"]
        if broken:
            raise RuleFailed(broken[0])
        return outcome.findings

    def examined(
        self,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] | None = None,
        rules: Iterable[Path | str] | RuleSet = (),
    ) -> ModelOutcome:
        """Like ``findings``, with what went wrong (while building, in a rule) beside what was found.

        ``rules`` can also be a catalogue that is loaded already.
        """
        catalogue = rules if isinstance(rules, RuleSet) else load_packs(rules)
        chosen = catalogue.choose(select, ignore, preview=False)
        return examine(self._attempt, chosen, self._texts, self._budget)

    def explain(self, rule: Rule) -> Explanation:
        """Why ``rule`` matches this model or does not."""
        return explain(rule, self._attempt.query(), self._texts)

    def __repr__(self) -> str:
        built = self.built
        return (
            f"<Model {built.class_name} ({built.model_type}): {built.status.value}, {built.total:,} parameters, "
            f"{len(built.modules)} modules, {len(built.graph)} operations, {len(built.gaps)} gaps>"
        )

    def _repr_html_(self) -> str:
        """A table of the findings for notebooks."""
        rows = "".join(
            f"<tr><td>{escape(item.trait or item.name)}</td><td>{escape(one_line(item.message))}</td>"
            f"<td>{escape(one_line(item.module))}</td><td>{escape(item.certainty)}</td></tr>"
            for item in self.findings()
        )
        head = "<tr><th>trait</th><th>finding</th><th>module</th><th>certainty</th></tr>"
        return f"<p>{escape(one_line(repr(self)))}</p><table>{head}{rows}</table>"


class RuleFailed(RuntimeError):
    """A rule raised; ``problem`` has its traceback."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
