"""A cache whose files are damaged: the report is the same, only slower."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import analyzer
from tests.fuzz.case import Case, Fault
from tests.fuzz.causes import cause_of
from tests.fuzz.checks import HEALTHY, HEALTHY_FILE
from tests.fuzz.kinds.configs import families


class DamagedCache:
    """One fixture beside the healthy model, with a cache of their own; the seed says what is damaged and how."""

    def make(self, random: Random, seed: int) -> Case:
        family = random.choice(families())
        files = {path.name: path.read_bytes() for path in sorted(family.glob("*.py"))}
        return Case("cache", seed, {**files, HEALTHY_FILE: HEALTHY}, {"damage": str(random.random())})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        cache = folder.parent / "own-cache"
        with _cache_in(cache):
            whole = analyzer.scan(folder, jobs=1).to_json()
            random = Random(case.options["damage"])
            for path in _chosen(random, cache):
                _damage(random, path)
            try:
                again = analyzer.scan(folder, jobs=1).to_json()
            except Exception as error:  # noqa: BLE001 - it is what is looked for
                yield Fault(f"damaged cache: {cause_of(error)}", str(error)[:300])
                return
            if again != whole:
                yield Fault("a damaged cache changes the report")
            if analyzer.scan(folder, jobs=1).to_json() != whole:
                yield Fault("a damaged cache changes the report after it")


def _chosen(random: Random, cache: Path) -> list[Path]:
    entries = sorted(path for path in cache.rglob("*") if path.is_file())
    return [path for path in entries if random.random() < random.choice((0.1, 0.5, 1.0))]


def _damage(random: Random, path: Path) -> None:
    content = path.read_bytes() or b"x"  # another entry of this run may have been emptied
    match random.randrange(8):
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(b"")
        case 2:
            path.write_bytes(content[: random.randrange(len(content) + 1)])
        case 3:
            path.write_bytes(random.randbytes(len(content)))
        case 4:
            path.unlink()
            path.mkdir()
        case 5:
            others = sorted(other for other in path.parents[1].rglob("*") if other.is_file())
            path.write_bytes(random.choice(others).read_bytes())
        case 6:
            path.write_bytes(content + content)
        case _:
            changed = bytearray(content)
            for _ in range(random.choice((1, 3, 50))):
                changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
            path.write_bytes(changed)


@contextmanager
def _cache_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("ASBUILT_CACHE_DIR")
    os.environ["ASBUILT_CACHE_DIR"] = str(folder)
    try:
        yield
    finally:
        if before is not None:
            os.environ["ASBUILT_CACHE_DIR"] = before
