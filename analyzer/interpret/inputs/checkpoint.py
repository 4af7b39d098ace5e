"""The state before the traced call, to come back to when the call has to be made again with other arguments."""

from __future__ import annotations

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.memo.call_memo import CallMemo
from analyzer.library.module_tree import named_tensors
from analyzer.values import ModuleInstance


class CallCheckpoint:
    """What a traced call changes: recordings, gaps, the call stack, and tensors that it works on in place."""

    def __init__(self, machine: Interpreter, model: ModuleInstance) -> None:
        self._machine = machine
        self._trace = machine.trace.mark()
        self._settings = dict(machine.settings)
        members = (tensor for buffers in (False, True) for _, tensor in named_tensors(model, buffers))
        self._tensors = [(one, one.op, one.output, one.shape, one.dtype, one.data) for one in members]

    def restore(self) -> None:
        """Forget everything since."""
        machine = self._machine
        machine.stack.abandon_generators()
        machine.stack.clear()
        machine.trace.back_to(self._trace)
        machine.settings.clear()
        machine.settings.update(self._settings)
        machine.call_memo = CallMemo(machine.trace)
        for tensor, op, output, shape, dtype, data in self._tensors:
            tensor.op, tensor.output, tensor.shape, tensor.dtype, tensor.data = op, output, shape, dtype, data
