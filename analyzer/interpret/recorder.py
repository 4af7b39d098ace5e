"""Recording of operations as they are interpreted: from calls on abstract tensors to the graph."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.base import NOWHERE, GapCode
from analyzer.graph import Constant, Dtype, Op, Operand, OpKind, Phase, TensorType
from analyzer.interpret.frames import Refused
from analyzer.interpret.recovering import agreeing
from analyzer.library.natives.bounds import ELEMENT, room, walked
from analyzer.library.torch_ops import (
    BindingError,
    DataDependent,
    Inferred,
    ShapeError,
    UnknownOperation,
    canonical_name,
    defaulting_to,
    infer,
)
from analyzer.library.torch_ops.symbolic import depends_on_data
from analyzer.values import ClassValue, Device, Instance, ModuleInstance, Tensor, Unknown, Value, Wave

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

PYTHON_DTYPES = {"bool": Dtype.BOOL, "int": Dtype.INT64, "float": Dtype.FLOAT32}
MOST_OPERATIONS = 80_000
_FEW = 1_024
FROM_ARRAYS = frozenset({"tensor", "as_tensor", "from_numpy"})
"""Operations that take the element type of an array; to others it is a list of numbers."""


class Recorder:
    """The operations so far, the phase they belong to and the module they run in."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.phase = Phase.CONSTRUCT
        self.modules: list[str] = [""]
        """Paths of the modules being called; one outside the tree has its caller's path with ``?`` in front."""
        self.calls: list[tuple[str, str]] = []
        self._repeating = 0
        self.paths: dict[ModuleInstance, str] = {}
        """Dotted paths of the modules that are part of the model's tree."""

    def add(
        self,
        machine: Machine,
        kind: OpKind,
        target: str,
        operands: Sequence[tuple[str, Tensor]],
        attributes: Mapping[str, Any],
        outputs: tuple[TensorType, ...],
        alias: bool = False,
        inplace: bool = False,
        name: str = "",
        arguments: Mapping[str, Constant] | None = None,
    ) -> Op:
        """Append one operation at the current place.

        ``name`` and ``arguments`` are the canonical form of ``target`` and ``attributes``, where those are not.
        """
        self.make_room(machine, 1)
        frame = machine.tree_frame()
        edges = tuple(self._operand(slot, tensor) for slot, tensor in operands)
        op = Op(
            index=len(self.ops),
            kind=kind,
            name=name or target,
            target=target,
            operands=edges,
            attributes=attributes,
            outputs=outputs,
            module=self.modules[-1].lstrip("?"),
            span=machine.place(frame),
            function=frame.name if frame is not None else "",
            stack=machine.stack() if self.phase is Phase.FORWARD else (),
            phase=self.phase,
            alias=alias,
            inplace=inplace,
            repeated=self.is_repeating,
            arguments=attributes if arguments is None else arguments,
        )
        self.ops.append(op)
        return op

    def make_room(self, machine: Machine, count: int) -> None:
        """Raises BudgetExceeded where ``count`` more operations are too many."""
        if len(self.ops) + count > MOST_OPERATIONS:
            machine.exhausted(f"more than {MOST_OPERATIONS:,} operations")

    @property
    def is_repeating(self) -> bool:
        """Whether what is recorded now runs a number of times that depends on data."""
        return self._repeating > 0

    @contextmanager
    def repeating(self) -> Iterator[None]:
        """Operations recorded meanwhile run a number of times that depends on data."""
        self._repeating += 1
        try:
            yield
        finally:
            self._repeating -= 1

    def _operand(self, slot: str, tensor: Tensor) -> Operand:
        source = tensor.op
        if source is None or source.index >= len(self.ops) or self.ops[source.index] is not source:
            # Made while a module was loaded or for an earlier model: here it is a constant.
            outputs = (TensorType(tensor.shape, tensor.dtype),)
            attributes = {} if source is None else source.attributes
            span = NOWHERE if source is None else source.span
            source = Op(
                len(self.ops),
                OpKind.CREATE,
                "constant",
                "constant",
                (),
                attributes,
                outputs,
                span=span,
                phase=self.phase,
            )
            self.ops.append(source)
            tensor.op, tensor.output = source, 0
        return Operand(slot, source, tensor.output)


def emit(machine: Machine, target: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """Infer and record one operation; what is not understood becomes an UNKNOWN operation and a gap."""
    if any(_is_unknown(value) for value in (*args, *kwargs.values())):
        return emit_unknown(machine, target, (*args, *kwargs.values()))
    if target in FROM_ARRAYS and args and isinstance(args[0], Wave) and args[0].function:
        return emit(machine, args[0].function, (emit(machine, target, (args[0].angles, *args[1:]), kwargs),), {})
    if target not in FROM_ARRAYS:
        args = [_listed(machine, value) if isinstance(value, np.ndarray) else value for value in args]
    for value in (*args, *kwargs.values()):
        if isinstance(value, list | tuple) and any(isinstance(item, list | tuple) for item in value):
            walked(machine, value)
    given = [_argument(value) for value in args]
    named = {name: _argument(value) for name, value in kwargs.items()}
    try:
        inferred = _inferred(machine, target, given, named)
    except UnknownOperation as error:
        gap = machine.unknown(GapCode.UNKNOWN_OPERATION, target, str(error))
        return emit_unknown(machine, target, (*args, *kwargs.values()), gap.gap)
    except DataDependent as error:
        gap = machine.unknown(GapCode.DATA_DEPENDENT, target, str(error))
        return emit_unknown(machine, target, (*args, *kwargs.values()), gap.gap)
    except (ShapeError, BindingError) as error:
        machine.refused = Refused(target, (*args, *kwargs.values()))
        if machine.recorder.phase is Phase.CONSTRUCT and any(value is None for value in _sizes(args)):
            machine.throw("TypeError", f"{target}: {error}")
        gap = machine.unknown(GapCode.SHAPE_MISMATCH, target, str(error))
        recovered = _recovered(machine, target, given, named)
        if recovered is None:
            return emit_unknown(machine, target, (*args, *kwargs.values()), gap.gap)
        inferred = recovered
    return _record(machine, target, inferred, args)


def _listed(machine: Machine, array: np.ndarray[Any, Any]) -> Value:
    room(machine, array.size * ELEMENT)
    return array.tolist()


def _recovered(machine: Machine, target: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Inferred | None:
    """The operation with sizes that agree, marked, where those of the configuration do not."""
    for adjusted in agreeing(target, args, kwargs) if machine.recovers else ():
        try:
            inferred = _inferred(machine, target, adjusted, kwargs)
        except (ShapeError, BindingError, DataDependent):
            continue
        return replace(inferred, attributes={**inferred.attributes, "gap": str(GapCode.SHAPE_MISMATCH)})
    return None


def _sizes(args: Sequence[Value]) -> Iterator[Value]:
    """The first argument of an operation that makes a tensor: its sizes."""
    for arg in args[:1]:
        yield from arg if isinstance(arg, list | tuple) else (arg,)


def _is_unknown(value: Value) -> bool:
    if isinstance(value, list | tuple):
        return any(isinstance(item, Unknown) for item in value)
    return isinstance(value, Unknown)


def _argument(value: Value) -> Value:
    """An argument as inference takes it: devices are of no interest to it, subclasses of containers unwrap."""
    if isinstance(value, Device):
        return str(value)
    if isinstance(value, ClassValue):
        return PYTHON_DTYPES.get(value.name, value)
    if isinstance(value, Instance):
        return value.native
    if isinstance(value, list | tuple) and any(isinstance(item, Instance | Device) for item in value):
        return type(value)(_argument(item) for item in value)
    return value


def _record(machine: Machine, target: str, inferred: Inferred, args: Sequence[Value]) -> Value:
    recorder = machine.recorder
    witness = _rests_on_witness(inferred)
    outputs = _counted(inferred.outputs) if witness and inferred.kind is OpKind.NONZERO else inferred.outputs
    flat = tuple(_flatten(outputs))
    op = recorder.add(
        machine,
        inferred.kind,
        target,
        inferred.operands,
        inferred.attributes,
        flat,
        inferred.alias,
        inferred.inplace,
        inferred.name,
        inferred.arguments,
    )
    data = list(inferred.data) if isinstance(inferred.data, list | tuple) else [inferred.data] * len(flat)
    for numbers in data:
        if numbers is not None and numbers.size > _FEW:
            machine.charge(numbers.size >> 6, numbers.nbytes if numbers.flags.owndata else 0)
    if inferred.changed is not None:
        machine.written_into(inferred.changed)
        return _moved(inferred.changed, op, flat, data)
    if inferred.kind is OpKind.HOST:
        return _host_value(machine, target, inferred, args)
    counter = iter(range(len(flat)))
    result = _rebuild(outputs, op, counter, data)
    if witness:
        _mark(result)
    if inferred.kind in VIEWS and args and isinstance(args[0], Tensor):
        _share(result, args[0].base or args[0])
    return _named_tuple(inferred.fields)(*result) if inferred.fields else result


def _rests_on_witness(inferred: Inferred) -> bool:
    tensors = [tensor for _, tensor in inferred.operands]
    chosen = inferred.kind is OpKind.TOPK and any(tensor.data is None for tensor in tensors)
    return chosen or any(tensor.assumed for tensor in tensors)


def _counted(outputs: Any) -> Any:
    """How many positions were found rests on a witness too."""
    if isinstance(outputs, TensorType):
        count = depends_on_data(int(outputs.shape[0]), "nonzero")
        return TensorType((count, *outputs.shape[1:]), outputs.dtype)
    return type(outputs)(map(_counted, outputs))


def _mark(result: Value) -> None:
    """Say of every tensor in ``result`` that its numbers are only a witness."""
    for tensor in result if isinstance(result, list | tuple) else (result,):
        if isinstance(tensor, Tensor):
            tensor.assumed = True


@cache
def _named_tuple(fields: tuple[str, ...]) -> Any:
    return namedtuple("Result", fields)


VIEWS = frozenset(
    {OpKind.RESHAPE, OpKind.TRANSPOSE, OpKind.SLICE, OpKind.SPLIT, OpKind.SQUEEZE, OpKind.UNSQUEEZE, OpKind.EXPAND}
)
"""Kinds whose results share the elements of their operand."""


def _share(result: Value, base: Tensor) -> None:
    for part in result if isinstance(result, list | tuple) else (result,):
        if isinstance(part, Tensor):
            part.base = base


def _moved(tensor: Tensor, op: Op, flat: tuple[TensorType, ...], data: list[Any]) -> Tensor:
    """An in-place operation moves its first operand on to the new value, and what that is a view of."""
    tensor.op, tensor.output = op, 0
    tensor.data = data[0] if data else None
    if flat:
        tensor.shape, tensor.dtype = flat[0].shape, flat[0].dtype
    if tensor.base is not None:
        tensor.base.op, tensor.base.output, tensor.base.data = op, 0, None
    return tensor


def _host_value(machine: Machine, target: str, inferred: Inferred, args: Sequence[Value]) -> Value:
    if inferred.value is not None:
        return inferred.value
    sources = [arg for arg in args if isinstance(arg, Tensor)]
    return Unknown(machine.data_dependent(target), tuple(sources))


def _flatten(outputs: Any) -> list[TensorType]:
    if isinstance(outputs, TensorType):
        return [outputs]
    if isinstance(outputs, list | tuple):
        return [leaf for item in outputs for leaf in _flatten(item)]
    return []


def _rebuild(outputs: Any, op: Op, counter: Any, data: list[Any]) -> Value:
    if isinstance(outputs, TensorType):
        index = next(counter)
        return Tensor(outputs.shape, outputs.dtype, op, index, data[index] if index < len(data) else None)
    if isinstance(outputs, list | tuple):
        return type(outputs)(_rebuild(item, op, counter, data) for item in outputs)
    return outputs


def _inferred(machine: Machine, target: str, args: Sequence[object], kwargs: Mapping[str, object]) -> Inferred:
    default = machine.settings["default_dtype"]
    if default is Dtype.FLOAT32:
        return infer(target, args, kwargs)
    with defaulting_to(default):
        return infer(target, args, kwargs)


def emit_unknown(machine: Machine, target: str, values: Sequence[Value], gap: Any = None) -> Unknown:
    """Record an operation that was not understood, with its operands as edges, and give an unknown value."""
    tensors: list[Tensor] = []
    reason = gap
    for value in values:
        if isinstance(value, Tensor):
            tensors.append(value)
        elif isinstance(value, list | tuple):
            for item in value:
                tensors.extend(
                    [item] if isinstance(item, Tensor) else item.sources if isinstance(item, Unknown) else ()
                )
                reason = reason or (item.gap if isinstance(item, Unknown) else None)
        elif isinstance(value, Unknown):
            tensors.extend(value.sources)
            reason = reason or value.gap
    if reason is not None:
        machine.gaps.setdefault((reason.code, reason.construct, reason.span), reason)
    unique = list({id(tensor): tensor for tensor in tensors}.values())[:64]
    operands = [(f"input.{i}", tensor) for i, tensor in enumerate(unique)]
    shape = unique[0].shape if unique else ()
    dtype = unique[0].dtype if unique else Dtype.FLOAT32
    attributes: dict[str, Constant] = {} if reason is None else {"gap": str(reason.code)}
    outputs = (TensorType(shape, dtype),)
    name = canonical_name(target)
    op = machine.recorder.add(machine, OpKind.UNKNOWN, target, operands, attributes, outputs, name=name)
    return Unknown(reason, (Tensor(shape, dtype, op),))


def emit_join(machine: Machine, first: Tensor | None, second: Tensor | None) -> Tensor:
    """Record a JOIN: either of two tensors, of which the first gives the type, or one tensor or nothing.

    Sizes that differ depend on data.
    """
    given = first or second
    if given is None:
        raise ValueError("nothing to join")
    if first is None or second is None:
        operands, attributes = [("first", given)], {"optional": True}
        sizes = given.shape
    else:
        if first.op is second.op and first.output == second.output:
            return first
        operands, attributes = [("first", first), ("second", second)], {}
        sizes = _joined_sizes(first.shape, second.shape)
    op = machine.recorder.add(machine, OpKind.JOIN, "join", operands, attributes, (TensorType(sizes, given.dtype),))
    return Tensor(sizes, given.dtype, op)


def _joined_sizes(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    if len(first) != len(second):
        return first
    pairs = zip(first, second, strict=True)
    return tuple(one if one == other else depends_on_data(int(one), "join") for one, other in pairs)
