"""A recorded call of a module, written again for another module and other tensors."""

from __future__ import annotations

from dataclasses import replace

from analyzer.base import Span
from analyzer.graph import Op, Operand
from analyzer.interpret.memo.call_records import CallStart, Gave, Given, Recording, place_of
from analyzer.interpret.memo.value_keys import NotComparable
from analyzer.interpret.runtime.state import InterpreterState
from analyzer.interpret.runtime.trace import Choice
from analyzer.values import ModuleInstance, Tensor, Value

_CALL = 100
"""Bytes of a recorded call, about."""


class Replay:
    """A recorded call written again for another module and other tensors.

    Raises NotComparable if the two modules share their parameters in different ways.
    """

    def __init__(self, machine: InterpreterState, known: Recording, module: ModuleInstance, start: CallStart) -> None:
        self._known = known
        self._machine = machine
        self._start = start
        self._place = place_of(machine)
        self._paths = {known.path: machine.trace.modules[-1]}
        self._members: dict[Op, Op] = {}
        self._pair(known.module, module)
        self._stacks: dict[int, tuple[Span, ...]] = {}
        self._given = dict(zip(known.handles, start.handles, strict=True))
        self._ops: list[Op] = []
        self._tensors: dict[Gave, Tensor] = {}

    def _pair(self, old: ModuleInstance, new: ModuleInstance) -> None:
        paths = self._machine.trace.paths
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
        trace = self._machine.trace
        first = len(trace.ops)
        self._machine.make_room(len(self._known.ops))
        # Modules that are shared again and again can be called often without an operation.
        self._machine.charge(len(self._known.calls), _CALL * (len(self._known.calls) + len(self._known.choices)))
        for index in self._known.ops:
            self._ops.append(self._again(trace.ops[index], first + len(self._ops)))
        trace.ops.extend(self._ops)
        deeper = len(trace.modules) - self._known.depth
        for index in self._known.calls:
            call = trace.calls[index]
            trace.calls.append(call._replace(path=self._path(call.path), depth=call.depth + deeper))
        for index in self._known.choices:
            self._machine.trace.choices.append(
                self._choice(self._machine.trace.choices[index], first - self._known.ops.start)
            )
        return self._thaw(self._known.result)

    def _choice(self, choice: Choice, offset: int) -> Choice:
        begin, end = choice.ops
        count = len(self._machine.trace.made)
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
        return self._paths.get(path, path)

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
            case Given() | Gave():
                return self._thaw_tensor(value)
            case tuple() | list():
                return type(value)(map(self._thaw, value))
        return value

    def _thaw_tensor(self, value: Given | Gave) -> Tensor:
        if isinstance(value, Given):
            return self._start.tensors[value.number]
        return self._tensors.get(value) or self._make(value)

    def _make(self, value: Gave) -> Tensor:
        old = value.tensor
        op = self._ops[value.op.index - self._known.ops.start]
        made = self._tensors[value] = Tensor(old.shape, old.dtype, op, old.output, old.data)
        made.assumed, made.base = old.assumed, None if value.base is None else self._thaw_tensor(value.base)
        return made
