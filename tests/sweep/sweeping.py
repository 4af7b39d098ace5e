"""Tries a package in a process that may hang or die."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from analyzer import InputError, Report
from analyzer.sources.parse import parse
from tests.fuzz.case import Case, Fault
from tests.fuzz.causes import cause_of
from tests.fuzz.checks import scanned, unencodable
from tests.sweep.packages import files


class Sweep:
    """A case names a package and what to do with it: read every file, or scan all classes."""

    def make(self, random: Random, seed: int) -> Case:
        raise NotImplementedError("a package is not made from random numbers")

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        package = Path(case.options["package"])
        yield from _read(package) if case.options["name"].endswith("(read)") else _scanned(package)


def case_of(package: Path, what: str) -> Case:
    return Case("sweep", 0, {}, {"package": str(package), "name": f"{package.name} ({what})"})


def _read(package: Path) -> Iterator[Fault]:
    for path in files(package):
        try:
            parse(path.read_text(encoding="utf-8"), path=str(path))
        except InputError as error:
            yield from unencodable(str(error))
        except UnicodeDecodeError:
            continue  # test data with encodings of its own
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            yield Fault(f"{cause_of(error)} ({path.name})", str(path))


def _scanned(package: Path) -> Iterator[Fault]:
    for found in scanned(package, all_classes=True):
        if not isinstance(found, Report):
            yield found
