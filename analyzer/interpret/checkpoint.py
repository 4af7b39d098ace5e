"""The state before the traced call, to come back to when the call has to be made again with other arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.interpret.replay import Replays
from analyzer.library.module_tree import named_tensors
from analyzer.values import ModuleInstance

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine


class Checkpoint:
    """What a traced call changes: recordings, gaps, the call stack, and tensors that it works on in place."""

    def __init__(self, machine: Machine, model: ModuleInstance) -> None:
        recorder = machine.recorder
        self._machine = machine
        self._ops, self._calls = len(recorder.ops), len(recorder.calls)
        self._choices, self._made = len(machine.choices), len(machine.made)
        self._gaps = dict(machine.gaps)
        self._settings = dict(machine.settings)
        members = (tensor for buffers in (False, True) for _, tensor in named_tensors(model, buffers))
        self._tensors = [(one, one.op, one.output, one.shape, one.dtype, one.data) for one in members]

    def restore(self) -> None:
        """Forget everything since."""
        machine, recorder = self._machine, self._machine.recorder
        machine.abandon_generators()
        del recorder.ops[self._ops :], recorder.calls[self._calls :], recorder.modules[1:]
        del machine.choices[self._choices :], machine.made[self._made :]
        machine.gaps = dict(self._gaps)
        machine.settings.clear()
        machine.settings.update(self._settings)
        machine.frames.clear()
        machine.handled.clear()
        machine.guards = 0
        machine.replays = Replays(recorder)
        for tensor, op, output, shape, dtype, data in self._tensors:
            tensor.op, tensor.output, tensor.shape, tensor.dtype, tensor.data = op, output, shape, dtype, data
