"""Recording of operations as they are interpreted: from calls on abstract tensors to the graph."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from analyzer.base import NOWHERE, Gap, GapCode
from analyzer.graph import Constant, Dtype, Op, Operand, OpKind, Phase, TensorType
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.recording.size_adjustment import agreeing
from analyzer.interpret.runtime.exceptions import Mismatch, NoValue
from analyzer.interpret.runtime.host_errors import HOST_ERRORS, rethrow
from analyzer.interpret.runtime.trace import VIEWS, Trace
from analyzer.library.natives.bounds import ELEMENT, room, walked
from analyzer.library.operations.dtypes import defaulting_to
from analyzer.library.operations.errors import BindingError, DataDependent, ShapeError, UnknownOperation
from analyzer.library.operations.infer import Inferred
from analyzer.library.operations.rule import Outputs
from analyzer.library.operations.symbolic import depends_on_data
from analyzer.values import Array, ClassValue, Device, Instance, Sinusoid, Tensor, Unknown, Value, expect

PYTHON_DTYPES = {"bool": Dtype.BOOL, "int": Dtype.INT64, "float": Dtype.FLOAT32}
_FEW = 1_024


def emit(machine: Interpreter, target: str, args: Sequence[Value], kwargs: Mapping[str, Value] | None = None) -> Value:
    """Infer and record the operation ``target``; arguments that it cannot take raise the program's exception.

    What is not understood becomes an UNKNOWN operation and a gap.
    """
    try:
        return _emit(machine, target, args, kwargs or {})
    except NoValue as reason:
        return machine.unknown(reason.code, target, str(reason))
    except HOST_ERRORS as error:
        rethrow(machine, error, target)


def _emit(machine: Interpreter, target: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    if any(_is_unknown(value) for value in (*args, *kwargs.values())):
        return emit_unknown(machine, target, (*args, *kwargs.values()))
    from_arrays = machine.platform.operations.from_arrays
    if target in from_arrays and args and isinstance(args[0], Sinusoid) and args[0].function:
        return _emit(machine, args[0].function, (_emit(machine, target, (args[0].angles, *args[1:]), kwargs),), {})
    if target not in from_arrays:
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
        machine.trial.mismatch = Mismatch(target, (*args, *kwargs.values()), machine.platform.operations.rules[target])
        if machine.trace.phase is Phase.CONSTRUCT and any(value is None for value in _sizes(args)):
            machine.throw("TypeError", f"{target}: {error}")
        gap = machine.unknown(GapCode.SHAPE_MISMATCH, target, str(error))
        recovered = _recovered(machine, target, given, named)
        if recovered is None:
            return emit_unknown(machine, target, (*args, *kwargs.values()), gap.gap)
        inferred = recovered
    return _record(machine, target, inferred, args)


def _listed(machine: Interpreter, array: Array) -> Value:
    room(machine, array.size * ELEMENT)
    return array.tolist()


def _recovered(
    machine: Interpreter, target: str, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> Inferred | None:
    """The operation with sizes that agree, marked, where those of the configuration do not."""
    if not machine.trial.adjusts_sizes:
        return None
    for adjusted in agreeing(machine.platform.operations.canonical_name(target), args, kwargs):
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


def _record(machine: Interpreter, target: str, inferred: Inferred, args: Sequence[Value]) -> Value:
    witness = _rests_on_witness(inferred)
    outputs = _counted(inferred.outputs) if witness and inferred.kind is OpKind.NONZERO else inferred.outputs
    flat = tuple(_flatten(outputs))
    op = add(
        machine,
        inferred.kind,
        target,
        inferred.operands,
        inferred.attributes,
        flat,
        alias=inferred.alias,
        inplace=inferred.inplace,
        name=inferred.name,
        arguments=inferred.arguments,
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
    return _named_tuple(inferred.fields)(*result) if inferred.fields and isinstance(result, list | tuple) else result


def _rests_on_witness(inferred: Inferred) -> bool:
    tensors = [tensor for _, tensor in inferred.operands]
    chosen = inferred.kind is OpKind.TOPK and any(tensor.data is None for tensor in tensors)
    return chosen or any(tensor.assumed for tensor in tensors)


def _counted(outputs: Outputs) -> Outputs:
    """How many positions were found rests on a witness too."""
    if isinstance(outputs, TensorType):
        count = depends_on_data(int(outputs.shape[0]), "nonzero")
        return TensorType((count, *outputs.shape[1:]), outputs.dtype)
    return None if outputs is None else type(outputs)(map(_counted, outputs))


def _mark(result: Value) -> None:
    """Say of every tensor in ``result`` that its numbers are only a witness."""
    for tensor in result if isinstance(result, list | tuple) else (result,):
        if isinstance(tensor, Tensor):
            tensor.assumed = True


@cache
def _named_tuple(fields: tuple[str, ...]) -> Callable[..., tuple[Value, ...]]:
    return namedtuple("Result", fields)


def _share(result: Value, base: Tensor) -> None:
    for part in result if isinstance(result, list | tuple) else (result,):
        if isinstance(part, Tensor):
            part.base = base


def _moved(tensor: Tensor, op: Op, flat: tuple[TensorType, ...], data: list[Array | None]) -> Tensor:
    """An in-place operation moves its first operand on to the new value, and what that is a view of."""
    tensor.op, tensor.output = op, 0
    tensor.data = data[0] if data else None
    if flat:
        tensor.shape, tensor.dtype = flat[0].shape, flat[0].dtype
    if tensor.base is not None:
        tensor.base.op, tensor.base.output, tensor.base.data = op, 0, None
    return tensor


def _host_value(machine: Interpreter, target: str, inferred: Inferred, args: Sequence[Value]) -> Value:
    if inferred.value is not None:
        return inferred.value
    sources = [arg for arg in args if isinstance(arg, Tensor)]
    return Unknown(machine.data_dependent(target), tuple(sources))


def _flatten(outputs: Outputs) -> list[TensorType]:
    if isinstance(outputs, TensorType):
        return [outputs]
    if isinstance(outputs, list | tuple):
        return [leaf for item in outputs for leaf in _flatten(item)]
    return []


def _rebuild(outputs: Outputs, op: Op, counter: Iterator[int], data: list[Array | None]) -> Value:
    if isinstance(outputs, TensorType):
        index = next(counter)
        return Tensor(outputs.shape, outputs.dtype, op, index, data[index] if index < len(data) else None)
    if outputs is None:
        return None
    rebuilt = (_rebuild(item, op, counter, data) for item in outputs)
    return tuple(rebuilt) if isinstance(outputs, tuple) else list(rebuilt)


def _inferred(machine: Interpreter, target: str, args: Sequence[object], kwargs: Mapping[str, object]) -> Inferred:
    default, operations = machine.settings["default_dtype"], machine.platform.operations
    if default is Dtype.FLOAT32:
        return operations.infer(target, args, kwargs)
    with defaulting_to(expect(Dtype, default)):
        return operations.infer(target, args, kwargs)


def add(
    machine: Interpreter,
    kind: OpKind,
    target: str,
    operands: Sequence[tuple[str, Tensor]],
    attributes: Mapping[str, Constant],
    outputs: tuple[TensorType, ...],
    *,
    alias: bool = False,
    inplace: bool = False,
    name: str = "",
    arguments: Mapping[str, Constant] | None = None,
) -> Op:
    """Append one operation at the current place; ``name`` and ``arguments`` are its canonical form, if another."""
    machine.make_room(1)
    trace, stack = machine.trace, machine.stack
    frame = stack.tree_frame()
    edges = tuple(_operand(trace, slot, tensor) for slot, tensor in operands)
    op = Op(
        index=len(trace.ops),
        kind=kind,
        name=name or target,
        target=target,
        operands=edges,
        attributes=attributes,
        outputs=outputs,
        module=trace.modules[-1],
        span=stack.place(frame),
        function=frame.name if frame is not None else "",
        stack=stack.callers() if trace.phase is Phase.FORWARD else (),
        phase=trace.phase,
        alias=alias,
        inplace=inplace,
        repeated=trace.is_repeating,
        arguments=attributes if arguments is None else arguments,
    )
    trace.ops.append(op)
    return op


def _operand(trace: Trace, slot: str, tensor: Tensor) -> Operand:
    source = tensor.op
    if source is None or source.index >= len(trace.ops) or trace.ops[source.index] is not source:
        # Made while a module was loaded or for an earlier model: here it is a constant.
        outputs = (TensorType(tensor.shape, tensor.dtype),)
        attributes = {} if source is None else source.attributes
        span = NOWHERE if source is None else source.span
        source = Op(
            len(trace.ops), OpKind.CREATE, "constant", "constant", (), attributes, outputs, span=span, phase=trace.phase
        )
        trace.ops.append(source)
        tensor.op, tensor.output = source, 0
    return Operand(slot, source, tensor.output)


def emit_unknown(machine: Interpreter, target: str, values: Sequence[Value], gap: Gap | None = None) -> Unknown:
    """Record an operation that was not understood, with its operands as edges, and give an unknown value."""
    items = [item for value in values for item in (value if isinstance(value, list | tuple) else (value,))]
    known = (item.gap for item in items if isinstance(item, Unknown))
    reason = gap or next(known, None) or machine.data_dependent(target)
    machine.trace.gaps.setdefault((reason.code, reason.construct, reason.span), reason)
    unique = list({id(tensor): tensor for tensor in _tensors_of(items)}.values())[:64]
    operands = [(f"input.{i}", tensor) for i, tensor in enumerate(unique)]
    shape = unique[0].shape if unique else ()
    dtype = unique[0].dtype if unique else Dtype.FLOAT32
    attributes: dict[str, Constant] = {"gap": str(reason.code), "gap_place": str(reason.span)}
    outputs = (TensorType(shape, dtype),)
    name = machine.platform.operations.canonical_name(target)
    op = add(machine, OpKind.UNKNOWN, target, operands, attributes, outputs, name=name)
    return Unknown(reason, (Tensor(shape, dtype, op),))


def _tensors_of(items: Iterable[Value]) -> Iterator[Tensor]:
    """The tensors among ``items``, and those that unknown ones were made from."""
    for item in items:
        if isinstance(item, Tensor):
            yield item
        elif isinstance(item, Unknown):
            yield from item.sources


def emit_join(machine: Interpreter, first: Tensor | None, second: Tensor | None) -> Tensor:
    """Record a JOIN: either of two tensors (the first one gives the type), or one tensor or nothing.

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
    op = add(machine, OpKind.JOIN, "join", operands, attributes, (TensorType(sizes, given.dtype),))
    return Tensor(sizes, given.dtype, op)


def _joined_sizes(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    if len(first) != len(second):
        return first
    pairs = zip(first, second, strict=True)
    return tuple(one if one == other else depends_on_data(int(one), "join") for one, other in pairs)
