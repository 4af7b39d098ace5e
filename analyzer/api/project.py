"""``[tool.asbuilt]`` in pyproject.toml: what a project always wants from ``scan``.

The file is looked for in the current folder and, inside of a repository, in those above it up to the repository's root:
it belongs to the one who runs the program, not to what is scanned. Rules in Python are programs, so a file alone never
makes one run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from analyzer.base import InputError
from analyzer.engine import PathIgnores
from analyzer.rule.packs import has_programs
from analyzer.sources.documents import Document, Limits, checked, line_of, read_toml
from analyzer.sources.git import work_tree
from analyzer.sources.read import is_file

NAME: Final = "pyproject.toml"
LEVELS: Final = ("info", "warning", "error", "never")
_KEYS: Final = ("rules", "select", "ignore", "fail-on", "baseline", "per-path-ignores")
_CODE: Final = "bad-settings"
_LIMITS: Final = Limits(size=5_000_000, values=100_000)


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """The settings of a project; paths are absolute. ``file`` is None where there are none."""

    file: Path | None = None
    rules: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    baseline: Path | None = None
    path_ignores: PathIgnores | None = None


def read_project(folder: Path, *, trusted: bool = False) -> ProjectSettings:
    """The settings for ``folder``.

    Raises InputError, with the line, for a key that does not exist, a value that it can not have, and, unless the
    project is ``trusted``, rules that are programs.
    """
    for place in _places(folder):
        if is_file(place / NAME):
            document = read_toml(place / NAME, code=_CODE, limits=_LIMITS)
            tool = document.content.get("tool")
            if isinstance(tool, dict) and "asbuilt" in tool:
                return _project(place, document, tool["asbuilt"], trusted)
    return ProjectSettings()


def _places(folder: Path) -> Iterator[Path]:
    """``folder``, and those above it as far as its repository reaches."""
    folder, root = folder.resolve(), work_tree(folder)
    yield folder
    if root is not None:
        yield from (above for above in folder.parents if above.is_relative_to(root))


def _project(folder: Path, document: Document, table: object, trusted: bool) -> ProjectSettings:
    checked(document, code=_CODE, limits=_LIMITS)
    settings = _Settings(document, folder, table if isinstance(table, dict) else {})
    if not isinstance(table, dict):
        raise settings.wrong("", "[tool.asbuilt] is a table")
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key.replace("_", "-"), _KEYS, 1, 0.6)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_KEYS)}"
            raise settings.wrong(key, f"no setting {key!r}; {hint}")
    project = ProjectSettings(
        folder / NAME,
        rules=tuple(folder / one for one in settings.words("rules")),
        select=settings.words("select"),
        ignore=settings.words("ignore"),
        fail_on=settings.level("fail-on"),
        baseline=settings.path("baseline"),
        path_ignores=settings.path_ignores("per-path-ignores"),
    )
    for rule in () if trusted else project.rules:
        if has_programs(rule):
            raise settings.wrong("rules", f"{rule.name}: rules in Python are programs; --project-rules runs them")
    return project


@dataclass(frozen=True, slots=True)
class _Settings:
    """The table of a file; what it does not have is empty or None."""

    document: Document
    folder: Path
    table: Mapping[str, object]

    def wrong(self, key: str, message: str) -> InputError:
        """The error about a setting, at its line."""
        line = line_of(self.document.text, f"tool.asbuilt.{key}")
        return InputError(message, path=self.document.path, line=line, code=_CODE)

    def words(self, key: str) -> tuple[str, ...]:
        return self._words(key, self.table.get(key, []))

    def level(self, key: str) -> str | None:
        value = self.table.get(key)
        if value is not None and value not in LEVELS:
            raise self.wrong(key, f"{key} is one of {', '.join(LEVELS)}")
        return None if value is None else str(value)

    def path(self, key: str) -> Path | None:
        value = self.table.get(key)
        if not isinstance(value, str | None):
            raise self.wrong(key, f"{key} is the path of a file")
        return None if value is None else self.folder / value

    def path_ignores(self, key: str) -> PathIgnores | None:
        value = self.table.get(key)
        if not isinstance(value, Mapping | None):
            raise self.wrong(key, f'{key} is a table, such as {{ "models/old/**" = ["HAZ001"] }}')
        if value is None:
            return None
        return PathIgnores(self.folder, NAME, tuple((one, self._words(key, names)) for one, names in value.items()))

    def _words(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, f"{key} takes lists of words")
        return tuple(value)
