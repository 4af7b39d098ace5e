"""Where code comes from: modular sources, marked copies, and what no longer follows from them."""

from analyzer.compare.lineage.family import chain_of, parents_of
from analyzer.compare.lineage.follow import Followed, copies, generated
from analyzer.compare.lineage.origins import class_origins
from analyzer.compare.lineage.source import Sources

__all__ = ["Followed", "Sources", "chain_of", "class_origins", "copies", "generated", "parents_of"]
