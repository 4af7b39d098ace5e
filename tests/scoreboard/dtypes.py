"""Section ``dtypes``: of what element type are the results of a model that is loaded in bfloat16?

Operations are matched with recorded ones by line, operation and shapes, the n-th of a kind with the n-th.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

from analyzer.graph import BuiltModel
from tests.scoreboard.board import Headline, Row, Section, ranked
from tests.scoreboard.operations import Step, recorded_steps, traced_steps
from tests.scoreboard.roles import Role, roles
from tests.truth import Trace

ALL = "all operations"


def score(expected: Trace, full: Trace, got: BuiltModel, causal: bool) -> tuple[Row, Counter[str]]:
    """The row of one run, and what has the wrong type; ``full`` is the float32 run, whose arguments are known."""
    steps = recorded_steps(expected)
    kinds = roles(full.operations) if _alike(steps, recorded_steps(full)) else {}
    counts: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    first = ""
    for position, step, found in _matched(steps, traced_steps(got)):
        right = _types(found) == _types(step)
        labels = [ALL, *([kinds[position]] if position in kinds else [])]
        for label in labels:
            counts[f"{label}: matched"] += 1
            counts[f"{label}: right"] += right
        if not right:
            first = first or f"expected {step}, got {', '.join(_types(found))}"
            wrong[f"{step.target} {kinds.get(position, '')}: {_types(step)} not {_types(found)}"] += 1
    total = counts[f"{ALL}: matched"]
    difference = first if got.status != "failed" else f"failed: {got.failure}"
    share = counts[f"{ALL}: right"] / total if total else float(not steps)
    counts["expected"] = len(steps)
    return Row("/".join(expected.key), causal, share == 1.0, share, difference, dict(counts)), wrong


def _alike(left: Sequence[Step], right: Sequence[Step]) -> bool:
    return list(map(_label, left)) == list(map(_label, right))


def _label(step: Step) -> Hashable:
    return step.place, step.target, step.module, tuple(shape for _, shape in step.outputs)


def _types(step: Step) -> tuple[str, ...]:
    return tuple(dtype for dtype, _ in step.outputs)


def _matched(expected: Sequence[Step], got: Sequence[Step]) -> Iterable[tuple[int, Step, Step]]:
    """Pairs of a recorded operation, with its position, and a traced one."""
    waiting: dict[Hashable, list[Step]] = defaultdict(list)
    for step in reversed(got):
        waiting[_label(step)].append(step)
    for position, step in enumerate(expected):
        if waiting[_label(step)]:
            yield position, step, waiting[_label(step)].pop()


def section(rows: list[Row], wrong: Counter[str]) -> Section:
    """Agreement over runs: of all matched operations, and of those that precision matters for."""
    headlines = [
        Headline(f"{label}, right", _sum(rows, f"{label}: right"), _sum(rows, f"{label}: matched"))
        for label in (ALL, *Role)
    ]
    matched = Headline("operations matched", _sum(rows, f"{ALL}: matched"), _sum(rows, "expected"))
    exact = Headline("runs exact", sum(row.exact for row in rows), len(rows))
    tables = (ranked("wrong element types", ("times", "operation: expected, got"), wrong),)
    return Section("dtypes", (*headlines, matched, exact), tuple(rows), tables)


def _sum(rows: list[Row], name: str) -> float:
    return sum(row.counts.get(name, 0) for row in rows)
