"""Near names for one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(name: str, known: Iterable[str], most: int = 3) -> str:
    """What to add to a message about the unknown ``name``; empty where nothing is near.

    >>> suggestion("nroms", ["norms", "heads"])
    '; did you mean norms?'
    """
    near = get_close_matches(name, sorted(set(known)), most, 0.6)
    return f"; did you mean {' or '.join(near)}?" if near else ""
