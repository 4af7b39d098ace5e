"""Where the recorded truth is in error: what it says, why that is wrong, and the lines of the program that prove it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("disputes.toml")


@dataclass(frozen=True, slots=True)
class Proof:
    """``text`` stands on ``line`` of the file at ``path``, relative to the package."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """The truth says ``measured`` (as the scoreboard prints it) of ``trait`` for the classes of ``models``."""

    trait: str
    models: tuple[str, ...]
    measured: str
    why: str
    proofs: tuple[Proof, ...]


@cache
def disputes() -> tuple[Dispute, ...]:
    """Every dispute, in the order of the file."""
    with FILE.open("rb") as file:
        return tuple(map(_dispute, tomllib.load(file)["disputes"]))


@cache
def disputed() -> frozenset[tuple[str, str, str]]:
    """(model type, trait, measured value) of every dispute."""
    return frozenset((model, one.trait, one.measured) for one in disputes() for model in one.models)


def _dispute(row: Mapping[str, Any]) -> Dispute:
    proofs = tuple(Proof(**proof) for proof in row["proofs"])
    return Dispute(row["trait"], tuple(row["models"]), row["measured"], row["why"], proofs)
