"""The call of a module: hooks around ``forward``, which is recorded or written again from an equal call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.base import GapCode
from analyzer.graph import ModuleCall, Phase
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.recording.emission import emit_unknown
from analyzer.interpret.runtime.exceptions import ProgramError
from analyzer.values import MISSING, ModuleInstance, Native, Value


def call_module(
    machine: Interpreter, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> Value:
    """What ``nn.Module.__call__`` does: hooks around ``forward``, which is recorded.

    In the traced call an exception that nobody handles is a gap at this module: what depends on it is unknown, and the
    rest goes on.
    """
    trace = machine.trace
    custom = module.cls.find("__call__")
    if custom is not MISSING and not isinstance(custom, Native) and machine.settings.get("calling") is not module:
        machine.settings["calling"] = module
        return machine.call(custom, (module, *args), kwargs)
    machine.settings.pop("calling", None)
    # A module that is called without being part of the tree is placed by who calls it.
    path = trace.paths.get(module, trace.modules[-1])
    if trace.phase is Phase.FORWARD:
        trace.calls.append(ModuleCall(path, module.cls.name, len(trace.modules) - 1, module in trace.paths))
    trace.modules.append(path)
    depth = len(machine.stack.frames)
    try:
        return _recorded(machine, module, args, kwargs)
    except ProgramError as error:
        if machine.stack.guards or trace.phase is not Phase.FORWARD or depth == 0:
            raise
        machine.give_up(error)
        gap = machine.make_gap(GapCode.RAISED, error.name, error.text, error.span)
        del machine.stack.frames[depth:]
        return emit_unknown(machine, module.cls.name, (*args, *kwargs.values()), gap)
    finally:
        trace.modules.pop()


def _recorded(
    machine: Interpreter, module: ModuleInstance, args: Sequence[Value], kwargs: Mapping[str, Value]
) -> Value:
    """Run the module, or record what an equal call did once more."""
    start = machine.call_memo.start(machine, module, args, kwargs)
    if start is None:
        return _with_hooks(machine, module, args, dict(kwargs))
    known = machine.call_memo.replay(machine, module, start)
    if known is not None:
        return known[0]
    result = _with_hooks(machine, module, args, dict(kwargs))
    machine.call_memo.keep(machine, module, start, result)
    return result


def _with_hooks(machine: Interpreter, module: ModuleInstance, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    for hook, with_kwargs in list(module.pre_hooks.values()):
        changed = machine.call(hook, (module, tuple(args), kwargs) if with_kwargs else (module, tuple(args)))
        if with_kwargs and isinstance(changed, tuple) and len(changed) == 2:
            args, kwargs = changed
        elif changed is not None and not with_kwargs:
            args = changed if isinstance(changed, tuple) else (changed,)
    result = machine.call(machine.get_attribute(module, machine.platform.call), args, kwargs)
    for hook, with_kwargs in list(module.hooks.values()):
        given = (module, tuple(args), kwargs, result) if with_kwargs else (module, tuple(args), result)
        changed = machine.call(hook, given)
        result = result if changed is None else changed
    return result
