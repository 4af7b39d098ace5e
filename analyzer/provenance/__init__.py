"""Where code comes from: modular sources, marked copies, and what no longer follows from them."""

from analyzer.provenance.drifting import Drifting
from analyzer.provenance.family import chain_of, parents_of
from analyzer.provenance.follow import Followed, copies, generated
from analyzer.provenance.origins import ClassOrigin, class_origins
from analyzer.provenance.source import Sources

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
