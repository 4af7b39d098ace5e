"""Recorded truth about the models of transformers 5.23.0, as typed rows; `README.md` here tells what the rows mean.

Each function reads its section once; the rows are cheap to make and independent of each other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from tests.truth import columns, half, store

CAUSAL = "MODEL_FOR_CAUSAL_LM"


class Key(NamedTuple):
    """What identifies a row: model type and class name (one class may serve several model types)."""

    model_type: str
    class_name: str


@dataclass(frozen=True, slots=True)
class ClassTruth:
    """A class under its default configuration: every parameter and persistent buffer with its shape.

    ``tied`` is what the class declares, ``shared`` which names were one tensor after construction. ``part`` names the
    sub-configuration that the class was built from, ``overrides`` the fields that the default needed to be buildable.
    """

    key: Key
    path: str
    config_class: str
    parameters: Mapping[str, tuple[int, ...]]
    buffers: Mapping[str, tuple[int, ...]]
    tied: Mapping[str, str]
    shared: Mapping[str, str]
    total: int
    part: str
    overrides: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One recorded call: a small configuration, the inputs (element type and shape) and the modules called in order."""

    key: Key
    path: str
    config_class: str
    config: Mapping[str, Any]
    inputs: Mapping[str, tuple[str, tuple[int, ...]]]
    arguments: Mapping[str, Any]
    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One tensor operation of a run; ``module`` is None outside modules, ``outputs`` are element type and shape."""

    name: str
    module: str | None
    path: str
    line: int
    function: str
    outputs: tuple[tuple[str, tuple[int, ...]], ...]
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    alias: bool
    inplace: bool


@dataclass(frozen=True, slots=True)
class Trace:
    key: Key
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Traits measured on a run; ``layers`` is the evidence for them, layer by layer."""

    key: Key
    path: str
    mappings: tuple[str, ...]
    main_stack: str
    traits: Mapping[str, Any]
    stack_traits: Mapping[str, Mapping[str, Any]]
    layers: tuple[Mapping[str, Any], ...]

    @property
    def causal(self) -> bool:
        return CAUSAL in self.mappings


@dataclass(frozen=True, slots=True)
class Statement:
    """What other projects say of a trait: values with their sources; ``checkpoint`` is empty for the architecture."""

    model_type: str
    trait: str
    checkpoint: str
    values: tuple[tuple[Any, tuple[str, ...]], ...]
    config_fields: tuple[str, ...]


@cache
def classes() -> tuple[ClassTruth, ...]:
    """Every recorded class under its default configuration."""
    return tuple(map(_class, store.rows("params")))


@cache
def runs() -> tuple[Run, ...]:
    """Every recorded run."""
    return tuple(map(_run, store.rows("calls")))


@cache
def measured() -> tuple[Measured, ...]:
    """The traits of every measured model."""
    return tuple(map(_measured, store.rows("traits")))


@cache
def statements() -> tuple[Statement, ...]:
    """The statements of other projects."""
    return tuple(map(_statement, store.rows("facts")))


@cache
def causal_keys() -> frozenset[Key]:
    """The recorded models that are causal language models by their auto-class mapping."""
    return frozenset(row.key for row in measured() if row.causal)


def trace(key: Key) -> Trace | None:
    """The operations of one run, or None if it was not recorded."""
    row = _row(key)
    return None if row is None else _trace(row)


def half_trace(key: Key) -> Trace | None:
    """The operations of one run in bfloat16, without arguments, or None if it was not recorded."""
    row = half.unpack_run(store.read("operations_bf16"), key, lambda wanted: _row(Key(*wanted)))
    return None if row is None else _trace(row)


@cache
def half_keys() -> frozenset[Key]:
    """The models whose runs in bfloat16 were recorded."""
    return frozenset(Key(*names) for names in store.read("operations_bf16")["order"])


def _row(key: Key) -> dict[str, Any] | None:
    content = store.read("operations")
    run = _numbered().get(key)
    return None if run is None else columns.unpack_run(content["runs"][run], content["tables"])


def traces() -> Iterator[Trace]:
    """The operations of every run, one after the other."""
    yield from map(_trace, store.rows("operations"))


@cache
def _numbered() -> Mapping[Key, int]:
    return {_key(row): number for number, row in enumerate(store.read("operations")["runs"])}


def _key(row: Mapping[str, Any]) -> Key:
    return Key(row["model_type"], row["class"])


def _shapes(shapes: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(shape) for name, shape in shapes.items()}


def _class(row: Mapping[str, Any]) -> ClassTruth:
    via = row.get("config_via", "")
    _, fixed, overrides = via.partition("fix:")
    return ClassTruth(
        key=_key(row),
        path=row["path"],
        config_class=row["config_class"],
        parameters=_shapes(row["parameters"]),
        buffers=_shapes(row["buffers"]),
        tied=row["tied"],
        shared=row.get("shared", {}),
        total=row["total"],
        part="" if fixed else via,
        overrides=ast.literal_eval(overrides) if fixed else {},
    )


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        key=_key(row),
        path=row["path"],
        config_class=row["config_class"],
        config=_restored(row["config"]),
        inputs={name: (dtype, tuple(shape)) for name, (dtype, shape) in row["inputs"].items()},
        arguments=row["extra_kwargs"],
        calls=tuple((path.lstrip("?"), name) for path, name in row["calls"]),
    )


def _restored(value: Any) -> Any:
    """Infinite numbers were written as text."""
    match value:
        case "inf" | "-inf":
            return float(value)
        case dict():
            return {key: _restored(item) for key, item in value.items()}
        case list():
            return [_restored(item) for item in value]
    return value


def _measured(row: Mapping[str, Any]) -> Measured:
    return Measured(
        key=_key(row),
        path=row["path"],
        mappings=tuple(row["mappings"]),
        main_stack=row["main_stack"],
        traits=row["traits"],
        stack_traits=row["stack_traits"],
        layers=tuple(row["layers"]),
    )


def _statement(row: Mapping[str, Any]) -> Statement:
    return Statement(
        model_type=row["model_type"],
        trait=row["trait"],
        checkpoint=row["checkpoint"] or "",
        values=tuple((item["value"], tuple(item["sources"])) for item in row["values"]),
        config_fields=tuple(row.get("config_field", ())),
    )


def _trace(row: Mapping[str, Any]) -> Trace:
    return Trace(_key(row), tuple(_operation(row["modules"], *entry) for entry in row["ops"]))


def _operation(
    modules: list[str],
    name: str,
    module: int,
    place: str,
    function: str,
    outputs: list[Any],
    arguments: list[Any],
    keywords: dict[str, Any],
    flag: str = "",
) -> Operation:
    path, _, line = place.rpartition(":")
    return Operation(
        name=name,
        module=modules[module] if module >= 0 else None,
        path=path,
        line=int(line),
        function=function,
        outputs=tuple((dtype, tuple(shape)) for dtype, shape in outputs),
        arguments=tuple(arguments),
        keywords=keywords,
        alias=flag == "alias",
        inplace=flag == "inplace",
    )
