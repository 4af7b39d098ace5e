"""Where the code of a model comes from, as programs read it."""

from __future__ import annotations

from typing import Final, Literal

from analyzer.report.comparison import Comparison
from analyzer.report.findings import Wire

LINEAGE: Final = "asbuilt/lineage/1"


class ClassOrigin(Wire, frozen=True, kw_only=True, gc=False):
    """A class that is stated as changes to ``base`` of another model: members it replaces, adds, takes away."""

    name: str
    path: str
    line: int
    base: str
    base_model: str
    base_path: str
    base_line: int
    overridden: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    inherited: int


class Drift(Wire, frozen=True, kw_only=True, gc=False):
    """Code that no longer follows from what it is said to be made from.

    ``kind``: ``modular`` (a generated file against its modular source) or ``copy`` (a block that is marked as a copy,
    after the stated replacements). ``state``: ``drifted``, or ``unknown`` where the way from the one to the other is
    not reproduced here, with the reason. ``text`` and ``original_text`` are the first lines that differ.
    """

    kind: Literal["modular", "copy"]
    state: Literal["drifted", "unknown"]
    name: str
    path: str
    line: int
    original: str
    original_path: str
    original_line: int
    text: str
    original_text: str
    reason: str


class Lineage(Wire, frozen=True, kw_only=True, gc=False):
    """``chain`` begins with the model; each next one is the model that most classes of the one before derive from.

    ``parents`` counts, by model, the classes and functions that are taken from it. ``checked`` counts members and
    blocks that follow from their originals. ``comparison`` is the model against the next one of the chain.
    """

    schema: str = LINEAGE
    model_type: str
    path: str
    chain: tuple[str, ...]
    parents: dict[str, int]
    classes: tuple[ClassOrigin, ...]
    checked: int
    drifts: tuple[Drift, ...]
    comparison: Comparison | None
