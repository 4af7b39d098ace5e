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
from analyzer.rule.renaming import LibraryNames, Renamed, rename
from tests.corpus import installed
from tests.library_names import library_names

BY_NAMES = frozenset({"init.norm", "init.bias", "init.scheme", "init.std", "init.other"})
"""Traits whose code itself asks for names: the library initialises what is *called* a norm. A renamed program really
differs in these."""
OF_PATHS = frozenset({"numerics.kept_float32"})
"""Traits whose values are paths."""
BY_TEXT = frozenset({"HAZ001", "HAZ010", "HAZ012", "HAZ013", "HAZ014"})
"""Rules that read source text: renamed code is no copy any more of what it was copied from, and a name that occurs
elsewhere no doubt any more whether something is used."""


AUTO = Path("models/auto")
MODELING = "models/*/modeling_*.py"


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
            str(_renamed(finding.value, path) if finding.trait in OF_PATHS else finding.value),
            finding.certainty,
            finding.depends_on,
            path(finding.module),
            tuple(sorted(place.role for place in finding.evidence)),
        )
        for finding in findings
        if finding.trait not in BY_NAMES and finding.rule not in BY_TEXT
    )


def _renamed(value: object, path: Callable[[str], str]) -> object:
    return sorted(map(path, value)) if isinstance(value, list | tuple) else value


@dataclass(frozen=True, slots=True)
class Paths:
    """Module patterns of ``model`` as the program has them whose ``files`` are renamed: what a module of the library
    holds keeps its name."""

    model: Model
    files: frozenset[str]
    names: Renamed

    def __call__(self, pattern: str) -> str:
        modules = {one.path: one for one in self.model.built.modules}
        path, renamed = "", list[str]()
        for part in pattern.split(".") if pattern else ():
            owner = modules.get(path)
            inside = owner is None or owner.span.path in self.files
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


def rewrite(source: Path, copy: Path, files: Sequence[str], library: LibraryNames) -> Renamed:
    """The ``files`` of the tree ``source`` under new names in its ``copy``."""
    renamed = rename({file: (source / file).read_text(encoding="utf-8") for file in files}, library=library)
    for file, text in renamed.files.items():
        replace(copy / file, text)
    refer(copy / AUTO, renamed.globals)
    return renamed


def involved(model: Model) -> list[str]:
    """The modeling files that the modules of a model come from, and those that these import from."""
    found = {model.built.path, *(module.span.path for module in model.built.modules)}
    todo = sorted(file for file in found if fnmatchcase(file, MODELING))
    done = list[str]()
    while todo:
        file = todo.pop()
        if file not in done:
            done.append(file)
            todo += imported(model.root, file)
    return sorted(done)


def imported(root: Path, file: str) -> list[str]:
    """The modeling files that a modeling file imports from."""
    text = (root / file).read_text(encoding="utf-8")
    names = re.findall(r"^\s*from \.\.?(\w*)\.?(modeling_\w+) import", text, re.MULTILINE)
    paths = (Path(file).parent.parent / (folder or Path(file).parent.name) / f"{stem}.py" for folder, stem in names)
    return [path.as_posix() for path in paths if path.parent != AUTO and (root / path).is_file()]


def refer(auto: Path, names: Mapping[str, str]) -> None:
    """Let the tables of automatic classes, which hold names as strings, follow suit."""
    for file in sorted(auto.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        changed = re.sub(r'"(\w+)"', lambda found: f'"{names.get(found[1], found[1])}"', text)
        if changed != text:
            replace(file, changed)


def outcome(class_name: str, source: Path, copy: Path) -> Outcome:
    """Compare one family by its main class, under as many new names as make a program; ``copy`` is as before then."""
    original = load(class_name, source)
    if not original.graph.results:
        return Outcome(class_name, skipped="the original does not run to its end")
    files = involved(original)
    found = Outcome(class_name)
    for library in library_names([source / file for file in files], source):
        found = _compared(original, files, library, copy)
        if not found.skipped:
            break
    return found


def _compared(original: Model, files: Sequence[str], library: LibraryNames, copy: Path) -> Outcome:
    class_name, source = original.built.class_name, original.root
    try:
        names = rewrite(source, copy, files, library)
        renamed = load(names.globals.get(class_name, class_name), copy)
        if renamed.built.status != original.built.status:
            # The library asks the program for names that renaming took away: another program, not another answer.
            return Outcome(class_name, skipped=f"renamed, the program stops: {_first_gap(renamed)}")
        given = {_input(name, names): form for name, form in original.built.inputs.items()}
        if renamed.built.inputs != given or len(renamed.built.constants) != len(original.built.constants):
            taken = ", ".join(renamed.built.inputs)
            return Outcome(class_name, skipped=f"renamed, the program does not take the same inputs: {taken}")
        paths = Paths(original, frozenset(files), names)
        return Outcome(class_name, tuple(_differences(original, renamed, paths)))
    finally:
        for folder in {AUTO, *(Path(file).parent for file in files)}:
            shutil.rmtree(copy / folder)
            copied(source / folder, copy / folder)


def _input(name: str, names: Renamed) -> str:
    """An input of the renamed program: an argument, an element of one (``name.0``), or one of a part's."""
    part, _, argument = name.rpartition(".")
    if part and not argument.isdigit():
        return f"{names.path(part)}.{names.parameters.get(argument, argument)}"
    return ".".join(names.parameters.get(word, word) for word in name.split("."))


def _first_gap(model: Model) -> str:
    return next((f"{gap.construct}: {gap.explanation}" for gap in model.gaps), model.built.failure)


def _differences(original: Model, renamed: Model, paths: Paths) -> Iterator[str]:
    expected, got = said(original.findings(), paths), said(renamed.findings())
    yield from (f"lost: {one}" for one in sorted(map(repr, (expected - got).elements())))
    yield from (f"new: {one}" for one in sorted(map(repr, (got - expected).elements())))


def families(patterns: Sequence[str], every: int, first: int = 0) -> list[str]:
    """The main class of every n-th family after the first ones whose type fits, one for each folder."""
    by_folder: dict[str, str] = {}
    for entry in models():
        if entry.class_name and (not patterns or any(fnmatchcase(entry.model_type, one) for one in patterns)):
            by_folder.setdefault(str(Path(entry.path).parent), entry.class_name)
    return sorted(by_folder.values())[first::every]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.invariance", description=__doc__)
    parser.add_argument("--models", default="", help="model types, comma-separated, * allowed")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th family only")
    parser.add_argument("--from", type=int, default=0, metavar="K", dest="first", help="leave out the first K families")
    options = parser.parse_args()
    source = installed()
    if source is None:
        parser.error("transformers is not installed")
    chosen = families([one for one in options.models.split(",") if one], options.every, options.first)
    done = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(source, Path(folder) / "transformers")
        for class_name in chosen:
            found = outcome(class_name, source, copy)
            verdict = "skipped" if found.skipped else "differs" if found.differences else "same"
            done[verdict] += 1
            print(f"{verdict:8} {class_name}  {found.skipped}", *found.differences[:6], sep="\n         ", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(done.items())))
    return 1 if done["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
