"""The compact files: where they are, how they are compressed and how a row of one expands."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.truth import columns, half, trees

FOLDER = Path(__file__).parent / "data"
SECTIONS = ("params", "configs", "calls", "operations", "operations_bf16", "traits", "facts")
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]


def write(section: str, content: Any) -> int:
    """Write one section and return its size in bytes."""
    text = json.dumps(content, separators=(",", ":")).encode()
    data = lzma.compress(text, filters=_FILTERS)
    FOLDER.mkdir(exist_ok=True)
    return (FOLDER / f"{section}.json.xz").write_bytes(data)


@cache
def read(section: str) -> Any:
    """One section in compact form, read once."""
    return json.loads(lzma.decompress((FOLDER / f"{section}.json.xz").read_bytes()))


def rows(section: str) -> Iterator[dict[str, Any]]:
    """The rows of one section as they were recorded."""
    content = read(section)
    match section:
        case "params":
            for row in content:
                yield row | {key: trees.unpack(row[key]) for key in ("parameters", "buffers")}
        case "operations":
            yield from (columns.unpack_run(run, content["tables"]) for run in content["runs"])
        case "operations_bf16":
            yield from half.unpack(content, rows("operations"))
        case _:
            yield from content
