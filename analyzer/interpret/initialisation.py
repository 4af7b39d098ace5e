"""Initialisation: the program's own functions that fill parameters, run on one module of each kind.

Modules of one kind differ only in the numbers of their paths; the first and the last of them stand for all. What is
recorded meanwhile, and what is not understood, stays out of the model's graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.base import Span
from analyzer.graph import Initial, Op, OpKind, Phase
from analyzer.interpret.frames import BudgetExceeded, Frame, ProgramError
from analyzer.interpret.recorder import Recorder
from analyzer.library.natives.modules import named_tensors, walk
from analyzer.values import Function, ModuleInstance, PyModule, Tensor, plain

if TYPE_CHECKING:
    from analyzer.interpret.machine import Machine

FUNCTION = "_init_weights"
"""The method that the library calls with every module."""
MOST_STEPS = 60_000
"""For all modules together, not counting those that take more than their share."""
_SHARE = 30_000


def initial(machine: Machine, root: ModuleInstance) -> tuple[Initial, ...]:
    """How parameters start out, one of each kind of module; nothing where the code has no such functions."""
    modules = dict(walk(root))
    chosen = [path for pair in _kinds(modules).values() for path in dict.fromkeys(pair)]
    owners = {path: owner for path in chosen if (owner := _owner(path, modules)) is not None}
    if not owners:
        return ()
    kept = machine.recorder, dict(machine.gaps), machine.meter.steps, list(machine.choices)
    machine.recorder = Recorder()
    machine.recorder.phase = Phase.FORWARD
    most, end = machine.meter.most_steps, machine.meter.steps + MOST_STEPS
    left: list[ModuleInstance] = []
    try:
        for path in sorted(owners, key=lambda path: -path.count(".") if path else 1):
            if machine.meter.steps > end:
                break
            before, machine.meter.most_steps = machine.meter.steps, machine.meter.steps + _SHARE
            if not _run(machine, owners[path], modules[path]):
                left.append(modules[path])
                end += machine.meter.steps - before
        functions = _functions(owners.values())
        return tuple(_found(machine.recorder.ops, root, frozenset(chosen), functions, _parameters(left)))
    finally:
        machine.recorder, machine.gaps, machine.meter.steps, machine.choices = kept
        machine.meter.most_steps = most
        machine.frames.clear()


def _parameters(modules: Iterable[ModuleInstance]) -> frozenset[Tensor]:
    """The parameters that belong to ``modules`` themselves."""
    return frozenset(one for module in modules for one in module.parameters.values() if one is not None)


def _run(machine: Machine, owner: ModuleInstance, module: ModuleInstance) -> bool:
    """Whether the function was followed to its end or to an exception."""
    machine.frames[:] = [Frame(PyModule("", "", external=True), "<module>")]
    try:
        machine.call(machine.get_attribute(owner, FUNCTION), (module,))
    except (ProgramError, RecursionError):
        # What was filled until then stands; the rest is as the constructors left it.
        machine.frames.clear()
    except BudgetExceeded:
        machine.frames.clear()
        return False
    return True


def _kinds(modules: Mapping[str, ModuleInstance]) -> dict[str, tuple[str, str]]:
    """The first and the last path of modules whose paths differ in numbers only."""
    kinds: dict[str, tuple[str, str]] = {}
    for path in modules:
        pattern = _pattern(path)
        kinds[pattern] = (kinds[pattern][0] if pattern in kinds else path, path)
    return kinds


def _pattern(path: str) -> str:
    return ".".join("*" if part.isdecimal() else part for part in path.split("."))


def _owner(path: str, modules: Mapping[str, ModuleInstance]) -> ModuleInstance | None:
    """The innermost module around ``path`` (itself included) that has the function."""
    while True:
        module = modules.get(path)
        if module is not None and isinstance(module.cls.find(FUNCTION), Function):
            return module
        if not path:
            return None
        path = path.rpartition(".")[0]


def _functions(owners: Iterable[ModuleInstance]) -> tuple[Span, ...]:
    """Where the functions that fill parameters are written, inherited ones too."""
    classes = dict.fromkeys(cls for owner in owners for cls in owner.cls.mro)
    found = [cls.namespace.get(FUNCTION) for cls in classes]
    functions = [one for one in found if isinstance(one, Function) and one.module.file is not None]
    return tuple(one.module.file.span(one.node.at, one.node.end) for one in functions if one.module.file is not None)


def _found(
    ops: list[Op],
    root: ModuleInstance,
    chosen: frozenset[str],
    functions: tuple[Span, ...],
    left: frozenset[Tensor],
) -> Iterator[Initial]:
    """The parameters of chosen modules that were filled; of two of one kind the first, which tells of a difference."""
    first: dict[str, Initial] = {}
    for name, tensor in named_tensors(root, buffers=False):
        if name.rpartition(".")[0] not in chosen:
            continue
        found = _initial(ops, name, tensor, functions)
        if tensor in left:
            found = Initial(name, "", {}, found.span if found else functions[0], followed=False)
        if found is None:
            continue
        pattern = _pattern(name)
        earlier = first.setdefault(pattern, found)
        if _call(earlier) != _call(found):
            first[pattern] = replace(earlier, varies=True)
    yield from first.values()


def _call(found: Initial) -> object:
    return found.function, sorted((name, repr(plain(value))) for name, value in found.arguments.items())


_FILLING = frozenset({OpKind.RANDOM, OpKind.CREATE})


def _initial(ops: list[Op], name: str, tensor: Tensor, functions: tuple[Span, ...]) -> Initial | None:
    """The chain of operations that ``tensor`` has gone through, read from its end."""
    partly: list[str] = []
    written: Op | None = None
    op = tensor.op
    while op is not None and op.index < len(ops) and ops[op.index] is op:
        whole = bool(op.outputs) and op.outputs[0].shape == tensor.shape
        if whole and op.name != "constant" and (op.kind in _FILLING or _in_place(op)):
            filled = tuple(dict.fromkeys(partly))
            if written is not None and op.name == "empty":
                return Initial(name, "copy_from", {}, _place(written, functions), filled, value=written)
            return Initial(name, op.name, op.arguments, _place(op, functions), filled, value=_copied(op))
        if op.kind is OpKind.SCATTER:
            written = written or op
        if not whole and _in_place(op):
            partly.append(op.name)
        op = op.operands[0].source if op.operands else None
    return None


def _copied(op: Op) -> Op | None:
    """What a copy reads, None for another operation."""
    return op.operand("src") if op.kind is OpKind.COPY else None


def _in_place(op: Op) -> bool:
    return op.target.endswith("_") and not op.target.endswith("__")


def _place(op: Op, functions: tuple[Span, ...]) -> Span:
    """The innermost place on the way to ``op`` that lies in one of ``functions``."""
    for span in (op.span, *reversed(op.stack)):
        if any(span.path == one.path and one.line <= span.line <= one.end_line for one in functions):
            return span
    return op.span
