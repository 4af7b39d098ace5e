"""Real modeling files of transformers with random edits, at a smaller size and with imports that resolve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random

from analyzer import Report
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import healthy_whole, same_again, scanned, shown
from tests.fuzz.kinds.edits import edited
from tests.fuzz.sampled import expected, one_in

_RELATIVE = re.compile(rb"^(\s*from )(\.{2,})(\w*)", re.MULTILINE)
_DEPTH = re.compile(
    rb"\b((?:num_|n_|encoder_|decoder_)*(?:hidden_)?(?:layers?|blocks|depths?)\b[^=\n]*= )(\d+)", re.MULTILINE
)
LARGEST = 120_000


class Mutants:
    """The mutated file stands in a package of its own; what it takes from transformers is the installed one's."""

    def make(self, random: Random, seed: int) -> Case:
        folder = random.choice(families())
        files = {
            f"{folder.name}/{path.name}": _free(path.read_bytes(), folder.name) for path in sorted(folder.glob("*.py"))
        }
        name = random.choice([name for name in files if "modeling_" in name])
        if random.random() < 0.2:
            name = random.choice(sorted(files))
        for _ in range(random.choice((1, 1, 2, 3, 5, 9))):
            other = random.choice(modeling_files())
            files[name] = edited(files[name], random, (other.read_bytes(),))
        return Case("mutants", seed, files, {"file": name})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        for found in scanned(folder):
            if not isinstance(found, Report):
                yield found
            elif one_in(10, case):
                yield from same_again(folder, found)
        if one_in(10, case):
            yield from healthy_whole(folder, expected())
        if one_in(25, case):
            yield from shown(folder, case)


@cache
def families() -> tuple[Path, ...]:
    """Folders of models that are not too large to be tried often."""
    spec = find_spec("transformers")
    if spec is None or spec.origin is None:
        return ()
    models = Path(spec.origin).parent / "models"
    return tuple(
        folder
        for folder in sorted(models.iterdir())
        if any(folder.glob("modeling_*.py")) and _size(folder) < LARGEST and folder.name not in ("auto", "deprecated")
    )


@cache
def modeling_files() -> tuple[Path, ...]:
    return tuple(path for folder in families() for path in sorted(folder.glob("modeling_*.py")))


def _size(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.glob("*.py"))


def _free(text: bytes, family: str) -> bytes:
    """``text`` with imports of other packages made absolute, and fewer layers."""

    def absolute(match: re.Match[bytes]) -> bytes:
        start, dots, name = match.groups()
        if len(dots) == 2 and name == family.encode():
            return start + b".." + name
        package = {2: b"transformers.models", 3: b"transformers"}.get(len(dots), b"transformers")
        return start + package + (b"." + name if name else b"")

    return _DEPTH.sub(lambda found: found[1] + str(min(int(found[2]), 2)).encode(), _RELATIVE.sub(absolute, text))
