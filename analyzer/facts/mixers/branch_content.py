"""What a branch does: mix positions by attention, mix them otherwise, or transform each position by itself."""

from __future__ import annotations

from enum import StrEnum

from analyzer.facts.mixers.mixers import WHOLE_SEQUENCE, Mixer, mixers
from analyzer.graph import Group, Op
from analyzer.query import Query


class Content(StrEnum):
    """The main work of a residual branch."""

    ATTENTION = "attention"
    FEED_FORWARD = "feed_forward"
    MIXER = "mixer"
    OTHER = "other"


def content(query: Query, region: frozenset[Op]) -> Content:
    """The content of the branch that ``region`` computes."""
    found = mixers(query, region)
    if Mixer.ATTENTION in found:
        return Content.ATTENTION
    if found:
        return Content.MIXER
    return Content.FEED_FORWARD if any(op.kind in Group.PRODUCT for op in region) else Content.OTHER


def mixes_positions(query: Query, region: frozenset[Op]) -> bool:
    """Whether a branch lets positions see each other by more than a kernel."""
    return bool(mixers(query, region) & WHOLE_SEQUENCE)
