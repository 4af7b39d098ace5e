"""Renaming invariance of traits over model families: ``python -m tests.invariance [--every N] [--models PATTERN,…]``.

Each family's modeling files are rewritten under meaningless names in a copy of the installed sources, its main class is
built from both, and what the rules say is compared. Names of configuration fields and of libraries stay.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from analyzer import Finding, Model, load, models
from analyzer.rule.renaming import Renamed, rename
from tests.corpus import installed

BY_NAMES = frozenset({"init.norm", "init.bias", "init.scheme", "init.std", "init.other", "numerics.kept_float32"})
"""Traits whose code itself asks for names: the library initialises what is *called* a norm, and parts of paths in
strings say what stays in float32. A renamed program really differs in these."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One family: ``differences`` is empty when renaming changed nothing; ``skipped`` says why it was not compared."""

    class_name: str
    differences: tuple[str, ...] = ()
    skipped: str = ""


def said(findings: Sequence[Finding], path: Callable[[str], str] = str) -> Counter[Any]:
    """What findings say, without source text; ``path`` gives the names that modules have in the renamed program."""
    return Counter(
        (
            finding.rule,
            finding.trait,
            str(finding.value),
            finding.certainty,
            finding.depends_on,
            path(finding.module),
            tuple(sorted(place.role for place in finding.evidence)),
        )
        for finding in findings
        if finding.trait not in BY_NAMES
    )


@dataclass(frozen=True, slots=True)
class Paths:
    """Module patterns of ``model`` as the program has them whose files in ``folder`` are renamed: what a module of
    another family holds keeps its name."""

    model: Model
    folder: str
    names: Renamed

    def __call__(self, pattern: str) -> str:
        modules = {one.path: one for one in self.model.built.modules}
        path, renamed = "", list[str]()
        for part in pattern.split(".") if pattern else ():
            owner = modules.get(path)
            inside = owner is None or owner.span.path.startswith(f"{self.folder}/")
            renamed.append(self.names.attributes.get(part, part) if inside else part)
            path = _first(modules, f"{path}.{part}" if path else part)
        return ".".join(renamed)


def _first(modules: Mapping[str, object], pattern: str) -> str:
    """The first module that a pattern of numbers (``layers.*``, ``layers.{2,4}``) covers."""
    container, _, part = pattern.rpartition(".")
    if part != "*":
        return f"{container}.{part.strip('{').partition(',')[0]}" if part.startswith("{") else pattern
    return next((path for path in modules if path.rpartition(".")[0] == container), pattern)


def copied(source: Path, target: Path) -> Path:
    """A copy of a tree whose files are links where the file system allows."""
    shutil.copytree(source, target, copy_function=_link, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    return target


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def replace(file: Path, text: str) -> None:
    """Write a new file: the old one may be a link to the installed source."""
    file.unlink()
    file.write_text(text, encoding="utf-8")


def rewrite(folder: Path) -> Renamed:
    """The modeling files in ``folder`` under new names."""
    files = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("modeling_*.py"))}
    renamed = rename(files)
    for name, text in renamed.files.items():
        replace(folder / name, text)
    return renamed


def refer(auto: Path, names: Mapping[str, str]) -> None:
    """Let the tables of automatic classes, which hold names as strings, follow suit."""
    for file in sorted(auto.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        changed = re.sub(r'"(\w+)"', lambda found: f'"{names.get(found[1], found[1])}"', text)
        if changed != text:
            replace(file, changed)


def outcome(class_name: str, path: str, source: Path, copy: Path) -> Outcome:
    """Compare one family by its main class; the copy is as before afterwards."""
    folder, auto = Path(path).parent, Path("models/auto")
    original = load(class_name, source)
    if not original.graph.results:
        return Outcome(class_name, skipped="the original does not run to its end")
    try:
        names = rewrite(copy / folder)
        refer(copy / auto, names.globals)
        renamed = load(names.globals.get(class_name, class_name), copy)
        if renamed.built.status != original.built.status:
            # The library asks the program for names that renaming took away: another program, not another answer.
            return Outcome(class_name, skipped=f"renamed, the program stops: {_first_gap(renamed)}")
        if renamed.built.inputs.keys() != original.built.inputs.keys():
            given = ", ".join(renamed.built.inputs)
            return Outcome(class_name, skipped=f"renamed, the program does not take the same inputs: only {given}")
        paths = Paths(original, folder.as_posix(), names)
        return Outcome(class_name, tuple(_differences(original, renamed, paths)))
    finally:
        for part in (folder, auto):
            shutil.rmtree(copy / part)
            copied(source / part, copy / part)


def _first_gap(model: Model) -> str:
    return next((f"{gap.construct}: {gap.explanation}" for gap in model.gaps), model.built.failure)


def _differences(original: Model, renamed: Model, paths: Paths) -> Iterator[str]:
    traits = [[one for one in model.findings() if one.kind == "trait"] for model in (original, renamed)]
    expected, got = said(traits[0], paths), said(traits[1])
    yield from (f"lost: {one}" for one in sorted(map(repr, (expected - got).elements())))
    yield from (f"new: {one}" for one in sorted(map(repr, (got - expected).elements())))


def families(patterns: Sequence[str], every: int) -> list[tuple[str, str]]:
    """(main class, path) of every n-th family whose type fits, one for each folder."""
    by_folder: dict[str, tuple[str, str]] = {}
    for entry in models():
        if entry.class_name and (not patterns or any(fnmatchcase(entry.model_type, one) for one in patterns)):
            by_folder.setdefault(str(Path(entry.path).parent), (entry.class_name, entry.path))
    return sorted(by_folder.values())[::every]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.invariance", description=__doc__)
    parser.add_argument("--models", default="", help="model types, comma-separated, * allowed")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th family only")
    options = parser.parse_args()
    source = installed()
    if source is None:
        parser.error("transformers is not installed")
    chosen = families([one for one in options.models.split(",") if one], options.every)
    done = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(source, Path(folder) / "transformers")
        for class_name, path in chosen:
            found = outcome(class_name, path, source, copy)
            verdict = "skipped" if found.skipped else "differs" if found.differences else "same"
            done[verdict] += 1
            print(f"{verdict:8} {class_name}  {found.skipped}", *found.differences[:6], sep="\n         ", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(done.items())))
    return 1 if done["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
