"""Makes the compact truth from a folder of recorded files: ``python -m tests.truth.build SOURCE_DIR``.

The source folder holds what building and running the models of transformers 5.23.0 with PyTorch recorded, one JSON
object a line (``.jsonl`` or ``.jsonl.gz``): ``params``, ``configs``, ``calls``, ``operations``, the same in bfloat16,
``operations_bf16``, ``traits`` and the statements of other projects, ``facts``. Nothing is dropped or changed, but for
the arguments of operations in bfloat16: ``python -m tests.truth.build --check SOURCE_DIR`` expands the compact files
and compares every row.

How it becomes small (30 times less than the plain text, about half of the gzipped source):

- parameters and buffers: a tree of names in which equal numbered siblings are written once (``tests.truth.trees``);
- operations: columns of numbers into tables shared by all runs, references made relative (``tests.truth.columns``);
- operations in bfloat16: only the element types, where a run did the same as in float32 (``tests.truth.half``);
- configurations and calls: columns of equal keys are left to the compressor, which is LZMA with a large dictionary.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.truth import columns, half, store, trees


def source_rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one recorded file; FileNotFoundError if the folder does not have it."""
    packed = folder / f"{name}.jsonl.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
        return
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def compact(folder: Path, section: str) -> Any:
    """The compact form of one section."""
    rows = list(source_rows(folder, section))
    match section:
        case "params":
            return [row | {key: trees.pack(row[key]) for key in ("parameters", "buffers")} for row in rows]
        case "operations":
            return columns.pack(rows)
        case "operations_bf16":
            return half.pack(rows, source_rows(folder, "operations"))
        case _:
            return rows


def check(folder: Path, section: str) -> int:
    """Number of rows that do not expand to what was recorded."""
    recorded = source_rows(folder, section)
    if section == "operations_bf16":
        recorded = map(half.without_arguments, recorded)
    return sum(row != kept for row, kept in zip(recorded, store.rows(section), strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the compact truth from recorded files.")
    parser.add_argument("source", type=Path)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args()
    wrong = 0
    for section in store.SECTIONS:
        if options.check:
            count = check(options.source, section)
            print(f"{section}: {count} rows differ")
            wrong += count
        else:
            size = store.write(section, compact(options.source, section))
            print(f"{section}: {size:,} bytes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
