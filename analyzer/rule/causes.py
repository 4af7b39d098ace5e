"""Why something is not known, in words for people: what happened, where, and the way out."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.base import Gap, GapCode, way_out
from analyzer.graph import BuiltModel, Op

_ENDS = (GapCode.RAISED, GapCode.BUDGET, GapCode.RECURSION, GapCode.NO_INPUTS)
_MISSING = frozenset({GapCode.EXTERNAL_SOURCE, GapCode.UNREADABLE_SOURCE})
_LONGEST = 200
_CONSEQUENCES = frozenset({GapCode.RAISED, GapCode.SHAPE_MISMATCH, GapCode.UNKNOWN_VALUE, GapCode.UNKNOWN_OPERATION})
"""What a missing package, or a module that could not be built, leads to later on."""


def cause(model: BuiltModel, gap: Gap) -> str:
    """What led to ``gap``, the place of it, and what a user can do."""
    first = _first(model, gap)
    place = f" ({first.span})" if first.span.path else ""
    out = way_out(first)
    return f"{_words(first)}{place}" + (f"; {out}" if out else "")


def ended(model: BuiltModel) -> Gap | None:
    """What ended the construction or the forward call early; None if it is not known."""
    return model.ended or next((gap for code in _ENDS for gap in model.gaps if gap.code is code), None)


def not_followed(model: BuiltModel) -> str:
    """That the forward call was not followed to its end, and why."""
    gap = ended(model)
    return "the forward call was not followed to its end" + (f": {cause(model, gap)}" if gap else "")


def cause_of(model: BuiltModel, op: Op) -> str:
    """Why ``op`` was not understood."""
    gap = _gap(model.gaps, op)
    return f"{op.name} at {op.span}" if gap is None else cause(model, gap)


def _first(model: BuiltModel, gap: Gap) -> Gap:
    """What came before ``gap`` and leads to such gaps: a package without source, a broken file, a module that could not
    be built."""
    if gap.code not in _CONSEQUENCES:
        return gap
    missing = (one for one in model.gaps if one.code in _MISSING)
    return next(missing, model.unbuilt[0] if model.unbuilt else gap)


def _gap(gaps: Iterable[Gap], op: Op) -> Gap | None:
    """The gap that ``op`` was recorded for."""
    code, place = op.arguments.get("gap"), op.arguments.get("gap_place")
    same = [gap for gap in gaps if gap.code == code]
    return next((gap for gap in same if str(gap.span) == place), same[0] if len(same) == 1 else None)


def _words(gap: Gap) -> str:
    text = gap.explanation if len(gap.explanation) <= _LONGEST else f"{gap.explanation[:_LONGEST]}…"
    match gap.code:
        case GapCode.RAISED:
            return f"the code raises {gap.construct}" + (f": {text}" if text else "")
        case GapCode.SHAPE_MISMATCH:
            return f"the operands of {gap.construct} do not fit together: {text}"
        case GapCode.EXTERNAL_SOURCE | GapCode.NO_INPUTS:
            return text
        case _:
            return f"{gap.construct}: {text or gap.code}"
