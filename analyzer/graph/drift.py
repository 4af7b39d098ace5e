"""Code that no longer follows from what it is said to be made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One piece of code, a function or a member of a class.

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
