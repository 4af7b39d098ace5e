"""The kinds of input by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz.case import Kind
from tests.fuzz.kinds.natives import Natives

KINDS: Mapping[str, Kind] = {
    "natives": Natives(),
}
SHARES: Mapping[str, float] = {}
"""How many cases a kind has in each turn, as a part of the usual number."""
