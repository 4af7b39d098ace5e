"""Recorded operations in columns: tables for whatever repeats, one list of numbers for each field of a run.

References are made relative before they go into a table, so that the layers of a stack give equal entries: ``%12`` in
operation 15 becomes ``%-3``, and a parameter of the module at hand (or of one around it) loses the module's path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Row: TypeAlias = "dict[str, Any]"
_OUTPUT = re.compile(r"%(\d+)((?:\.\d+)?)")
_RELATIVE = re.compile(r"%-(-?\d+)((?:\.\d+)?)")
_NAMED = re.compile(r"@([pb]):(.*)", re.DOTALL)
_SHORT = re.compile(r"@([pb])\^(\d+):(.*)", re.DOTALL)
FIELDS = ("name", "file", "function", "outputs", "arguments", "keywords", "flag")


class Table:
    """Values by number, in order of first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, value: object) -> int:
        text = json.dumps(value, separators=(",", ":"))
        return self._numbers.setdefault(text, len(self._numbers))

    def values(self) -> list[Any]:
        return [json.loads(text) for text in self._numbers]


def pack(rows: Sequence[Row]) -> Row:
    """All runs in columnar form."""
    tables = {field: Table() for field in FIELDS}
    runs = [_pack_run(row, tables) for row in rows]
    return {"tables": {field: table.values() for field, table in tables.items()}, "runs": runs}


def unpack_run(run: Row, tables: Mapping[str, Sequence[Any]]) -> Row:
    """One run as it was recorded."""
    modules = run["modules"]
    columns = [run["columns"][field] for field in FIELDS]
    places = zip(run["columns"]["module"], run["columns"]["line"], strict=True)
    operations = []
    for position, (entry, (module, line)) in enumerate(zip(zip(*columns, strict=True), places, strict=True)):
        name, file, function, outputs, arguments, keywords, flag = (
            tables[field][number] for field, number in zip(FIELDS, entry, strict=True)
        )
        path = modules[module] if module >= 0 else ""
        restore = _restorer(position, path)
        operation = [name, module, f"{file}:{line}", function, outputs, _mapped(arguments, restore)]
        operation.append(_mapped(keywords, restore))
        operations.append(operation + [flag] * (flag is not None))
    return {key: run[key] for key in ("model_type", "class", "path", "modules")} | {"ops": operations}


def _pack_run(row: Row, tables: Mapping[str, Table]) -> Row:
    columns: dict[str, list[int]] = {field: [] for field in (*FIELDS, "module", "line")}
    for position, operation in enumerate(row["ops"]):
        name, module, place, function, outputs, arguments, keywords, *flag = operation
        file, _, line = place.rpartition(":")
        shorten = _shortener(position, row["modules"][module] if module >= 0 else "")
        values = (name, file, function, outputs, _mapped(arguments, shorten), _mapped(keywords, shorten))
        for field, value in zip(FIELDS, (*values, flag[0] if flag else None), strict=True):
            columns[field].append(tables[field].number(value))
        columns["module"].append(module)
        columns["line"].append(int(line))
    return {key: row[key] for key in ("model_type", "class", "path", "modules")} | {"columns": columns}


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return value


def _shortener(position: int, module: str) -> Callable[[str], str]:
    around = module.split(".") if module else []

    def shorten(text: str) -> str:
        if match := _OUTPUT.fullmatch(text):
            return f"%-{position - int(match[1])}{match[2]}"
        if not (match := _NAMED.fullmatch(text)):
            return text
        parts = match[2].split(".")
        shared = 0
        while shared < min(len(around), len(parts)) and around[shared] == parts[shared]:
            shared += 1
        return f"@{match[1]}^{len(around) - shared}:{'.'.join(parts[shared:])}"

    return shorten


def _restorer(position: int, module: str) -> Callable[[str], str]:
    around = module.split(".") if module else []

    def restore(text: str) -> str:
        if match := _RELATIVE.fullmatch(text):
            return f"%{position - int(match[1])}{match[2]}"
        if not (match := _SHORT.fullmatch(text)):
            return text
        kept = around[: len(around) - int(match[2])]
        return f"@{match[1]}:{'.'.join([*kept, match[3]])}"

    return restore
