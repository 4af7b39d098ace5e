"""How values and origins of findings are written for people."""

from __future__ import annotations

import re
from itertools import groupby

from analyzer.base import index_set
from analyzer.report import Finding, Json

_LISTED = re.compile(r"\{(\d{1,9}(?:,\d{1,9})*)\}")


def value_text(value: Json, levels: int = 20) -> str:
    """A value of a finding as people write it: ``pre``, ``true``, ``1e-06``, ``[0, 1]``; ``levels`` of lists deep."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case int() if abs(value) >= 100_000:
            return f"{value:,}"
        case list() | dict() if levels == 0:
            return "…"
        case list():
            return _list_text([value_text(item, levels - 1) for item in value])
        case dict():
            return "{" + ", ".join(f"{key}: {value_text(item, levels - 1)}" for key, item in value.items()) + "}"
        case _:
            return str(value)


def _list_text(items: list[str]) -> str:
    """``[a, b]``; what repeats is written once: ``[a, b] ×13``, ``[a ×3, b]``; items with commas: ``[a, b; c]``."""
    between = "; " if any(", " in item for item in items) else ", "
    if len(items) < 3:
        return f"[{between.join(items)}]"
    sizes = (size for size in range(1, len(items) + 1) if len(items) % size == 0)
    period = next(size for size in sizes if items == items[:size] * (len(items) // size))
    runs = [(text, len(list(same))) for text, same in groupby(items[:period])]
    times = f" ×{len(items) // period}" if period < len(items) else ""
    return "[" + between.join(text if count == 1 else f"{text} ×{count}" for text, count in runs) + "]" + times


def shown(finding: Finding) -> str:
    """The finding's value, ``unknown`` where it is undecided."""
    return "unknown" if finding.certainty == "unknown" else value_text(finding.value)


def origin_text(finding: Finding) -> str:
    """Why the value is unknown, or what the message adds to trait and value."""
    if finding.reason:
        return finding.reason
    subject, equals, rest = finding.message.partition(" = ")
    if equals and subject == finding.trait:
        return rest.partition(" ← ")[2]
    return finding.message


def module_text(finding: Finding) -> str:
    """The module pattern with long lists of layers in few words: ``model.layers.{0, 2, …, 24}``."""
    text = _LISTED.sub(lambda found: f"{{{index_set(map(int, found[1].split(',')))}}}", finding.module)
    return text or "(model)"


def evidence_place(finding: Finding) -> str:
    """``path:line`` of the first evidence, empty without any."""
    return f"{finding.evidence[0].path}:{finding.evidence[0].line}" if finding.evidence else ""
