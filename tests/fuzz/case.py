"""What is tried, and what is found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Case:
    """One input: the kind that made it, the seed it was made from, the files, and what else the kind wants to know."""

    kind: str
    seed: int
    files: Mapping[str, bytes]
    """Content by path below the folder that is scanned."""
    options: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Makes ``folder`` hold exactly the files."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be: ``cause`` groups equal faults, ``detail`` is for the one who mends it."""

    cause: str
    detail: str = ""


class Kind(Protocol):
    """A sort of input."""

    def make(self, random: Random, seed: int) -> Case:
        """A case that depends on the random numbers alone."""

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        """Tries ``case``, whose files are in ``folder``, and yields what is wrong."""
