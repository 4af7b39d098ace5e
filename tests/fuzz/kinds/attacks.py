"""The hostile programs of ``tests/attacks``, one a case, without the cost of starting the command for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from analyzer import Report
from tests.attacks.collection import Attack, collection
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import HEALTHY, HEALTHY_FILE, healthy_part_of, scanned
from tests.fuzz.sampled import expected


class Attacks:
    """The seed is the number of the program, so a run from seed 0 on has each once."""

    def make(self, random: Random, seed: int) -> Case:
        attack = programs()[seed % len(programs())]
        files = {"modeling_evil.py": attack.text.encode("utf-8", "surrogatepass"), HEALTHY_FILE: HEALTHY}
        return Case("attacks", seed, files, {"name": attack.name})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        for fault in _faults(folder):
            yield replace(fault, detail=f"{case.options['name']}: {fault.detail}")


def _faults(folder: Path) -> Iterator[Fault]:
    for found in scanned(folder):
        if not isinstance(found, Report):
            yield found
        elif healthy_part_of(found) != expected():
            yield Fault("healthy neighbour changed")


@cache
def programs() -> tuple[Attack, ...]:
    """Those that are one file."""
    return tuple(attack for attack in collection() if not attack.beside)
