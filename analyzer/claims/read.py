"""Claims files: one TOML file a paper, found, read and typed, with exact errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from analyzer.base import InputError, as_path
from analyzer.claims.lines import item_lines
from analyzer.claims.paper import Claim, Paper, Silence
from analyzer.rule.packs import displayed, shipped_pack
from analyzer.sources.documents import Limits, checked, read_toml
from analyzer.sources.listing import list_files
from analyzer.sources.read import FileKind, kind_of

_IN_ITEM = re.compile(r"`\$\.(\w+)\[(\d+)\]")
CODE = "bad-claims"
_LIMITS = Limits(size=2_000_000, values=100_000)
_NONE = {
    FileKind.FOLDER: "holds no claims file (*.toml)",
    FileKind.MISSING: "no such claims file or folder",
    FileKind.OTHER: FileKind.OTHER.value,
}


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper and the file that states it; ``path`` as reports show it."""

    name: str
    path: str
    paper: Paper
    lines: Mapping[str, tuple[int, ...]]

    def line_of(self, statement: Claim | Silence) -> int:
        """The line on which a statement of the paper begins, 0 if that is not known."""
        name = "claims" if isinstance(statement, Claim) else "unstated"
        statements: tuple[Claim | Silence, ...] = getattr(self.paper, name)
        number = next((index for index, one in enumerate(statements) if one is statement), -1)
        lines = self.lines.get(name, ())
        return lines[number] if 0 <= number < len(lines) else 0


def shipped_papers() -> Path:
    """The folder of the claims files that come with this program."""
    return shipped_pack() / "papers"


def claims_files(paths: Iterable[Path | str]) -> tuple[Path, ...]:
    """All TOML files at ``paths``, each a file or a folder; InputError for a path without one."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        kind = kind_of(path)
        files = (path,) if kind is FileKind.FILE else list_files(path, (".toml",)) if kind is FileKind.FOLDER else ()
        if not files:
            raise InputError(_NONE[kind], path=as_path(str(path)), code=CODE)
        found.update(dict.fromkeys(files))
    return tuple(found)


def read_paper(path: Path) -> PaperFile:
    """The claims file at ``path``.

    Raises InputError with the line for a file that cannot be read, is not TOML, or has another shape: a key that is
    missing or not known, or a value of the wrong type.
    """
    shown = as_path(displayed(path.resolve()))
    document = checked(read_toml(path, code=CODE, limits=_LIMITS, shown=shown), code=CODE, limits=_LIMITS)
    lines = item_lines(document.text)
    try:
        paper = msgspec.convert(document.content, Paper)
    except msgspec.ValidationError as error:
        raise InputError(
            _explained(str(error)), path=shown, line=_line_of_item(str(error), lines), code=CODE
        ) from error
    return PaperFile(path.stem, shown, paper, lines)


def _line_of_item(message: str, lines: Mapping[str, tuple[int, ...]]) -> int:
    found = _IN_ITEM.search(message)
    if found is None:
        return 1
    array, number = lines.get(found[1], ()), int(found[2])
    return array[number] if number < len(array) else 1


def _explained(message: str) -> str:
    """The message, with the keys that there are where one that is not known was given."""
    if "unknown field" not in message:
        return message
    kind = Silence if "$.unstated[" in message else Claim if "$.claims[" in message else Paper
    allowed = ", ".join(field.encode_name for field in msgspec.structs.fields(kind))
    return f"{message}; there is {allowed}"
