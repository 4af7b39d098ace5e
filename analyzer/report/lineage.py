"""Where the code of a model comes from, as programs read it."""

from __future__ import annotations

from typing import Final

from analyzer.graph import Drift
from analyzer.provenance import ClassOrigin
from analyzer.report.comparison import Comparison
from analyzer.report.findings import Wire

LINEAGE: Final = "asbuilt/lineage/1"


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
