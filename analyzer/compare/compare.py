"""Two models side by side: operations, traits, parameters, layers, and one verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

import numpy as np

from analyzer.base import deep
from analyzer.compare.calls import unlike
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.departure import AlignmentOutcome, Departure, departures
from analyzer.compare.describe import place, what_differs
from analyzer.compare.pairing import Pairing, alternatives, paired
from analyzer.compare.side import Side
from analyzer.compare.tables import Shown, layer_rows, parameter_rows, trait_rows
from analyzer.graph import Op, OpKind, Status
from analyzer.report import Comparison, DepartureRow, LayersPair, Subject
from analyzer.report.comparison import Verdict


def compare(first: Side, second: Side) -> Comparison:
    """What is different between two models. A model that could not be built makes the verdict ``unknown``."""
    failed = next((side for side in (first, second) if side.model.status is Status.FAILED), None)
    if failed is not None:
        reason = f"{failed.label} could not be built: {failed.model.failure}"
        return undecided(_subject(first), _subject(second), reason)
    layers = layer_rows(first, second)
    if _regrouped(layers):
        first, second = first.unfolded(), second.unfolded()
    with deep(), np.errstate(all="ignore"):
        return _compared(first, second, layers)


def _regrouped(layers: tuple[LayersPair, ...]) -> bool:
    """Whether lists of as many layers are alike in other groups: then no layer stands for others in both models."""
    pairs = [(row.first, row.second) for row in layers if not row.same]
    return bool(pairs) and all(a is not None and b is not None and a.count == b.count for a, b in pairs)


def _compared(first: Side, second: Side, layers: tuple[LayersPair, ...]) -> Comparison:
    terms = Terms()
    pairing = paired(first, second, terms)
    pairing, arithmetic = _best(first, second, terms, pairing)
    arithmetic, stuck = _understood(arithmetic)
    rows, complete = _all_rows(first, second, terms, pairing, arithmetic)
    close = departures(first, second, terms, pairing, precise=True, limit=1)
    parted = (_lines(close.parted[0]), _lines(close.parted[1]))
    traits = trait_rows(first, second, Shown(parted, _length(first), arithmetic.equal))
    parameters = parameter_rows(first, second, pairing)
    other = [
        *(["traits that one short call does not show"] if any(row.shown for row in traits) and close.equal else []),
        *(["parameters"] if not all(row.same for row in parameters) else []),
        *(["lists of layers"] if not all(row.same for row in layers) and not _regrouped(layers) else []),
    ]
    verdict, reason = _verdict(first, second, rows, other, complete)
    if verdict != "equal" and (other_call := unlike(first.model, second.model)):
        verdict, reason = "unknown", other_call
    if stuck is not None and not rows:
        verdict, reason = "unknown", f"what happens at {stuck.span.path}:{stuck.span.line} was not understood"
    if verdict == "equal" and (told := sum(not row.same for row in traits)):
        reason += f"; {told} traits are told of one of the two spellings only"
    return Comparison(
        first=_subject(first),
        second=_subject(second),
        verdict=verdict,
        reason=reason,
        departures=rows,
        complete=complete,
        traits=traits,
        parameters=parameters,
        layers=layers,
        paired_by="name" if pairing.by_name else "use",
    )


def _all_rows(
    first: Side, second: Side, terms: Terms, pairing: Pairing, arithmetic: AlignmentOutcome
) -> tuple[tuple[DepartureRow, ...], bool]:
    """The departures in arithmetic, then those in roundings alone, and whether these are all."""
    rows = _rows(first, second, arithmetic, "arithmetic")
    if not arithmetic.complete:
        return rows, False
    precise = departures(first, second, terms, pairing, precise=True)
    if arithmetic.departures and not precise.complete:
        return rows, True
    known = {(one.first, one.second) for one in arithmetic.departures}
    fine = tuple(one for one in precise.departures if (one.first, one.second) not in known)
    return rows + _rows(first, second, AlignmentOutcome(precise.equal, fine), "precision"), precise.complete


def _understood(found: AlignmentOutcome) -> tuple[AlignmentOutcome, Op | None]:
    """The departures before the first operation that was not understood, and that operation."""
    for number, one in enumerate(found.departures):
        for op in (one.first, one.second):
            if op is not None and op.kind is OpKind.UNKNOWN:
                return replace(found, departures=found.departures[:number], complete=False), op
    return found, None


def _lines(ops: Collection[Op]) -> frozenset[tuple[str, int]]:
    return frozenset((op.span.path, op.span.line) for op in ops)


def _length(side: Side) -> int:
    """The largest size of the tensors that the traced call is given."""
    return max((int(size) for _, shape in side.model.inputs.values() for size in shape), default=0)


def _best(first: Side, second: Side, terms: Terms, pairing: Pairing) -> tuple[Pairing, AlignmentOutcome]:
    """The pairing under which the models are equal, if any is; else the one that lets them go together longest."""
    best: tuple[tuple[int, int, int], Pairing, AlignmentOutcome] | None = None
    for candidate in alternatives(pairing):
        outcome = departures(first, second, terms, candidate, precise=False)
        if outcome.equal:
            return candidate, outcome
        start = min((d.first.index for d in outcome.departures[:1] if d.first is not None), default=0)
        rank = (int(outcome.complete), -len(outcome.departures) if outcome.complete else 0, start)
        if best is None or rank > best[0]:
            best = (rank, candidate, outcome)
    assert best is not None
    return best[1], best[2]


def _rows(
    first: Side, second: Side, outcome: AlignmentOutcome, kind: Literal["arithmetic", "precision"]
) -> tuple[DepartureRow, ...]:
    return tuple(_row(first, second, departure, kind) for departure in outcome.departures)


def _row(first: Side, second: Side, one: Departure, kind: Literal["arithmetic", "precision"]) -> DepartureRow:
    return DepartureRow(
        kind=kind,
        masking=_is_masking(first, one.first) and _is_masking(second, one.second),
        alike=one.first is not None and one.second is not None and _alike(one.first, one.second),
        note=what_differs(one.first, one.second),
        first=None if one.first is None else place(first, one.first),
        second=None if one.second is None else place(second, one.second),
    )


def _alike(first: Op, second: Op) -> bool:
    forms = [(op.kind, [out.shape for out in op.outputs], [o.slot for o in op.operands]) for op in (first, second)]
    return forms[0] == forms[1]


def _is_masking(side: Side, op: Op | None) -> bool:
    return op is None or op in side.masking


def _verdict(
    first: Side, second: Side, rows: tuple[DepartureRow, ...], other: list[str], complete: bool
) -> tuple[Verdict, str]:
    if any(row.kind == "arithmetic" for row in rows) or not (rows or complete):
        return "different", "the operations differ" if rows else "the results differ"
    if other:
        return "different", f"the operations are the same; there are differences in {' and '.join(other)}"
    if rows:
        return "precision", "the same arithmetic with other roundings"
    gaps = [side.label for side in (first, second) if _not_understood(side)]
    if gaps:
        return "unknown", f"equal as far as understood; there are unknown operations in {' and '.join(gaps)}"
    return "equal", "the same operations with the same roundings"


def _not_understood(side: Side) -> bool:
    return any(op.kind is OpKind.UNKNOWN for op in side.ops) or not side.model.graph.results


def undecided(first: Subject, second: Subject, reason: str) -> Comparison:
    """A comparison that came to nothing."""
    return Comparison(
        first=first,
        second=second,
        verdict="unknown",
        reason=reason,
        departures=(),
        complete=False,
        traits=(),
        parameters=(),
        layers=(),
        paired_by="use",
    )


def _subject(side: Side) -> Subject:
    model = side.model
    return Subject(
        label=side.label,
        root=side.root,
        model_type=model.model_type,
        class_name=model.class_name,
        path=model.path,
        status=model.status.value,
        parameters=model.total,
    )
