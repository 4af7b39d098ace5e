"""Rule packs: files that define ``RULE`` or ``RULES``, the shipped ones and a user's own by the same path."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import ModuleType

from analyzer.base import InputError
from analyzer.rule.checks import check_rule
from analyzer.rule.rule import Rule

ENTRY_POINTS = "asbuilt.rules"
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rules that take part, in the order of their ids."""

    rules: tuple[Rule, ...]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def find(self, name: str) -> Rule:
        """The rule with this id or name; InputError with near ones if there is none."""
        for rule in self.rules:
            if name.upper() == rule.id or name == rule.name:
                return rule
        known = [word for rule in self.rules for word in (rule.id, rule.name)]
        near = get_close_matches(name, known, 3, 0.5) or get_close_matches(name.upper(), known, 3, 0.5)
        raise InputError(f"no rule {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""), code="no-rule")

    def choose(self, select: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> Catalogue:
        """Rules that ``select`` names (all if empty) without those that ``ignore`` names.

        A name is an id, the beginning of one (``NRM``), a rule's name, a trait or a family of traits (``norm``). A name
        that fits no rule is an InputError.
        """
        wanted = [self._named(name) for name in select or ()]
        unwanted = [self._named(name) for name in ignore or ()]
        chosen = frozenset[str]().union(*wanted) if wanted else frozenset(rule.id for rule in self.rules)
        kept = chosen.difference(*unwanted)
        return Catalogue(tuple(rule for rule in self.rules if rule.id in kept))

    def _named(self, name: str) -> frozenset[str]:
        found = frozenset(rule.id for rule in self.rules if _answers(rule, name))
        return found or frozenset({self.find(name).id})


def _answers(rule: Rule, name: str) -> bool:
    if name == rule.name or rule.id.startswith(name.upper()):
        return True
    return any(trait == name or trait.startswith(name.removesuffix(".*") + ".") for trait in rule.traits)


def load_packs(paths: Iterable[Path | str] = (), entry_points: bool = True, shipped: bool = True) -> Catalogue:
    """The shipped rules, those of installed packs, and those in ``paths`` (files or folders).

    Raises InputError with file and line for a file that can not be loaded, a malformed rule, or an id taken twice.
    """
    files = [*(_files(shipped_pack()) if shipped else ()), *(_installed() if entry_points else ())]
    files += [file for path in paths for file in _files(Path(path))]
    rules = [rule for file in dict.fromkeys(file.resolve() for file in files) for rule in load_file(file)]
    _unique(rules)
    return Catalogue(tuple(sorted(rules, key=lambda rule: rule.id)))


def shipped_pack() -> Path:
    """The folder of the shipped rules: inside the package when installed, beside it in a source tree."""
    inside = _PACKAGE / "_rules"
    return inside if inside.is_dir() else _PACKAGE.parent / "rules"


def displayed(path: Path | str) -> str:
    """``path`` as reports show it: a shipped rule from ``rules/`` on, wherever it is installed."""
    pack = shipped_pack()
    within = Path(path)
    return f"rules/{within.relative_to(pack).as_posix()}" if within.is_relative_to(pack) else str(path)


def load_file(path: Path) -> tuple[Rule, ...]:
    """The rules that the file at ``path`` defines, each checked for form."""
    module = _import(path)
    defined = getattr(module, "RULES", None)
    if defined is None and (single := getattr(module, "RULE", None)) is not None:
        defined = (single,)
    if defined is None:
        raise _broken(path, 1, "defines neither RULE nor RULES")
    rules = tuple(defined)
    for rule in rules:
        for complaint in check_rule(rule):
            raise _broken(path, _line_of(rule), complaint)
    return rules


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise InputError("no such rule file or folder", path=str(path), code="no-rules")
    return tuple(sorted(file for file in path.rglob("*.py") if not _private(file.relative_to(path))))


def _private(relative: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in relative.parts)


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


def _unique(rules: Iterable[Rule]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        for key in (rule.id, rule.name):
            if (other := seen.setdefault(key, rule)) is not rule:
                raise _broken(Path(rule.path), _line_of(rule), f"{key} is taken by {other.path}")


def _broken(path: Path, line: int, message: str) -> InputError:
    return InputError(message, path=str(path), line=line, code="bad-rule")
