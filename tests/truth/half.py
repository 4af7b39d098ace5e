"""Runs in bfloat16, as element types along the float32 run of the same model.

Most runs do the same operations on the same shapes in both; then the types of the results are all that is kept. The
others (their routing went another way) are kept whole, without the arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.truth import columns
from tests.truth.columns import Row, Table


def pack(rows: Iterable[Row], full: Iterable[Row]) -> Row:
    """The compact form of runs in bfloat16 beside the ``full`` ones in float32."""
    known = {_key(row): row for row in full}
    types = Table()
    along: list[Row] = []
    others: list[Row] = []
    order: list[tuple[str, str]] = []
    for row in rows:
        order.append(_key(row))
        twin = known.get(_key(row))
        if twin is not None and list(map(_step, _named(row))) == list(map(_step, _named(twin))):
            numbers = [types.number([dtype for dtype, _ in operation[4]]) for operation in row["ops"]]
            along.append({"model_type": row["model_type"], "class": row["class"], "types": numbers})
        else:
            others.append(without_arguments(row))
    return {"order": order, "types": types.values(), "along": along, "others": columns.pack(others)}


def unpack(content: Row, full: Iterable[Row]) -> Iterator[Row]:
    """The runs as they were recorded, without arguments, in their order."""
    twins = {_key(row): row for row in full}
    for model_type, name in content["order"]:
        row = unpack_run(content, (model_type, name), twins.get)
        assert row is not None
        yield row


def unpack_run(content: Row, key: tuple[str, str], full: Callable[[tuple[str, str]], Row | None]) -> Row | None:
    """One run without its arguments, None if it was not recorded; ``full`` gives a model's run in float32."""
    for run in content["along"]:
        if _key(run) == key:
            twin = full(key)
            return None if twin is None else _typed(twin, [content["types"][number] for number in run["types"]])
    others = content["others"]
    found = (columns.unpack_run(run, others["tables"]) for run in others["runs"] if _key(run) == key)
    return next(found, None)


def without_arguments(row: Row) -> Row:
    """A row as it is kept."""
    return row | {"ops": [[*operation[:5], [], {}] for operation in row["ops"]]}


def _typed(row: Row, types: Sequence[Sequence[str]]) -> Row:
    operations = [
        [*operation[:4], [[dtype, shape] for dtype, (_, shape) in zip(dtypes, operation[4], strict=True)], [], {}]
        for operation, dtypes in zip(row["ops"], types, strict=True)
    ]
    return row | {"ops": operations}


def _key(row: Row) -> tuple[str, str]:
    return row["model_type"], row["class"]


def _named(row: Row) -> Iterator[list[Any]]:
    for operation in row["ops"]:
        yield [row["modules"][operation[1]] if operation[1] >= 0 else None, *operation]


def _step(operation: Sequence[Any]) -> tuple[Any, ...]:
    module, name, _, place, function, outputs, *_ = operation
    return module, name, place, function, [shape for _, shape in outputs]
