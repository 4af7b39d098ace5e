"""Section ``coverage``: how far the tool comes with every model type, and what it does not understand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analyzer.engine import Settings, TreeLocation, built, summarise
from analyzer.graph import Status
from analyzer.names import ModelEntry
from tests.scoreboard.board import Headline, Row, Section, ranked
from tests.scoreboard.subject import BUDGET
from tests.truth import CAUSAL


@dataclass(frozen=True, slots=True)
class Covered:
    """One model and the gaps in it, by ``code construct``."""

    row: Row
    status: Status
    gaps: tuple[tuple[str, int], ...]


def cover(place: TreeLocation, entry: ModelEntry) -> Covered:
    """Build and trace one model under its default configuration."""
    model = built(place, entry, Settings(budget=BUDGET)).model
    summary = summarise(model)
    gaps = Counter(f"{gap.code.value} {gap.construct}" for gap in model.gaps)
    known = 1 - summary.unknown / max(summary.operations, 1)
    first = model.gaps[0] if model.gaps else None
    row = Row(
        name=f"{entry.model_type}/{entry.class_name}",
        causal=any(mapping.startswith(CAUSAL) for mapping in entry.mappings),
        exact=model.status is Status.COMPLETE,
        score={Status.FAILED: 0.0, Status.PARTIAL: 0.5, Status.COMPLETE: 1.0}[model.status] + known / 1000,
        difference=f"{model.status}: {model.failure}"
        if model.status is Status.FAILED
        else f"{first.code} {first.construct} at {first.span}: {first.explanation}"
        if first
        else "",
        counts={"operations": summary.operations, "unknown": summary.unknown, "gaps": len(model.gaps)},
    )
    return Covered(row, model.status, tuple(sorted(gaps.items())))


def section(covered: list[Covered]) -> Section:
    """Models by status; gaps by how many models they touch and by how often they occur."""
    statuses = Counter(item.status for item in covered)
    causal = [item for item in covered if item.row.causal]
    operations = sum(item.row.counts["operations"] for item in covered)
    unknown = sum(item.row.counts["unknown"] for item in covered)
    touched = Counter(name for item in covered for name, _ in item.gaps)
    codes = Counter(code for item in covered for code in {name.partition(" ")[0] for name, _ in item.gaps})
    return Section(
        "coverage",
        (
            *(Headline(f"models {status}", statuses[status], len(covered)) for status in Status),
            Headline(f"{CAUSAL} complete", sum(item.status is Status.COMPLETE for item in causal), len(causal)),
            Headline("operations understood", operations - unknown, operations),
        ),
        tuple(item.row for item in covered),
        (
            ranked("models with a gap of this code", ("models", "code"), codes),
            ranked("models with this gap", ("models", "gap"), touched, 60),
        ),
    )
