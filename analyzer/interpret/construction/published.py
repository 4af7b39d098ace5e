"""Names of weights in published files, by the function with which the library itself saves them.

A library may store weights otherwise than its modules hold them: under older names, or one tensor for each expert where
the module has one for all. The library's saving function is followed with the model's parameters, so each release has
its own conventions.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.base import GapCode
from analyzer.graph import Op, OpKind, Phase, PublishedTensor
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.interpret.runtime.frames import Frame
from analyzer.library.module_tree import named_tensors, walk
from analyzer.values import Function, ModuleInstance, PyModule, Tensor, Value

_MEMBERS = (OpKind.PARAMETER, OpKind.BUFFER)


def published(machine: Interpreter, root: ModuleInstance) -> tuple[PublishedTensor, ...] | None:
    """The tensors of a published file with the members of ``root`` that they become.

    Returns None where the library has no such function, or what it gives is not known (with a gap). What is recorded
    meanwhile stays out of the model's graph.
    """
    module, name = machine.platform.declarations.published
    if not module:
        return None
    machine.stack.frames.append(Frame(PyModule("", "", external=True), "<module>"))
    try:
        trace = machine.trace.aside()
        trace.phase = Phase.FORWARD
        trace.ops.extend(machine.trace.ops)  # What is done to parameters leads back to them.
        with machine.recording_in(trace):
            function = _function(machine, module, name)
            found = None if function is None else _tensors(machine.call(function, (root, _state(root)), {}))
    finally:
        machine.stack.frames.clear()
    if function is None:
        return None
    if found is None:
        machine.make_gap(GapCode.UNKNOWN_VALUE, name, "what the library's saving function gives is not known")
    return found


def _function(machine: Interpreter, module: str, name: str) -> Function | None:
    """The saving function; None in a release that has none."""
    try:
        found = machine.import_name(module, name)
    except ProgramError:
        return None
    return found if isinstance(found, Function) else None


def _state(root: ModuleInstance) -> dict[Value, Value]:
    """Parameters and persistent buffers by name; a tensor with several names comes under the first, as in files."""
    state: dict[Value, Value] = dict(named_tensors(root, buffers=False))
    for path, owner in walk(root):
        for name, tensor in owner.buffers.items():
            if tensor is not None and name not in owner.non_persistent:
                state[f"{path}.{name}" if path else name] = tensor
    return state


def _tensors(given: Value) -> tuple[PublishedTensor, ...] | None:
    if not isinstance(given, Mapping):
        return None
    found: list[PublishedTensor] = []
    known: dict[Op, frozenset[str]] = {}
    for name, tensor in given.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            return None
        members = tuple(sorted(_members(tensor.op, known)))
        found.append(PublishedTensor(str(name), tensor.shape, tensor.dtype, members))
    return tuple(found)


def _members(op: Op | None, known: dict[Op, frozenset[str]]) -> frozenset[str]:
    """Names of the parameters and buffers that ``op`` computes from."""
    pending = [] if op is None else [op]
    while pending:
        current = pending[-1]
        if current in known:
            pending.pop()
        elif current.kind in _MEMBERS:
            known[current] = frozenset({str(current.arguments["name"])})
        else:
            sources = [operand.source for operand in current.operands]
            waiting = [source for source in sources if source not in known]
            pending += waiting
            if not waiting:
                known[current] = frozenset().union(*(known[source] for source in sources))
    return frozenset() if op is None else known[op]
