"""A second source for ``traits``: what other projects state. About 1 to 3 % of it is wrong, so it weighs less."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.report import Finding
from tests.scoreboard.board import Headline, Row, Section, Table
from tests.scoreboard.traits import Outcome, of_stack
from tests.scoreboard.vocabulary import Not, With, agrees
from tests.truth import Statement

_TRAITS = {"attention.sliding_window": "attention.window", "moe.present": "moe.experts"}
_YES: Mapping[str, Any] = {
    "attention.qk_norm": Not("none"),
    "attention.window": Not("none"),
    "moe.experts": Not(0),
    "moe.shared_experts": Not(0),
    "logits.scale": Not("none"),
    "logits.softcap": Not("none"),
    "attention.softcap": Not("none"),
}
_BY_HEADS = {"mha", "gqa", "mqa"}
_NO: Mapping[str, Any] = {"moe.experts": 0, "moe.shared_experts": 0}


def usable(statement: Statement) -> bool:
    """Statements about one checkpoint need that checkpoint's configuration, which is not here."""
    return not statement.checkpoint


def judge(statement: Statement, findings: Iterable[Finding], main_stack: str) -> tuple[Outcome, str]:
    """Right if any of the stated values holds, or the trait depends on the configuration field that is named."""
    trait = _TRAITS.get(statement.trait, statement.trait)
    chosen = of_stack([finding for finding in findings if finding.trait == trait], main_stack)
    if not chosen:
        return Outcome.MISSING, "no finding"
    if any(finding.reason is not None for finding in chosen):
        return Outcome.UNKNOWN, "unknown"
    right = any(
        _holds(trait, value, statement.config_fields, finding) for finding in chosen for value, _ in statement.values
    )
    got = " | ".join(dict.fromkeys(str(finding.value) for finding in chosen))
    return (Outcome.RIGHT if right else Outcome.WRONG), got


def _holds(trait: str, value: Any, fields: Sequence[str], finding: Finding) -> bool:
    depends = {field.rpartition(".")[2] for field in finding.depends_on}
    if isinstance(value, str) and value.startswith("config"):
        return bool(depends) and (":" not in value or value.partition(":")[2] in depends)
    if depends & set(fields):
        return True
    if trait == "attention.kv" and {value, finding.value} <= _BY_HEADS and len(depends) > 1:
        # The architecture can have any of these: the numbers of heads in the configuration decide.
        return True
    if value is True and trait in _YES:
        return agrees(_YES[trait], finding.value)
    if value is False:
        return agrees(_NO.get(trait, "none"), finding.value) or finding.value is False
    if trait in ("position.kind", "residual.topology") and isinstance(value, str):
        return agrees(With(value), finding.value)
    return agrees(value, finding.value)


def section(judged: Sequence[tuple[Statement, Outcome, str]]) -> Section:
    """Shares by trait; a row for each model."""
    counts = Counter(outcome for _, outcome, _ in judged)
    headlines = tuple(Headline(f"statements {outcome}", counts[outcome], len(judged)) for outcome in Outcome)
    by_model: dict[str, list[tuple[Statement, Outcome, str]]] = defaultdict(list)
    by_trait: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for item in judged:
        by_model[item[0].model_type].append(item)
        by_trait[item[0].trait][item[1]] += 1
    cells = [
        (round(group[Outcome.RIGHT] / group.total(), 3), trait, *(group[outcome] for outcome in Outcome))
        for trait, group in by_trait.items()
    ]
    table = Table("stated traits", ("share right", "trait", *Outcome), tuple(sorted(cells)))
    return Section("statements", headlines, tuple(_row(*pair) for pair in by_model.items()), (table,))


def _row(model_type: str, judged: Sequence[tuple[Statement, Outcome, str]]) -> Row:
    right = sum(outcome is Outcome.RIGHT for _, outcome, _ in judged)
    failures = [
        f"{statement.trait}: {', '.join(str(value) for value, _ in statement.values)} stated "
        f"({'; '.join(' '.join(sources) for _, sources in statement.values)}), got {got}"
        for statement, outcome, got in judged
        if outcome is not Outcome.RIGHT
    ]
    return Row(model_type, True, right == len(judged), right / len(judged), next(iter(failures), ""))
