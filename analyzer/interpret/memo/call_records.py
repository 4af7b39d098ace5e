"""One interpreted call of a module, kept so that it can be written again for an equal module."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.base import Span
from analyzer.graph import Op, OpKind
from analyzer.interpret.memo.value_keys import NotComparable, value_key
from analyzer.interpret.runtime.state import InterpreterState
from analyzer.interpret.runtime.trace import VIEWS, Trace
from analyzer.library.module_tree import walk
from analyzer.values import Instance, ModuleInstance, Tensor, Value

_MEMBERS = frozenset({OpKind.PARAMETER, OpKind.BUFFER})
Handle: TypeAlias = tuple[Op | None, int]
"""What a tensor is at the moment: an operation and which of its outputs."""


@dataclass(frozen=True, slots=True)
class CallSite:
    """Where a call stands: the places that lead to it, those around the innermost frame, that of library code in it."""

    around: tuple[Span, ...]
    callers: tuple[Span, ...]
    span: Span
    function: str


@dataclass(frozen=True, slots=True)
class Given:
    """Stands in a result for a tensor that the call was given."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Gave:
    """Stands in a result for a tensor that the call made, as it was when the call ended."""

    tensor: Tensor
    op: Op
    base: Given | Gave | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One interpreted call: which operations and calls of modules it added, from what, and what it gave."""

    module: ModuleInstance
    path: str
    depth: int
    handles: tuple[Handle, ...]
    ops: range
    calls: range
    choices: range
    result: Value
    place: CallSite


@dataclass(frozen=True, slots=True)
class CallStart:
    """A call that is about to run: what decides its course, and the state before it."""

    key: Hashable
    tensors: tuple[Tensor, ...]
    handles: tuple[Handle, ...]
    ops: int
    calls: int
    choices: int
    changes: tuple[int, int]


def _members(module: ModuleInstance) -> Iterator[Tensor | None]:
    """Parameters and buffers of a module and everything under it."""
    for _, one in walk(module):
        yield from one.parameters.values()
        yield from one.buffers.values()


def check_closed(trace: Trace, module: ModuleInstance, handles: tuple[Handle, ...], ops: range) -> None:
    """Raises NotComparable if the operations read something else than what the call was given and the module holds, if
    they change that, or if one of them was not understood."""
    outside = set(handles)
    members = {tensor.op for tensor in _members(module) if tensor is not None and tensor.op is not None}
    members = {op for op in members if op.kind in _MEMBERS}
    for index in ops:
        op = trace.ops[index]
        if op.kind is OpKind.UNKNOWN or (op.kind is OpKind.CREATE and op.target == "constant"):
            raise NotComparable
        for operand in op.operands:
            source = operand.source
            if source.index < ops.start and source not in members and (source, operand.output) not in outside:
                raise NotComparable
        if op.inplace and op.operands and _memory(op.operands[0].source).index < ops.start:
            raise NotComparable


def _memory(op: Op) -> Op:
    """The operation that made the memory in which the result of ``op`` lies."""
    while op.operands and (op.kind in VIEWS or op.inplace or op.alias):
        op = op.operands[0].source
    return op


def freeze_result(result: Value, given: tuple[Tensor, ...], first: int) -> Value:
    """``result`` with stand-ins for its tensors: ``given`` ones and such as were made by operations from ``first`` on.

    Raises NotComparable where it holds other objects, or tensors from elsewhere.
    """
    return _freeze(result, given, first, {})


def _freeze(value: Value, given: tuple[Tensor, ...], first: int, made: dict[int, Gave]) -> Value:
    if isinstance(value, Tensor):
        return _freeze_tensor(value, given, first, made)
    if type(value) is tuple or type(value) is list:
        return type(value)(_freeze(item, given, first, made) for item in value)
    value_key(value)
    if isinstance(value, Instance):
        raise NotComparable
    return value


def _freeze_tensor(value: Tensor, given: tuple[Tensor, ...], first: int, made: dict[int, Gave]) -> Given | Gave:
    number = next((i for i, tensor in enumerate(given) if tensor is value), None)
    return Given(number) if number is not None else _gave(value, given, first, made)


def _gave(value: Tensor, given: tuple[Tensor, ...], first: int, made: dict[int, Gave]) -> Gave:
    if value.op is None or value.op.index < first or value.attributes or value.parameter:
        raise NotComparable
    if id(value) not in made:
        base = None if value.base is None else _freeze_tensor(value.base, given, first, made)
        copy = Tensor(value.shape, value.dtype, value.op, value.output, value.data)
        copy.assumed = value.assumed
        made[id(value)] = Gave(copy, value.op, base)
    return made[id(value)]


def place_of(machine: InterpreterState) -> CallSite:
    """The place that is making a call: the calls around it, its span, and the function of the tree that it is in."""
    frame, tree = machine.stack.frame(), machine.stack.tree_frame()
    callers, span = machine.stack.callers(), machine.stack.span()
    inside = frame is not None and not frame.module.external
    return CallSite((*callers, span) if inside else callers, callers, span, tree.name if tree is not None else "")
