"""Loads rule packs: Python and TOML files with rules. Shipped rules and those of users load in the same way."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path

from analyzer.base import InputError, as_path
from analyzer.rule.checks import check_rule
from analyzer.rule.data.load import load_data
from analyzer.rule.rule import Removed, Rule
from analyzer.rule.rule_set import RuleSet, linked
from analyzer.rule.run import CODE, run_file
from analyzer.sources.listing import list_files
from analyzer.sources.read import FileKind, is_folder, kind_of

ENTRY_POINTS = "asbuilt.rules"
_PACKAGE = Path(__file__).resolve().parents[1]
_DATA = ".toml"
_CLAIMS = "papers"
"""The folder beside the shipped rules that holds what papers claim."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one file, and the rules that it no longer holds."""

    rules: tuple[Rule, ...] = ()
    removed: tuple[Removed, ...] = ()


def load_packs(paths: Iterable[Path | str] = (), entry_points: bool = True, shipped: bool = True) -> RuleSet:
    """The shipped rules, those of installed packs, and those in ``paths``.

    A rule that reads traits finds them in these packs and in the shipped one, even if ``shipped`` is False.

    Args:
        paths: Files and folders of rules.
        entry_points: Load the packs that installed distributions offer.
        shipped: Load the shipped rules.

    Raises:
        InputError: A file cannot be loaded, a rule is malformed, two rules share an id or a name, or no rule decides
            a trait that another reads. The error names the file and the line.
    """
    files = [*(_files(shipped_pack()) if shipped else ()), *(_installed() if entry_points else ())]
    files += [file for path in paths for file in _files(Path(path))]
    packs = [load_pack(file) for file in dict.fromkeys(file.resolve() for file in files)]
    rules = [rule for pack in packs for rule in pack.rules]
    removed = tuple(one for pack in packs for one in pack.removed)
    _unique(rules, removed)
    others = [] if shipped or not any(rule.reads for rule in rules) else load_packs((), False).rules
    return RuleSet(tuple(sorted(linked(rules, others), key=lambda rule: rule.id)), removed)


def shipped_pack() -> Path:
    """The folder of the shipped rules. It is inside the package if installed, else beside it in the source tree."""
    inside = _PACKAGE / "_rules"
    return inside if is_folder(inside) else _PACKAGE.parent / "rules"


def displayed(path: Path | str) -> str:
    """``path`` as reports show it. That of a shipped rule starts with ``rules/`` wherever it is installed."""
    pack = shipped_pack()
    within = Path(path)
    return f"rules/{within.relative_to(pack).as_posix()}" if within.is_relative_to(pack) else str(path)


def load_pack(path: Path) -> Pack:
    """The rules of the file at ``path``. InputError if the form of one is wrong."""
    pack = Pack(*load_data(path)) if path.suffix == _DATA else _from_module(path)
    for rule in pack.rules:
        complaint = _complaint(rule)
        if complaint is not None:
            raise _broken(path, _line_of(rule), complaint)
    return pack


def _complaint(rule: Rule) -> str | None:
    """The first thing that is wrong with a rule's form."""
    try:
        return next(check_rule(rule), None)
    except Exception as error:  # noqa: BLE001 - objects of the file's own answer the questions, and may raise anything
        return f"of a form that can not be checked ({type(error).__name__}: {error})"


def _from_module(path: Path) -> Pack:
    module = run_file(path)
    single = getattr(module, "RULE", None)
    defined = getattr(module, "RULES", None if single is None else (single,))
    removed = getattr(module, "REMOVED", ())
    if defined is None and not removed:
        raise _broken(path, 1, "defines neither RULE nor RULES nor REMOVED")
    for name, found in (("RULES", defined), ("REMOVED", removed)):
        if not isinstance(found, tuple | list | None):
            raise _broken(path, 1, f"{name} is a {type(found).__name__}, not a list")
    for one in removed:
        if not isinstance(one, Removed):
            raise _broken(path, 1, f"REMOVED: {type(one).__name__} is not a Removed")
    return Pack(tuple(defined or ()), tuple(removed))


def has_programs(path: Path) -> bool:
    """Whether there are rules in Python at ``path``, a file or a folder. Raises InputError if there is neither."""
    return any(file.suffix != _DATA for file in _files(path))


def _files(path: Path) -> tuple[Path, ...]:
    kind = kind_of(path)
    if kind is FileKind.FILE:
        return (path,)
    if kind is not FileKind.FOLDER:
        message = "no such rule file or folder" if kind is FileKind.MISSING else FileKind.OTHER.value
        raise InputError(message, path=as_path(str(path)), code="no-rules")
    return tuple(file for file in list_files(path, (".py", _DATA)) if not _private(file.relative_to(path)))


def _private(relative: Path) -> bool:
    return relative.parts[0] == _CLAIMS or any(part.startswith(("_", ".")) for part in relative.parts)


def _installed() -> Iterator[Path]:
    """The files of packs that other distributions offer. An entry point names a module or package of rules."""
    for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        found = _spec(point.value)
        if found is None or found.origin is None:
            raise InputError(f"entry point {point.name} = {point.value} is not importable", code="no-rules")
        yield from _files(Path(found.origin).parent if found.submodule_search_locations else Path(found.origin))


def _spec(name: str) -> ModuleSpec | None:
    """The location of an installed module. Its package is imported, as in every import."""
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _line_of(rule: object) -> int:
    check = getattr(rule, "check", None)
    code = getattr(getattr(check, "__wrapped__", check), "__code__", None)
    return code.co_firstlineno if code is not None else 1


def _unique(rules: Iterable[Rule], removed: Iterable[Removed]) -> None:
    gone = {one.id: one for one in removed}
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in gone:
            message = f"{rule.id} is the id of a removed rule, {gone[rule.id].name}"
            raise _broken(Path(rule.path), _line_of(rule), message)
        for key in (rule.id, rule.name):
            if (other := seen.setdefault(key, rule)) is not rule:
                raise _broken(Path(rule.path), _line_of(rule), f"{key} is taken by {other.path}")


def _broken(path: Path, line: int, message: str) -> InputError:
    return InputError(message, path=as_path(str(path)), line=line, code=CODE)
