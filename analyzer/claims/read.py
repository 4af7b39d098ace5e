"""Claims files: one TOML file a paper, found, read and typed, with exact errors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from analyzer.base import InputError
from analyzer.claims.lines import item_lines
from analyzer.claims.paper import Claim, Paper, Silence
from analyzer.rule.packs import displayed, shipped_pack

_AT_LINE = re.compile(r"\(at line (\d+)")
_IN_ITEM = re.compile(r"`\$\.(\w+)\[(\d+)\]")
CODE = "bad-claims"


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
        files = [path] if path.is_file() else sorted(path.rglob("*.toml"))
        if not files:
            message = "holds no claims file (*.toml)" if path.is_dir() else "no such claims file or folder"
            raise InputError(message, path=str(path), code=CODE)
        found.update(dict.fromkeys(files))
    return tuple(found)


def read_paper(path: Path) -> PaperFile:
    """The claims file at ``path``.

    Raises InputError with the line for a file that can not be read, is not TOML, or has another shape: a key that is
    missing or not known, or a value of the wrong type.
    """
    shown = displayed(path.resolve())
    try:
        text = path.read_bytes().decode()
        content = tomllib.loads(text)
    except OSError as error:
        raise InputError(error.strerror or str(error), path=shown, code=CODE) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error.reason}", path=shown, line=1, code=CODE) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"not valid TOML: {error}", path=shown, line=_line_of_syntax(str(error), text), code=CODE
        ) from error
    lines = item_lines(text)
    try:
        paper = msgspec.convert(content, Paper)
    except msgspec.ValidationError as error:
        raise InputError(
            _explained(str(error)), path=shown, line=_line_of_item(str(error), lines), code=CODE
        ) from error
    return PaperFile(path.stem, shown, paper, lines)


def _line_of_syntax(message: str, text: str) -> int:
    found = _AT_LINE.search(message)
    return int(found[1]) if found else text.count("\n") + 1


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
