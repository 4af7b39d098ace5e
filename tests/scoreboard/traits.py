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

LEAST_RIGHT = 0.97
MOST_WRONG = 0.01
MARK = f"traits at >= {LEAST_RIGHT:.0%} right and < {MOST_WRONG:.0%} wrong"


class Outcome(StrEnum):
    """``disputed``: not what the truth says, which is proven to be in error; ``unknown``: the tool says that it cannot
    decide, and why; ``missing``: it says nothing."""

    RIGHT = "right"
    WRONG = "wrong"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One trait of one model, scored."""

    trait: str
    expected: str
    got: str
    outcome: Outcome


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
    """``verdict``, or that it is disputed where it is wrong by a truth that is in error."""
    known = (model_type, verdict.trait, verdict.expected) in disputed()
    return replace(verdict, outcome=Outcome.DISPUTED) if known and verdict.outcome is Outcome.WRONG else verdict


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


@dataclass(frozen=True, slots=True)
class Score:
    """The verdicts on one trait, counted; shares are of those that the truth decides, which the disputed are not."""

    trait: str
    counts: Mapping[Outcome, int]

    def share(self, outcome: Outcome) -> float:
        """From 0 to 1; 0 where all are disputed."""
        decided = sum(self.counts.values()) - self.counts[Outcome.DISPUTED]
        return self.counts[outcome] / decided if decided else 0.0

    @property
    def reached(self) -> bool:
        """Whether the trait is as often right, and as seldom wrong, as it has to be."""
        return self.share(Outcome.RIGHT) >= LEAST_RIGHT and self.share(Outcome.WRONG) < MOST_WRONG


def section(models: Sequence[ModelVerdicts]) -> Section:
    """Shares over (model, trait) pairs, for causal language models and for all, required traits and all traits; how
    many traits reach the mark each for itself; and, last of the tables, which do not."""
    causal = [model for model in models if model.causal]
    scores = _scores(models)
    missed = [score for score in scores if not score.reached]
    headlines = [
        *_shares("required traits, causal", causal, required=True),
        *_shares("required traits, all models", models, required=True),
        *_shares("all traits, all models", models, required=False),
        Headline(MARK, len(scores) - len(missed), len(scores)),
    ]
    tables = (
        _by_trait("traits of causal language models", _scores(causal)),
        _by_trait("traits of all models", scores),
        _frequent("most frequent wrong answers", models, Outcome.WRONG),
        _frequent("most frequent reasons for no answer", models, Outcome.UNKNOWN),
        _frequent("not even a reason", models, Outcome.MISSING),
        _by_trait(f"not among the {MARK}", missed),
    )
    return Section("traits", tuple(headlines), tuple(map(_row, models)), tables)


def _shares(label: str, models: Sequence[ModelVerdicts], *, required: bool) -> list[Headline]:
    verdicts = [verdict for model in models for verdict in model.verdicts if verdict.trait in REQUIRED or not required]
    counts = Counter(verdict.outcome for verdict in verdicts)
    return [Headline(f"{label}, {outcome}", counts[outcome], len(verdicts)) for outcome in Outcome]


def _row(model: ModelVerdicts) -> Row:
    counts = Counter(verdict.outcome for verdict in model.verdicts)
    total = len(model.verdicts)
    wrong = [verdict for verdict in model.verdicts if verdict.outcome is Outcome.WRONG]
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


def _scores(models: Sequence[ModelVerdicts]) -> list[Score]:
    """One for each trait, those that are least often right first."""
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for model in models:
        for verdict in model.verdicts:
            counts[verdict.trait][verdict.outcome] += 1
    scores = [Score(trait, outcomes) for trait, outcomes in counts.items()]
    return sorted(scores, key=lambda score: (score.share(Outcome.RIGHT), score.trait))


def _by_trait(title: str, scores: Sequence[Score]) -> Table:
    columns = ("share right", "share wrong", "trait", *Outcome)
    return Table(title, columns, tuple(map(_trait_cells, scores)))


def _trait_cells(score: Score) -> tuple[object, ...]:
    shares = (round(score.share(outcome), 3) for outcome in (Outcome.RIGHT, Outcome.WRONG))
    name = score.trait + ("" if score.trait in REQUIRED else " (extra)")
    return (*shares, name, *(score.counts[outcome] for outcome in Outcome))


def _frequent(title: str, models: Sequence[ModelVerdicts], outcome: Outcome, limit: int = 40) -> Table:
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for model in models:
        for verdict in model.verdicts:
            if verdict.outcome is outcome:
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
