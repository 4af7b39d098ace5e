"""Section ``operations``: is every recorded tensor operation traced, at its line, in its module, with its results?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from statistics import median
from typing import NamedTuple, TypeAlias

from analyzer.graph import BuiltModel, Op, OpKind, Phase
from analyzer.values import origin_of
from tests.scoreboard.board import Headline, Row, Section, Table, ranked
from tests.scoreboard.matching import Sizes, common_prefix, in_order, overlap, overlap_of_shapes, shapes_fit
from tests.truth import CAUSAL, Operation, Trace

_UNSEEN = ("vmap.", "Tensor.__index__")
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
    return list(map(_traced, called(model)))


def called(model: BuiltModel) -> Iterator[Op]:
    """The operations of the forward call that torch runs as such: no sources, joins or bounds of mapped functions.

    That a tensor is used as a number of repetitions or an index is asked in C, which no recorder sees.
    """
    for op in model.graph:
        if op.phase is Phase.FORWARD and op.kind not in _SOURCES and not op.target.startswith(_UNSEEN):
            yield op


def _recorded(operation: Operation) -> Step:
    place = f"{operation.path}:{operation.line}"
    return _step(operation.name, operation.module or "", place, operation.outputs)


def _traced(op: Op) -> Step:
    outputs = tuple((output.dtype.value, tuple(map(int, output.shape))) for output in op.outputs)
    return _step(op.target, op.module, f"{op.span.path}:{op.span.line}", outputs)


def _step(target: str, module: str, place: str, outputs: Outputs) -> Step:
    """``?`` marks an operation of a module that is not part of the tree; an assignment to an index returns nothing."""
    return Step(target, module.lstrip("?"), place, () if target == "Tensor.__setitem__" else outputs)


def recorded_shapes(trace: Trace) -> list[tuple[Hashable, Sizes]]:
    """Line and operation, and the shapes of its results, of every operation of a recorded run."""
    return [_labelled(step, tuple(shape for _, shape in step.outputs)) for step in recorded_steps(trace)]


def traced_shapes(model: BuiltModel) -> list[tuple[Hashable, Sizes]]:
    """The same of a traced call; a size that the data of a run decides (tokens of an expert) is None."""
    return [
        _labelled(_traced(op), tuple(tuple(map(_size, output.shape)) for output in op.outputs)) for op in called(model)
    ]


def fits(expected: Trace, got: BuiltModel) -> bool:
    """Whether every operation is as recorded, in order, where a size that data decide may be any."""
    left, right = recorded_steps(expected), list(called(got))
    return len(left) == len(right) and all(map(_fits, left, right))


def _fits(step: Step, op: Op) -> bool:
    traced = _traced(op)
    if step == traced:
        return True
    shapes = tuple(tuple(map(_size, output.shape)) for output in op.outputs)
    types = [[dtype for dtype, _ in one.outputs] for one in (step, traced)]
    return step[:3] == traced[:3] and types[0] == types[1] and shapes_fit(shapes, tuple(s for _, s in step.outputs))


def _labelled(step: Step, shapes: Sizes) -> tuple[Hashable, Sizes]:
    return (step.place, step.target), shapes if step.outputs else ()


def _size(size: int) -> int | None:
    origin = origin_of(size)
    return None if origin is not None and "data" in origin.symbols else int(size)


def score(expected: Trace, got: BuiltModel, causal: bool) -> tuple[Row, Counter[str], Counter[str]]:
    """The row of one run, and the targets that are missing and extra (by target and results, not by place).

    ``recall`` and ``precision`` match by line, operation and shapes of results, the ``strict`` ones also by module,
    element type, and sizes that depend on data; ``exact`` is strict, and in order.
    """
    left, right = recorded_steps(expected), traced_steps(got)
    shapes = overlap_of_shapes(recorded_shapes(expected), traced_shapes(got))
    strict = overlap(left, right)
    prefix = common_prefix(left, right)
    row = Row(
        name="/".join(expected.key),
        causal=causal,
        exact=left == right,
        score=shapes.f1,
        difference=_difference(left, right, prefix) if got.status != "failed" else f"failed: {got.failure}",
        counts={
            "precision": shapes.precision,
            "recall": shapes.recall,
            "exact_but_data": fits(expected, got),
            "strict_precision": strict.precision,
            "strict_recall": strict.recall,
            "in_order": in_order(left, right) / max(len(left), len(right), 1),
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
    """Agreement over runs, and which operations are missing or extra most often."""
    causal = [row for row in rows if row.causal]
    headlines = [
        *(_median(f"median {what} among {CAUSAL}", what, causal) for what in ("recall", "precision")),
        *(_median(f"median {what}", what, rows) for what in ("recall", "precision")),
        *(_mean(f"mean {what} among {CAUSAL}", what, causal) for what in ("recall", "precision")),
        *(_mean(f"mean {what}", what, rows) for what in ("recall", "precision", "strict_recall", "strict_precision")),
        _mean("mean share in order", "in_order", rows),
        Headline("runs exact", sum(row.exact for row in rows), len(rows)),
        _mean("runs exact but for sizes that data decide", "exact_but_data", rows),
    ]
    tables: tuple[Table, ...] = (
        ranked("operations missing", ("times", "operation"), missing),
        ranked("operations extra", ("times", "operation"), extra),
    )
    return Section("operations", tuple(headlines), tuple(rows), tables)


def _mean(label: str, what: str, rows: list[Row]) -> Headline:
    return Headline(label, sum(row.counts.get(what, 0.0) for row in rows), len(rows))


def _median(label: str, what: str, rows: list[Row]) -> Headline:
    return Headline(label, median(row.counts.get(what, 0.0) for row in rows) if rows else 0.0, 1 if rows else 0)
