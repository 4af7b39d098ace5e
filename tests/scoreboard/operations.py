"""Section ``operations``: is every recorded tensor operation traced, at its line, in its module, with its results?"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, TypeAlias

from analyzer.graph import BuiltModel, Op, OpKind, Phase
from tests.scoreboard.board import Headline, Row, Section, Table, mean_score, ranked
from tests.scoreboard.matching import common_prefix, in_order, overlap
from tests.truth import CAUSAL, Operation, Trace

_SOURCES = frozenset({OpKind.INPUT, OpKind.PARAMETER, OpKind.BUFFER, OpKind.JOIN})


Outputs: TypeAlias = "tuple[tuple[str, tuple[int, ...]], ...]"


class Step(NamedTuple):
    """What is compared of an operation."""

    target: str
    module: str
    place: str
    outputs: Outputs

    def __str__(self) -> str:
        results = ", ".join(f"{dtype}{list(shape)}" for dtype, shape in self.outputs)
        return f"{self.target} {self.place} in {self.module or '(model)'} -> {results}"


def recorded_steps(trace: Trace) -> list[Step]:
    """The operations of a recorded run."""
    return [_recorded(operation) for operation in trace.operations]


def traced_steps(model: BuiltModel) -> list[Step]:
    """The operations of a traced forward call, without inputs, parameters and joins, which are no calls."""
    ops = (op for op in model.graph if op.phase is Phase.FORWARD and op.kind not in _SOURCES)
    return [_traced(op) for op in ops]


def _recorded(operation: Operation) -> Step:
    place = f"{operation.path}:{operation.line}"
    return _step(operation.name, operation.module or "", place, operation.outputs)


def _traced(op: Op) -> Step:
    outputs = tuple((output.dtype.value, tuple(map(int, output.shape))) for output in op.outputs)
    return _step(op.target, op.module, f"{op.span.path}:{op.span.line}", outputs)


def _step(target: str, module: str, place: str, outputs: Outputs) -> Step:
    """``?`` marks an operation of a module that is not part of the tree; an assignment to an index returns nothing."""
    return Step(target, module.lstrip("?"), place, () if target == "Tensor.__setitem__" else outputs)


def _ranked(step: Step) -> Step:
    """Ranks instead of sizes: what the data of a run decides (which expert gets how many tokens) plays no part."""
    return step._replace(outputs=tuple((dtype, (len(shape),)) for dtype, shape in step.outputs))


def score(expected: Trace, got: BuiltModel, causal: bool) -> tuple[Row, Counter[str], Counter[str]]:
    """The row of one run, and the targets that are missing and extra (by target and results, not by place)."""
    left, right = recorded_steps(expected), traced_steps(got)
    full = overlap(left, right)
    anywhere = overlap([step._replace(place="") for step in left], [step._replace(place="") for step in right])
    ranks = overlap(list(map(_ranked, left)), list(map(_ranked, right)))
    named = overlap([step.target for step in left], [step.target for step in right])
    prefix = common_prefix(left, right)
    row = Row(
        name="/".join(expected.key),
        causal=causal,
        exact=left == right,
        score=full.f1,
        difference=_difference(left, right, prefix) if got.status != "failed" else f"failed: {got.failure}",
        counts={
            "precision": full.precision,
            "recall": full.recall,
            "in_order": in_order(left, right) / max(len(left), len(right), 1),
            "without_place": anywhere.f1,
            "ranks_for_sizes": ranks.f1,
            "target_only": named.f1,
            "expected": len(left),
            "got": len(right),
        },
    )
    missing, extra = Counter(map(_cause, left)), Counter(map(_cause, right))
    return row, missing - extra, extra - missing


def _cause(step: Step) -> str:
    return f"{step.target} [{', '.join(dtype for dtype, _ in step.outputs)}]"


def _difference(expected: list[Step], got: list[Step], prefix: int) -> str:
    if expected == got:
        return ""
    left = expected[prefix] if prefix < len(expected) else "the end"
    right = got[prefix] if prefix < len(got) else "the end"
    return f"operation {prefix}: expected {left}, got {right}"


def section(rows: list[Row], missing: Counter[str], extra: Counter[str]) -> Section:
    """Mean agreement over runs, and which operations are missing or extra most often."""
    causal = [row for row in rows if row.causal]
    headlines = [
        mean_score(f"mean F1 among {CAUSAL}", causal),
        mean_score("mean F1", rows),
        *(_mean(f"mean {what}", what, rows) for what in ("precision", "recall", "in_order")),
        *(_mean(f"mean F1 {what}", what, rows) for what in ("without_place", "ranks_for_sizes", "target_only")),
        Headline("runs exact", sum(row.exact for row in rows), len(rows)),
    ]
    tables: tuple[Table, ...] = (
        ranked("operations missing", ("times", "operation"), missing),
        ranked("operations extra", ("times", "operation"), extra),
    )
    return Section("operations", tuple(headlines), tuple(rows), tables)


def _mean(label: str, what: str, rows: list[Row]) -> Headline:
    return Headline(label, sum(row.counts.get(what, 0.0) for row in rows), len(rows))
