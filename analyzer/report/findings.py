"""One finding as programs read it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

Json: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None
"""What a value of a finding is made of."""


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Base of everything that is part of the JSON contract."""


class EvidencePlace(Wire, frozen=True, kw_only=True, gc=False):
    """A place that shows the finding; lines count from 1, columns from 0, ``text`` is the source between them."""

    role: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class FieldPlace(Wire, frozen=True, kw_only=True, gc=False):
    """A configuration field (``config.…``) as it was analysed: its value, where that came from (``default``,
    ``derived``, ``file``, ``set``), and the line that states it, None where the analysed code has none."""

    name: str
    value: Json
    source: str
    place: EvidencePlace | None = None


class Suppression(Wire, frozen=True, kw_only=True, gc=False):
    """Why a finding does not count: a comment in the code (with its reason and place), a baseline that knows it, or the
    settings of the project."""

    by: Literal["comment", "baseline", "settings"]
    reason: str
    path: str
    line: int


class Finding(Wire, frozen=True, kw_only=True, gc=False):
    """What one rule says about one model, or about the modules of it that ``module`` is a pattern of.

    ``confidence`` is that of a hazard; ``suppressed`` is there only if the finding does not count.
    """

    rule: str
    name: str
    kind: str
    trait: str | None
    value: Json
    model_type: str
    class_name: str = msgspec.field(name="class")
    module: str
    certainty: str
    depends_on: tuple[str, ...]
    reason: str | None
    message: str
    severity: str
    evidence: tuple[EvidencePlace, ...]
    confidence: str | UnsetType = UNSET
    suppressed: Suppression | UnsetType = UNSET


def counts(finding: Finding) -> bool:
    """Whether a finding asks for attention: a hazard, a divergence, or a fact that its rule gives a severity above
    ``info``; decided, and not suppressed."""
    told = finding.kind != "trait" or finding.severity != "info"
    return told and finding.certainty != "unknown" and finding.suppressed is UNSET
