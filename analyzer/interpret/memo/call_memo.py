"""Calls of a module that would run just like an earlier call of an equal one are written again from the record.

Stacks repeat themselves: the same class with the same settings is called on tensors of the same type, once a layer.
The first such call is interpreted; for a later one, in a module that differs only in which parameters it holds, the
recorded operations are added once more with the operands exchanged. The graph is the same as if everything had been
interpreted.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress

from analyzer.graph import Phase
from analyzer.interpret.memo.call_records import CallStart, Handle, Recording, check_closed, freeze_result, place_of
from analyzer.interpret.memo.call_rewriting import Replay
from analyzer.interpret.memo.value_keys import NotComparable, numbers, value_key
from analyzer.interpret.runtime.state import InterpreterState
from analyzer.interpret.runtime.trace import Trace
from analyzer.values import Instance, ModuleInstance, Tensor, Value


class CallMemo:
    """Calls that ``trace`` has recorded so far; what another one records meanwhile is none of its concern."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._recordings: dict[Hashable, Recording] = {}
        self._signatures: dict[ModuleInstance, int | None] = {}
        self._numbers: dict[Hashable, int] = {}
        self._objects: set[Instance] = set()
        """Objects that modules refer to and that their signatures take as they are."""
        self._with_containers: set[ModuleInstance] = set()
        """Modules that hold, or whose submodules hold, something that can be written into."""

    def changed(self, value: Value) -> None:
        """``value`` has been changed: what was seen of modules may hold no longer."""
        of_no_module = isinstance(value, Instance) and not isinstance(value, ModuleInstance)
        if self._signatures and not (of_no_module and value not in self._objects):
            self._signatures.clear()
            self._recordings.clear()

    def start(
        self, machine: InterpreterState, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]
    ) -> CallStart | None:
        """What decides the course of the call; None where that is not known."""
        trace = machine.trace
        if trace is not self._trace or trace.phase is not Phase.FORWARD:
            return None
        signature = self._signature(module)
        if signature is None:
            return None
        arguments = _Arguments()
        try:
            given = arguments.value_key((*args, *kwargs.values()))
            settings = value_key(machine.settings)
        except NotComparable:
            return None
        state = settings, trace.is_repeating, machine.stack.guards > 0, module in trace.paths
        key = signature, given, len(args), tuple(kwargs), state
        changes = machine.changes, len(machine.trace.gaps)
        return CallStart(
            key,
            tuple(arguments.tensors),
            tuple(arguments.handles),
            ops=len(trace.ops),
            calls=len(trace.calls),
            choices=len(machine.trace.choices),
            changes=changes,
        )

    def replay(self, machine: InterpreterState, module: ModuleInstance, start: CallStart) -> tuple[Value] | None:
        """The result of the call, whose operations are recorded; None where no equal call is known."""
        known = self._recordings.get(start.key)
        if known is None:
            return None
        try:
            run = Replay(machine, known, module, start)
        except NotComparable:
            return None
        return (run.result(),)

    def keep(self, machine: InterpreterState, module: ModuleInstance, start: CallStart, result: Value) -> None:
        """Take note of an interpreted call, unless it did more than add operations."""
        trace = machine.trace
        if start.changes != (machine.changes, len(machine.trace.gaps)) or module not in self._signatures:
            return
        if module in self._with_containers and self._afresh(module) != self._signatures[module]:
            self._signatures[module] = None
            return
        if any((tensor.op, tensor.output) != now for tensor, now in zip(start.tensors, start.handles, strict=True)):
            return
        ops = range(start.ops, len(trace.ops))
        try:
            check_closed(trace, module, start.handles, ops)
            frozen = freeze_result(result, start.tensors, start.ops)
        except NotComparable:
            return
        self._recordings[start.key] = Recording(
            module,
            trace.modules[-1],
            len(trace.modules),
            start.handles,
            ops=ops,
            calls=range(start.calls, len(trace.calls)),
            choices=range(start.choices, len(machine.trace.choices)),
            result=frozen,
            place=place_of(machine),
        )

    def _signature(self, module: ModuleInstance) -> int | None:
        """A number that modules share which differ only in which parameters they hold."""
        if module in self._signatures:
            return self._signatures[module]
        number = None
        with suppress(NotComparable):
            number = self._numbers.setdefault(self._parts(module), len(self._numbers))
        self._signatures[module] = number
        return number

    def _afresh(self, module: ModuleInstance) -> int | None:
        """The signature of the module as it is now, whatever was seen of it."""
        known, self._signatures = self._signatures, {}
        try:
            return self._signature(module)
        finally:
            self._signatures = known

    def _parts(self, module: ModuleInstance) -> Hashable:
        if module.hooks or module.pre_hooks:
            raise NotComparable
        if any(isinstance(item, list | dict | set) for item in module.attributes.values()) or any(
            child in self._with_containers for child in module.modules.values()
        ):
            self._with_containers.add(module)
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
        return value_key(value)

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

    def value_key(self, value: Value) -> Hashable:
        """A stand-in for ``value`` in which a tensor is its type and which of the tensors before it is the same."""
        if isinstance(value, Tensor):
            return self._tensor(value)
        if type(value) is tuple:
            return tuple, tuple(map(self.value_key, value))
        if isinstance(value, Instance | list | dict | set):
            raise NotComparable  # a cache, for instance: the call may read what others wrote, or write
        return value_key(value)

    def _tensor(self, value: Tensor) -> Hashable:
        handle = value.op, value.output
        same_tensor = next((i for i, tensor in enumerate(self.tensors) if tensor is value), None)
        same_value = next((i for i, known in enumerate(self.handles) if known == handle), None)
        self.tensors.append(value)
        self.handles.append(handle)
        kind = (
            value_key(value.shape),
            value.dtype,
            value.parameter,
            numbers(value.data),
            value.assumed,
            value_key(value.attributes),
        )
        return same_tensor, same_value, kind


def _member(tensor: Tensor | None) -> Hashable:
    if tensor is None:
        return None
    return value_key(tensor.shape), tensor.dtype, numbers(tensor.data), value_key(tensor.attributes)
