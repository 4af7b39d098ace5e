"""Section ``calls``: does the trace enter the modules that the recorded run entered, in that order?"""

from __future__ import annotations

from collections import Counter

from analyzer.graph import BuiltModel
from tests.scoreboard.board import Headline, Row, Section, exact_share, mean_score, ranked
from tests.scoreboard.matching import common_prefix, in_order
from tests.truth import CAUSAL, Run

Call = tuple[str, str]


def score(expected: Run, got: BuiltModel, causal: bool) -> Row:
    """The row of one run; its score is the share of calls before the first difference."""
    calls = tuple((str(path), str(name)) for path, name, *_ in got.calls)
    prefix = common_prefix(expected.calls, calls)
    longest = max(len(expected.calls), len(calls), 1)
    return Row(
        name="/".join(expected.key),
        causal=causal,
        exact=calls == expected.calls,
        score=prefix / longest,
        difference=_difference(expected.calls, calls, prefix) if got.status != "failed" else f"failed: {got.failure}",
        counts={"in_order": in_order(expected.calls, calls) / longest, "missing": _missing(expected.calls, calls)},
    )


def _missing(expected: tuple[Call, ...], got: tuple[Call, ...]) -> int:
    return (Counter(expected) - Counter(got)).total()


def _difference(expected: tuple[Call, ...], got: tuple[Call, ...], prefix: int) -> str:
    if expected == got:
        return ""
    left = _shown(expected[prefix]) if prefix < len(expected) else "the end"
    right = _shown(got[prefix]) if prefix < len(got) else "the end"
    return f"call {prefix}: expected {left}, got {right}"


def _shown(call: Call) -> str:
    return f"{call[0] or '(model)'} {call[1]}"


def section(rows: list[Row]) -> Section:
    """Headlines over causal language models and all runs."""
    causal = [row for row in rows if row.causal]
    ordered = Headline("calls matched in order", sum(row.counts.get("in_order", 0.0) for row in rows), len(rows))
    failures = Counter(row.difference for row in rows if row.difference.startswith(("failed", "crash")))
    return Section(
        "calls",
        (
            exact_share(f"exact among {CAUSAL}", causal),
            exact_share("runs exact", rows),
            mean_score("mean common prefix", rows),
            ordered,
        ),
        tuple(rows),
        (ranked("failures", ("runs", "reason"), failures),),
    )
