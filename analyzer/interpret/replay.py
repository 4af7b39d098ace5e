"""Calls of a module that would run just like an earlier call of an equal one are copied from the record.

Stacks repeat themselves: the same class with the same settings is called on tensors of the same type, once a layer. The
first such call is interpreted; for a later one, in a module that differs only in which parameters it holds, the recorded
operations are written again with the operands exchanged. The graph is the same as if everything had been interpreted.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from analyzer.base import Span
from analyzer.graph import Op, Operand, OpKind, Phase
from analyzer.interpret.decisions import Choice
from analyzer.interpret.recorder import VIEWS, Recorder
from analyzer.interpret.tokens import NotComparable, numbers, token
from analyzer.values import Instance, ModuleInstance, Tensor, Value

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

_MEMBERS = frozenset({OpKind.PARAMETER, OpKind.BUFFER})
Handle: TypeAlias = tuple[Op | None, int]
"""What a tensor is at the moment: an operation and which of its outputs."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a call stands: the places that lead to it, those around the innermost frame, that of library code in it."""

    around: tuple[Span, ...]
    callers: tuple[Span, ...]
    span: Span
    function: str


@dataclass(frozen=True, slots=True)
class _Given:
    """Stands in a result for a tensor that the call was given."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class _Gave:
    """Stands in a result for a tensor that the call made, as it was when the call ended."""

    tensor: Tensor
    op: Op
    base: object = None


@dataclass(frozen=True, slots=True)
class _Recording:
    """One interpreted call: which operations and calls of modules it added, from what, and what it gave."""

    module: ModuleInstance
    path: str
    handles: tuple[Handle, ...]
    ops: range
    calls: range
    choices: range
    result: Value
    place: _Place


@dataclass(frozen=True, slots=True)
class Start:
    """A call that is about to run: what decides its course, and the state before it."""

    key: Hashable
    tensors: tuple[Tensor, ...]
    handles: tuple[Handle, ...]
    ops: int
    calls: int
    choices: int
    changes: tuple[int, int]


class Replays:
    """Calls that were interpreted so far."""

    def __init__(self) -> None:
        self._recordings: dict[Hashable, _Recording] = {}
        self._signatures: dict[ModuleInstance, int | None] = {}
        self._numbers: dict[Hashable, int] = {}
        self._objects: set[Instance] = set()
        """Objects that modules refer to and that their signatures take as they are."""

    def changed(self, value: Value) -> None:
        """``value`` has been changed: what was seen of modules may hold no longer."""
        of_no_module = isinstance(value, Instance) and not isinstance(value, ModuleInstance)
        if self._signatures and not (of_no_module and value not in self._objects):
            self._signatures.clear()
            self._recordings.clear()

    def start(
        self, machine: Machine, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]
    ) -> Start | None:
        """What decides the course of the call; None where that can not be told."""
        recorder = machine.recorder
        if recorder.phase is not Phase.FORWARD:
            return None
        signature = self._signature(module)
        if signature is None:
            return None
        arguments = _Arguments()
        try:
            given = arguments.token((*args, *kwargs.values()))
            settings = token(machine.settings)
        except NotComparable:
            return None
        state = settings, recorder.is_repeating, machine.guards > 0, module in recorder.paths
        key = signature, given, len(args), tuple(kwargs), state
        changes = machine.changes, len(machine.gaps)
        return Start(
            key,
            tuple(arguments.tensors),
            tuple(arguments.handles),
            ops=len(recorder.ops),
            calls=len(recorder.calls),
            choices=len(machine.choices),
            changes=changes,
        )

    def replay(self, machine: Machine, module: ModuleInstance, start: Start) -> tuple[Value] | None:
        """The result of the call, whose operations are recorded; None where no equal call is known."""
        known = self._recordings.get(start.key)
        if known is None:
            return None
        try:
            run = _Replay(machine, known, module, start)
        except NotComparable:
            return None
        return (run.result(),)

    def keep(self, machine: Machine, module: ModuleInstance, start: Start, result: Value) -> None:
        """Take note of an interpreted call, unless it did more than add operations."""
        recorder = machine.recorder
        if start.changes != (machine.changes, len(machine.gaps)) or module not in self._signatures:
            return
        if any((tensor.op, tensor.output) != now for tensor, now in zip(start.tensors, start.handles, strict=True)):
            return
        ops = range(start.ops, len(recorder.ops))
        try:
            _check_closed(recorder, module, start.handles, ops)
            frozen = _freeze(result, start.tensors, start.ops)
        except NotComparable:
            return
        self._recordings[start.key] = _Recording(
            module,
            recorder.modules[-1].lstrip("?"),
            start.handles,
            ops=ops,
            calls=range(start.calls, len(recorder.calls)),
            choices=range(start.choices, len(machine.choices)),
            result=frozen,
            place=_place(machine),
        )

    def _signature(self, module: ModuleInstance) -> int | None:
        """A number that modules share which differ only in which parameters they hold."""
        if module in self._signatures:
            return self._signatures[module]
        number = None
        try:
            number = self._numbers.setdefault(self._parts(module), len(self._numbers))
        except NotComparable:
            pass
        self._signatures[module] = number
        return number

    def _parts(self, module: ModuleInstance) -> Hashable:
        if module.hooks or module.pre_hooks:
            raise NotComparable
        return (
            module.cls,
            tuple((name, self._attribute(item)) for name, item in module.attributes.items()),
            tuple((name, _member(item)) for name, item in module.parameters.items()),
            tuple((name, _member(item)) for name, item in module.buffers.items()),
            tuple((name, self._child(item)) for name, item in module.modules.items()),
        )

    def _attribute(self, value: Value) -> Hashable:
        if isinstance(value, Instance) and not isinstance(value, ModuleInstance):
            self._objects.add(value)
        return token(value)

    def _child(self, module: ModuleInstance | None) -> int | None:
        number = None if module is None else self._signature(module)
        if number is None and module is not None:
            raise NotComparable
        return number


class _Arguments:
    """The tensors among the arguments of a call, in order, and what makes the call the same for others."""

    def __init__(self) -> None:
        self.tensors: list[Tensor] = []
        self.handles: list[Handle] = []

    def token(self, value: Value) -> Hashable:
        """A stand-in for ``value`` in which a tensor is its type and which of the tensors before it is the same."""
        kind = type(value)
        if kind is Tensor:
            return self._tensor(value)
        if kind is tuple or kind is list:
            return kind, tuple(map(self.token, value))
        if kind is dict:
            return kind, tuple((name, self.token(item)) for name, item in value.items())
        if isinstance(value, Instance):
            raise NotComparable  # a cache, for instance: the call may read what others wrote
        return token(value)

    def _tensor(self, value: Tensor) -> Hashable:
        handle = value.op, value.output
        same_tensor = next((i for i, tensor in enumerate(self.tensors) if tensor is value), None)
        same_value = next((i for i, known in enumerate(self.handles) if known == handle), None)
        self.tensors.append(value)
        self.handles.append(handle)
        kind = token(value.shape), value.dtype, value.parameter, numbers(value.data), value.assumed, token(value.attributes)
        return same_tensor, same_value, kind


def _member(tensor: Tensor | None) -> Hashable:
    if tensor is None:
        return None
    return token(tensor.shape), tensor.dtype, numbers(tensor.data), token(tensor.attributes)


def _members(module: ModuleInstance) -> Iterator[Tensor | None]:
    """Parameters and buffers of a module and everything under it, in an order that equal modules share."""
    yield from module.parameters.values()
    yield from module.buffers.values()
    for child in module.modules.values():
        if child is not None:
            yield from _members(child)


def _check_closed(recorder: Recorder, module: ModuleInstance, handles: tuple[Handle, ...], ops: range) -> None:
    """Raises NotComparable if the operations read something else than what the call was given and the module holds, if
    they change that, or if one of them was not understood."""
    outside = set(handles)
    members = {tensor.op for tensor in _members(module) if tensor is not None and tensor.op is not None}
    members = {op for op in members if op.kind in _MEMBERS}
    for index in ops:
        op = recorder.ops[index]
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


def _freeze(result: Value, given: tuple[Tensor, ...], first: int) -> Value:
    """``result`` with stand-ins for its tensors.

    Raises NotComparable where it holds other objects, or tensors from elsewhere."""
    made: dict[int, _Gave] = {}

    def freeze(value: Value) -> Value:
        kind = type(value)
        if kind is Tensor:
            number = next((i for i, tensor in enumerate(given) if tensor is value), None)
            return _Given(number) if number is not None else gave(value)
        if kind is tuple or kind is list:
            return kind(map(freeze, value))
        token(value)
        if isinstance(value, Instance):
            raise NotComparable
        return value

    def gave(value: Tensor) -> _Gave:
        if value.op is None or value.op.index < first or value.attributes or value.parameter:
            raise NotComparable
        if id(value) not in made:
            base = None if value.base is None else freeze(value.base)
            copy = Tensor(value.shape, value.dtype, value.op, value.output, value.data)
            copy.assumed = value.assumed
            made[id(value)] = _Gave(copy, value.op, base)
        return made[id(value)]

    return freeze(result)


def _place(machine: Machine) -> _Place:
    frame, tree = machine.frame(), machine.tree_frame()
    callers, span = machine.stack(), machine.span()
    inside = frame is not None and not frame.module.external
    return _Place((*callers, span) if inside else callers, callers, span, tree.name if tree is not None else "")


class _Replay:
    """A recorded call written again for another module and other tensors.

    Raises NotComparable if the two modules share their parameters in different ways.
    """

    def __init__(self, machine: Machine, known: _Recording, module: ModuleInstance, start: Start) -> None:
        self._known = known
        self._machine = machine
        self._start = start
        self._place = _place(machine)
        self._paths = {known.path: machine.recorder.modules[-1].lstrip("?")}
        self._members: dict[Op, Op] = {}
        self._pair(known.module, module)
        self._stacks: dict[int, tuple[Span, ...]] = {}
        self._given = {old: new for old, new in zip(known.handles, start.handles, strict=True)}
        self._ops: list[Op] = []
        self._tensors: dict[_Gave, Tensor] = {}

    def _pair(self, old: ModuleInstance, new: ModuleInstance) -> None:
        paths = self._machine.recorder.paths
        if old in paths and new in paths:
            self._paths[paths[old]] = paths[new]
        for mine, other in ((old.parameters, new.parameters), (old.buffers, new.buffers)):
            for name, tensor in mine.items():
                twin = other[name]
                if tensor is None or twin is None or tensor.op is None or twin.op is None:
                    continue
                if self._members.setdefault(tensor.op, twin.op) is not twin.op:
                    raise NotComparable
        for name, child in old.modules.items():
            twin_module = new.modules[name]
            if child is not None and twin_module is not None:
                self._pair(child, twin_module)

    def result(self) -> Value:
        """Record the operations and calls; the result of the call."""
        recorder = self._machine.recorder
        first = len(recorder.ops)
        recorder.make_room(len(self._known.ops))
        for index in self._known.ops:
            self._ops.append(self._again(recorder.ops[index], first + len(self._ops)))
        recorder.ops.extend(self._ops)
        for index in self._known.calls:
            path, name = recorder.calls[index]
            recorder.calls.append((self._path(path), name))
        for index in self._known.choices:
            self._machine.choices.append(self._choice(self._machine.choices[index], first - self._known.ops.start))
        return self._thaw(self._known.result)

    def _choice(self, choice: Choice, offset: int) -> Choice:
        begin, end = choice.ops
        count = len(self._machine.made)
        module = self._path(choice.module) if isinstance(choice.module, str) else choice.module
        return replace(choice, module=module, ops=(begin + offset, end + offset), made=(count, count))

    def _again(self, op: Op, index: int) -> Op:
        here = op.span is self._known.place.span and len(op.stack) <= len(self._known.place.around)
        return replace(
            op,
            index=index,
            operands=tuple(self._operand(operand) for operand in op.operands),
            module=self._path(op.module),
            span=self._place.span if here else op.span,
            function=self._place.function if here else op.function,
            stack=self._stack(op.stack),
        )

    def _operand(self, operand: Operand) -> Operand:
        source = operand.source
        if source.index >= self._known.ops.start:
            return Operand(operand.slot, self._ops[source.index - self._known.ops.start], operand.output)
        member = self._members.get(source)
        if member is not None:
            return Operand(operand.slot, member, operand.output)
        op, output = self._given[source, operand.output]
        assert op is not None
        return Operand(operand.slot, op, output)

    def _path(self, path: str) -> str:
        bare = path.lstrip("?")
        return path[: len(path) - len(bare)] + self._paths.get(bare, bare)

    def _stack(self, stack: tuple[Span, ...]) -> tuple[Span, ...]:
        made = self._stacks.get(id(stack))
        if made is None:
            old, new = self._known.place, self._place
            inside = len(stack) >= len(old.around)
            made = (*new.around, *stack[len(old.around) :]) if inside else new.callers
            self._stacks[id(stack)] = made
        return made

    def _thaw(self, value: Value) -> Value:
        match value:
            case _Given():
                return self._start.tensors[value.number]
            case _Gave():
                return self._tensors.get(value) or self._make(value)
            case tuple() | list():
                return type(value)(map(self._thaw, value))
        return value

    def _make(self, value: _Gave) -> Tensor:
        old = value.tensor
        op = self._ops[value.op.index - self._known.ops.start]
        made = self._tensors[value] = Tensor(old.shape, old.dtype, op, old.output, old.data)
        made.assumed, made.base = old.assumed, self._thaw(value.base)
        return made
