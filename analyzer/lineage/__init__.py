"""Where code comes from: modular sources, marked copies, and what no longer follows from them."""

from analyzer.lineage.drifting import Drifting
from analyzer.lineage.family import chain_of, parents_of
from analyzer.lineage.follow import Followed, copies, generated
from analyzer.lineage.origins import ClassOrigin, class_origins
from analyzer.lineage.source import Sources

__all__ = [
    "ClassOrigin",
    "Drifting",
    "Followed",
    "Sources",
    "chain_of",
    "class_origins",
    "copies",
    "generated",
    "parents_of",
]
