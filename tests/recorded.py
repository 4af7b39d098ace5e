"""Graphs from recorded runs: one row of an operations file becomes a ``BuiltModel``, for developing facts and rules.

So facts can be tested on what models really do, apart from the interpreter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from analyzer.base import Span
from analyzer.frameworks.torch.description import TORCH
from analyzer.graph import (
    BuiltModel,
    ConfigField,
    Dtype,
    ModuleCall,
    ModuleInfo,
    Op,
    Operand,
    OperandRef,
    OpGraph,
    OpKind,
    Status,
    TensorInfo,
    TensorType,
)
from tests.recorded_signatures import signature
from tests.truth import columns, store

REFERENCE = re.compile(r"^%(\d+)(?:\.(\d+))?$|^@([pbic]):(.*)$")
SOURCES = {"p": OpKind.PARAMETER, "b": OpKind.BUFFER, "i": OpKind.INPUT, "c": OpKind.CREATE}


def recorded_model(model_type: str, class_name: str) -> BuiltModel:
    """The graph of one recorded run. Raises ``KeyError`` if there is none."""
    key = (model_type, class_name)
    content = store.read("operations")
    packed = content["runs"][_positions()[key]]
    return built(columns.unpack_run(packed, content["tables"]), _row("calls", key), _row("traits", key), _shapes(key))


def _call(path: str, name: str) -> ModuleCall:
    """One call of a recorded run, in which every ``?`` in front is a module without a name."""
    bare = path.lstrip("?")
    return ModuleCall(bare, name, bare.count(".") + len(path) - len(bare) + bool(bare), bare == path)


@cache
def _positions() -> dict[tuple[str, str], int]:
    return {(row["model_type"], row["class"]): number for number, row in enumerate(store.read("operations")["runs"])}


def _row(section: str, key: tuple[str, str]) -> Mapping | None:
    return _rows(section).get(key)


@cache
def _rows(section: str) -> dict[tuple[str, str], Mapping]:
    return {(row["model_type"], row["class"]): row for row in store.rows(section)}


def _shapes(key: tuple[str, str]) -> Mapping:
    return (_row("params", key) or {}).get("parameters", {})


def built(
    row: Mapping, calls: Mapping | None = None, traits: Mapping | None = None, shapes: Mapping | None = None
) -> BuiltModel:
    """The graph of one recorded run.

    ``shapes`` are the parameter shapes of the same class under its default configuration: only their ranks are used,
    for parameters whose shape does not follow from their use.
    """
    modules = [path.removeprefix("?") for path in row["modules"]]
    importer = _Importer(modules, shapes or {})
    for position, record in enumerate(row["ops"]):
        importer.add(position, record)
    calls = calls or {}
    inputs = {name: (_dtype(dtype), tuple(shape)) for name, (dtype, shape) in calls.get("inputs", {}).items()}
    classes = dict(map(tuple, calls.get("calls", [])))
    return BuiltModel(
        model_type=row["model_type"],
        class_name=row["class"],
        config_class=calls.get("config_class", ""),
        path=row["path"],
        status=Status.COMPLETE,
        modules=tuple(
            ModuleInfo(path, classes.get(path, ""), classes.get(path, "")) for path in dict.fromkeys(modules)
        ),
        parameters=importer.tensors("p"),
        buffers=importer.tensors("b"),
        tied={},
        config=dict(_fields(calls.get("config", {}))),
        inputs=inputs,
        graph=importer.graph(),
        calls=tuple(_call(path, name) for path, name in calls.get("calls", [])),
        gaps=(),
        mappings=tuple(f"{name}_MAPPING_NAMES" for name in (traits or {}).get("mappings", ())),
    )


def _fields(config: Mapping, prefix: str = "") -> Iterator[tuple[str, ConfigField]]:
    for name, value in config.items():
        yield prefix + name, ConfigField(prefix + name, value, "file")
        if isinstance(value, Mapping):
            yield from _fields(value, f"{prefix}{name}.")


def _dtype(name: str) -> Dtype:
    return Dtype(name.removeprefix("torch."))


def _constant(value: object) -> object:
    match value:
        case {"s": [start, stop, step]}:
            return slice(start, stop, step)
        case dict():
            return {key: _constant(item) for key, item in value.items()}
        case list():
            return tuple(_constant(item) for item in value)
        case "-inf" | "inf" | "nan":
            return float(value)
        case "...":
            return Ellipsis
        case str() if value.startswith("torch.") and value[6:] in set(Dtype):
            return Dtype(value[6:])
        case _:
            return value


@dataclass
class _Importer:
    """Builds operations in order; sources are made where they are first read.

    A call that returned its own input has no reader in the records. Its readers are restored: within the module that
    made the call (for dropout: anywhere) whoever reads the original afterwards reads the result of the call.
    """

    modules: Sequence[str]
    ranks: Mapping
    ops: list[Op] = field(default_factory=list)
    by_position: dict[int, Op] = field(default_factory=dict)
    sources: dict[str, Op] = field(default_factory=dict)
    stand_ins: dict[tuple[int, int], dict[int, tuple[Op, int]]] = field(default_factory=dict)

    def add(self, position: int, record: Sequence) -> None:
        target, module, place, function, outputs, args, kwargs, *flag = record
        kind, names, spread = signature(target)
        operands: list[Operand] = []
        attributes: dict[str, object] = {}
        arguments = _bind(target, names, spread, args) | dict(kwargs)
        for name, value in arguments.items():
            attribute = self._read(name, value, operands, outputs, target, module)
            if attribute is not _NOTHING:
                attributes[name] = attribute
        types = _types(target, outputs, operands)
        rule = TORCH.operations.rules.get(target)
        kind = _refined(kind, target, operands)
        if kind is OpKind.CAST:
            _normalise_cast(attributes, types)
        if kind is OpKind.CREATE and (fill := _fill(target, attributes)) is not None:
            attributes["fill"] = fill
        path, _, line = place.rpartition(":")
        op = Op(
            index=len(self.ops),
            kind=kind,
            name=TORCH.operations.canonical_name(target),
            target=target,
            operands=tuple(operands),
            attributes=attributes,
            arguments=rule.canonical_arguments(attributes) if rule else attributes,
            outputs=types,
            module=self.modules[module] if module >= 0 else "",
            span=Span(path, int(line), 0, int(line), 0),
            function=function,
            alias="alias" in flag,
            inplace="inplace" in flag,
        )
        self.ops.append(op)
        self.by_position[position] = op
        if op.alias:
            self._stand_in(op, args, module)

    def _stand_in(self, op: Op, args: Sequence, module: int) -> None:
        if args and isinstance(args[0], str) and (match := REFERENCE.match(args[0])) and match[1]:
            by_module = self.stand_ins.setdefault((int(match[1]), int(match[2] or 0)), {})
            by_module[module] = (op, 0)
            if op.kind is OpKind.DROPOUT:
                by_module[-2] = (op, 0)

    def _read(
        self, name: str, value: object, operands: list[Operand], outputs: list, target: str, module: int
    ) -> object:
        """The constant to keep as attribute; tensors go to ``operands``."""
        if (found := self._reference(value, outputs, target, name, module)) is not None:
            operands.append(Operand(name, *found))
            return _NOTHING
        if isinstance(value, list) and any(REFERENCE.match(item) for item in value if isinstance(item, str)):
            parts = [self._read(f"{name}.{i}", item, operands, outputs, target, module) for i, item in enumerate(value)]
            if all(part is _NOTHING for part in parts):
                return _NOTHING
            return tuple(OperandRef(f"{name}.{i}") if part is _NOTHING else part for i, part in enumerate(parts))
        return _constant(value)

    def _reference(self, value: object, outputs: list, target: str, slot: str, module: int) -> tuple[Op, int] | None:
        if not isinstance(value, str) or not (match := REFERENCE.match(value)):
            return None
        if match[1]:
            key = (int(match[1]), int(match[2] or 0))
            found = self.stand_ins.get(key, {})
            return found.get(module) or found.get(-2) or (self.by_position[key[0]], key[1])
        if value not in self.sources:
            self.sources[value] = self._source(match[3], match[4], outputs, target, slot)
        return self.sources[value], 0

    def _source(self, letter: str, name: str, outputs: list, target: str, slot: str) -> Op:
        dtype, shape = outputs[0] if outputs else ("float32", [])
        if letter == "c" and (parts := re.match(r"^\[(.*)\]:(\w+)$", name)):
            shape, dtype = [int(size) for size in parts[1].split(",") if size.strip()], parts[2]
        elif slot == "weight" and "embedding" in target:
            shape = [(self.ranks.get(name) or [0])[0], shape[-1]]
        elif slot in {"weight", "bias"} and "norm" in target:
            shape = shape[-1:]
        elif name in self.ranks:
            rank = len(self.ranks[name])
            shape = shape[-rank:] if rank else []
        elif slot == "bias" or signature(target)[0] in (OpKind.MUL, OpKind.ADD):
            shape = shape[-1:]
        kind, types = SOURCES[letter], (TensorType(tuple(shape), _dtype(dtype)),)
        op = Op(len(self.ops), kind, kind.value, kind.value, (), {"name": name}, types)
        self.ops.append(op)
        return op

    def tensors(self, letter: str) -> tuple[TensorInfo, ...]:
        found = (op for reference, op in self.sources.items() if reference.startswith(f"@{letter}:"))
        return tuple(TensorInfo(str(op.attributes["name"]), op.outputs[0].shape, op.outputs[0].dtype) for op in found)

    def graph(self) -> OpGraph:
        _complete_weights(self.ops)
        read = {operand.source for op in self.ops for operand in op.operands}
        last = [op for op in self.ops if op not in read and op.outputs and op.outputs[0].dtype.is_floating]
        return OpGraph(self.ops, [Operand(str(i), op) for i, op in enumerate(last[-1:])])


_NOTHING = object()


def _bind(target: str, names: Sequence[str], spread: bool, args: Sequence) -> dict[str, object]:
    """Positional arguments by parameter name; a trailing parameter of a ``spread`` signature takes all that follow."""
    if target == "functional.einsum":
        operands = args[1] if len(args) == 2 and isinstance(args[1], list) else list(args[1:])
        return {"equation": args[0], "operands": operands}
    if spread and len(args) >= len(names):
        head, rest = args[: len(names) - 1], list(args[len(names) - 1 :])
        value = rest[0] if len(rest) == 1 and isinstance(rest[0], list) else rest
        return {**dict(zip(names, head, strict=False)), names[-1]: value}
    extra = [f"arg{i}" for i in range(len(names), len(args))]
    bound = dict(zip([*names, *extra], args, strict=False))
    if target in {"Tensor.to", "Tensor.type"}:
        return {_cast_argument(value) if i else "input": value for i, value in enumerate(args)}
    return bound


def _cast_argument(value: object) -> str:
    if isinstance(value, str):
        return "dtype" if value.startswith("torch.") else "other" if REFERENCE.match(value) else "device"
    return "copy"


def _fill(target: str, attributes: Mapping[str, object]) -> object:
    """The number that a created tensor is filled with, None where there is not one."""
    name = target.rpartition(".")[2].removeprefix("new_").removesuffix("_like")
    if name in ("zeros", "ones"):
        return 0 if name == "zeros" else 1
    value = attributes.get("fill_value", attributes.get("data"))
    return value if isinstance(value, int | float) else None


def _refined(kind: OpKind, target: str, operands: Sequence[Operand]) -> OpKind:
    slots = {operand.slot for operand in operands}
    if target == "Tensor.__getitem__":
        return OpKind.INDEX if any(slot.startswith("index") for slot in slots) else OpKind.SLICE
    if target == "where" and slots == {"condition"}:
        return OpKind.NONZERO
    if kind in {OpKind.AMAX, OpKind.AMIN} and slots & {"other", "dim"}:
        return OpKind.MAXIMUM if kind is OpKind.AMAX else OpKind.MINIMUM
    return kind


def _types(target: str, outputs: list, operands: Sequence[Operand]) -> tuple[TensorType, ...]:
    if not outputs and target == "Tensor.__setitem__":
        return (operands[0].source.outputs[operands[0].output],)
    return tuple(TensorType(tuple(shape), _dtype(dtype)) for dtype, shape in outputs)


def _normalise_cast(attributes: dict[str, object], types: Sequence[TensorType]) -> None:
    if "dtype" not in attributes and types and "device" not in attributes:
        attributes["dtype"] = types[0].dtype


def _complete_weights(ops: Sequence[Op]) -> None:
    """Give weights of products the shape that their use implies."""
    for op in ops:
        weight = op.operand("mat2") or op.operand("weight")
        value = op.operand("mat1") or op.operand("input")
        if op.kind is not OpKind.LINEAR or weight is None or value is None or weight.kind is not OpKind.PARAMETER:
            continue
        source = next(operand for operand in op.operands if operand.source is value)
        width = source.source.outputs[source.output].shape[-1]
        features = op.outputs[0].shape[-1]
        shape = (width, features) if op.name == "addmm" else (features, width)
        object.__setattr__(weight, "outputs", (TensorType(shape, weight.outputs[0].dtype),))
