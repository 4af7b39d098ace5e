"""Section ``traits``: do the findings of a model say what was measured?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from analyzer.report import Finding
from tests.scoreboard.board import Headline, Row, Section, Table
from tests.scoreboard.disputes import disputed
from tests.scoreboard.vocabulary import REQUIRED, Expectation, agrees


class Outcome(StrEnum):
    """``unknown``: the tool says that it can not decide; ``missing``: it says nothing."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One trait of one model, scored."""

    trait: str
    expected: str
    got: str
    outcome: Outcome
    disputed: bool = False
    """Wrong, and the truth is known to be in error."""


@dataclass(frozen=True, slots=True)
class ModelVerdicts:
    name: str
    causal: bool
    verdicts: tuple[Verdict, ...]
    seconds: float = 0.0


def judge(expectation: Expectation, findings: Iterable[Finding], main_stack: str) -> Verdict:
    """The verdict on one trait, from what the findings say about the main stack.

    Findings of one stack that contradict each other are right only if all agree with the truth: the truth decides only
    what holds for the whole stack.
    """
    about = [finding for finding in findings if finding.trait == expectation.trait]
    chosen = of_stack(about, main_stack)
    values = [finding.value for finding in chosen if finding.reason is None]
    if not chosen:
        outcome = Outcome.MISSING
    elif len(values) < len(chosen):
        outcome = Outcome.UNKNOWN
    elif all(agrees(expectation.value, value) for value in values):
        outcome = Outcome.RIGHT
    else:
        outcome = Outcome.WRONG
    return Verdict(expectation.trait, str(expectation.value), _shown(chosen), outcome)


def dispute(verdict: Verdict, model_type: str) -> Verdict:
    """``verdict``, marked where it is wrong by a truth that is in error."""
    known = (model_type, verdict.trait, verdict.expected) in disputed()
    return replace(verdict, disputed=True) if known and verdict.outcome is Outcome.WRONG else verdict


def of_stack(findings: Sequence[Finding], main_stack: str) -> list[Finding]:
    """Findings about the main stack; those about the whole model if there are none; else all of them.

    Findings about parts (an indexer inside attention, a norm inside a mixer) do not count beside those of the whole.
    """
    inside = [finding for finding in findings if _inside(finding.module, main_stack)]
    if inside:
        depth = min(one.module.count(".") for one in inside)
        return [one for one in inside if one.module.count(".") == depth]
    whole = [finding for finding in findings if _around(finding.module, main_stack)]
    return whole or list(findings)


def _inside(module: str, stack: str) -> bool:
    return bool(stack) and (module == stack or module.startswith(f"{stack}."))


def _around(module: str, stack: str) -> bool:
    return not module or stack.startswith(f"{module}.")


def _shown(findings: Sequence[Finding]) -> str:
    parts = dict.fromkeys(
        f"unknown ({finding.reason})" if finding.reason is not None else str(finding.value) for finding in findings
    )
    return " | ".join(parts) or "no finding"


def section(models: Sequence[ModelVerdicts]) -> Section:
    """Shares over (model, trait) pairs, for causal language models and for all, required traits and all traits."""
    causal = [model for model in models if model.causal]
    headlines = [
        *_shares("required traits, causal", causal, required=True),
        *_shares("required traits, all models", models, required=True),
        *_shares("all traits, all models", models, required=False),
    ]
    tables = (
        _by_trait("traits of causal language models", causal),
        _by_trait("traits of all models", models),
        _frequent("most frequent wrong answers", models, Outcome.WRONG),
        _frequent("most frequent reasons for no answer", models, Outcome.UNKNOWN),
    )
    return Section("traits", tuple(headlines), tuple(map(_row, models)), tables)


def _shares(label: str, models: Sequence[ModelVerdicts], *, required: bool) -> list[Headline]:
    verdicts = [verdict for model in models for verdict in model.verdicts if verdict.trait in REQUIRED or not required]
    counts = Counter(verdict.outcome for verdict in verdicts)
    shares = [Headline(f"{label}, {outcome}", counts[outcome], len(verdicts)) for outcome in Outcome]
    disputed = sum(verdict.disputed for verdict in verdicts)
    return [*shares, Headline(f"{label}, wrong by a truth in error (disputes.toml)", disputed, len(verdicts))]


def _row(model: ModelVerdicts) -> Row:
    counts = Counter(verdict.outcome for verdict in model.verdicts)
    total = len(model.verdicts)
    wrong = [verdict for verdict in model.verdicts if verdict.outcome is Outcome.WRONG and not verdict.disputed]
    other = [verdict for verdict in model.verdicts if verdict.outcome in (Outcome.UNKNOWN, Outcome.MISSING)]
    return Row(
        name=model.name,
        causal=model.causal,
        exact=counts[Outcome.RIGHT] == total,
        score=counts[Outcome.RIGHT] / total if total else 1.0,
        difference="; ".join(f"{v.trait}: expected {v.expected}, got {v.got}" for v in [*wrong, *other][:4]),
        counts={outcome.value: counts[outcome] for outcome in Outcome},
        seconds=model.seconds,
    )


def _by_trait(title: str, models: Sequence[ModelVerdicts]) -> Table:
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for model in models:
        for verdict in model.verdicts:
            counts[verdict.trait][verdict.outcome] += 1
    rows = [_trait_cells(trait, outcomes) for trait, outcomes in counts.items()]
    return Table(title, ("share right", "trait", *Outcome), tuple(sorted(rows)))


def _trait_cells(trait: str, outcomes: Mapping[Outcome, int]) -> tuple[object, ...]:
    total = sum(outcomes.values())
    share = round(outcomes[Outcome.RIGHT] / total, 3)
    return (share, trait + ("" if trait in REQUIRED else " (extra)"), *(outcomes[outcome] for outcome in Outcome))


def _frequent(title: str, models: Sequence[ModelVerdicts], outcome: Outcome, limit: int = 40) -> Table:
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for model in models:
        for verdict in model.verdicts:
            if verdict.outcome is outcome and not verdict.disputed:
                groups[verdict.trait, verdict.expected, verdict.got].append(model.name)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:limit]
    rows = tuple((len(names), *key, ", ".join(names[:3])) for key, names in ordered)
    return Table(title, ("times", "trait", "expected", "got", "models"), rows)


def plain_findings(findings: Iterable[Finding]) -> dict[str, Any]:
    """Values by (trait, module) in a form to compare: what must not change when a model is renamed."""
    result: dict[str, list[Any]] = defaultdict(list)
    for finding in findings:
        if finding.trait:
            result[finding.trait].append((str(finding.value), finding.reason is None))
    return {trait: sorted(values) for trait, values in sorted(result.items())}
