"""Rule packs: Python and TOML files with rules, the shipped ones and a user's own by the same path."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from analyzer.base import InputError
from analyzer.rule.catalogue import Catalogue, linked
from analyzer.rule.checks import check_rule
from analyzer.rule.data.load import load_data
from analyzer.rule.rule import Removed, Rule

ENTRY_POINTS = "asbuilt.rules"
_PACKAGE = Path(__file__).resolve().parents[1]
_DATA = ".toml"
_CLAIMS = "papers"
"""The folder beside the shipped rules that holds what papers claim."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What one file holds: rules, and the tombstones of rules that it once held."""

    rules: tuple[Rule, ...] = ()
    removed: tuple[Removed, ...] = ()


def load_packs(paths: Iterable[Path | str] = (), entry_points: bool = True, shipped: bool = True) -> Catalogue:
    """The shipped rules, those of installed packs, and those in ``paths`` (files or folders).

    Rules that read traits find them in these packs and in the shipped one, even if that takes no part. Raises
    InputError with file and line for a file that can not be loaded, a malformed rule, an id taken twice, or a trait
    that no rule decides.
    """
    files = [*(_files(shipped_pack()) if shipped else ()), *(_installed() if entry_points else ())]
    files += [file for path in paths for file in _files(Path(path))]
    packs = [load_pack(file) for file in dict.fromkeys(file.resolve() for file in files)]
    rules = [rule for pack in packs for rule in pack.rules]
    removed = tuple(one for pack in packs for one in pack.removed)
    _unique(rules, removed)
    others = [] if shipped or not any(rule.reads for rule in rules) else load_packs((), False).rules
    return Catalogue(tuple(sorted(linked(rules, others), key=lambda rule: rule.id)), removed)


def shipped_pack() -> Path:
    """The folder of the shipped rules: inside the package when installed, beside it in a source tree."""
    inside = _PACKAGE / "_rules"
    return inside if inside.is_dir() else _PACKAGE.parent / "rules"


def displayed(path: Path | str) -> str:
    """``path`` as reports show it: a shipped rule from ``rules/`` on, wherever it is installed."""
    pack = shipped_pack()
    within = Path(path)
    return f"rules/{within.relative_to(pack).as_posix()}" if within.is_relative_to(pack) else str(path)


def load_pack(path: Path) -> Pack:
    """What the file at ``path`` defines, each rule checked for form."""
    pack = Pack(*load_data(path)) if path.suffix == _DATA else _from_module(path)
    for rule in pack.rules:
        for complaint in check_rule(rule):
            raise _broken(path, _line_of(rule), complaint)
    return pack


def _from_module(path: Path) -> Pack:
    module = _import(path)
    single = getattr(module, "RULE", None)
    defined = getattr(module, "RULES", None if single is None else (single,))
    removed = tuple(getattr(module, "REMOVED", ()))
    if defined is None and not removed:
        raise _broken(path, 1, "defines neither RULE nor RULES nor REMOVED")
    return Pack(tuple(defined or ()), removed)


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise InputError("no such rule file or folder", path=str(path), code="no-rules")
    found = [file for file in path.rglob("*") if file.suffix in (".py", _DATA) and file.is_file()]
    return tuple(sorted(file for file in found if not _private(file.relative_to(path))))


def _private(relative: Path) -> bool:
    return relative.parts[0] == _CLAIMS or any(part.startswith(("_", ".")) for part in relative.parts)


def _installed() -> Iterator[Path]:
    """Files of packs that other distributions offer: an entry point names a module or package of rules."""
    for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        found = importlib.util.find_spec(point.value)
        if found is None or found.origin is None:
            raise InputError(f"entry point {point.name} = {point.value} is not importable", code="no-rules")
        yield from _files(Path(found.origin).parent if found.submodule_search_locations else Path(found.origin))


@cache
def _loaded(path: Path, digest: str) -> ModuleType:
    """The module at ``path``; a user's rules are the user's own code and run, other than what is scanned."""
    name = f"asbuilt_rules_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}_{digest[:8]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise _broken(path, 1, "is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import(path: Path) -> ModuleType:
    try:
        return _loaded(path, hashlib.sha256(path.read_bytes()).hexdigest())
    except InputError:
        raise
    except SyntaxError as error:
        raise _broken(path, error.lineno or 1, f"syntax error: {error.msg}") from error
    except OSError as error:
        raise _broken(path, 0, error.strerror or str(error)) from error
    except Exception as error:
        raise _broken(path, _line_in(path, error), f"{type(error).__name__}: {error}") from error


def _line_in(path: Path, error: Exception) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if Path(frame.filename) == path), 0)


def _line_of(rule: object) -> int:
    code = getattr(getattr(rule, "check", None), "__code__", None)
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
    return InputError(message, path=str(path), line=line, code="bad-rule")
