"""Initialisation: the program's own functions that fill parameters, run on one module of each kind.

Modules of one kind differ only in the numbers of their paths; the first and the last of them stand for all. What is
recorded meanwhile, and what is not understood, stays out of the model's graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from analyzer.base import Span
from analyzer.graph import Initial, Op, OpKind, Phase
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.exceptions import BudgetExceeded, ProgramError
from analyzer.interpret.runtime.frames import Frame
from analyzer.library.module_tree import named_tensors, walk
from analyzer.values import Function, ModuleInstance, PyModule, Tensor, plain

MOST_STEPS = 60_000
"""For all modules together, not counting those that take more than their share."""
_SHARE = 30_000


def initial(machine: Interpreter, root: ModuleInstance) -> tuple[Initial, ...]:
    """How parameters start out, one of each kind of module; nothing where the code has no such functions."""
    modules = dict(walk(root))
    function = machine.platform.declarations.initialise
    chosen = [path for pair in _kinds(modules).values() for path in dict.fromkeys(pair)]
    owners = {path: owner for path in chosen if (owner := _owner(path, modules, function)) is not None}
    if not owners:
        return ()
    trace = machine.trace.aside()
    trace.phase = Phase.FORWARD
    with machine.recording_in(trace), machine.meter.uncounted():
        try:
            left = _run_all(machine, owners, modules)
        finally:
            machine.stack.frames.clear()
    functions = _functions(owners.values(), function)
    return tuple(_found(trace.ops, root, frozenset(chosen), functions, _parameters(left)))


def _run_all(
    machine: Interpreter, owners: Mapping[str, ModuleInstance], modules: Mapping[str, ModuleInstance]
) -> list[ModuleInstance]:
    """Run the function of each owner on its module; the modules for which it took more than its share."""
    left: list[ModuleInstance] = []
    end = machine.meter.steps + MOST_STEPS
    for path in sorted(owners, key=lambda path: -path.count(".") if path else 1):
        if machine.meter.steps > end:
            break
        before, machine.meter.most_steps = machine.meter.steps, machine.meter.steps + _SHARE
        if not _run(machine, owners[path], modules[path]):
            left.append(modules[path])
            end += machine.meter.steps - before
    return left


def _parameters(modules: Iterable[ModuleInstance]) -> frozenset[Tensor]:
    """The parameters that belong to ``modules`` themselves."""
    return frozenset(one for module in modules for one in module.parameters.values() if one is not None)


def _run(machine: Interpreter, owner: ModuleInstance, module: ModuleInstance) -> bool:
    """Whether the function was followed to its end or to an exception."""
    machine.stack.frames[:] = [Frame(PyModule("", "", external=True), "<module>")]
    try:
        machine.call(machine.get_attribute(owner, machine.platform.declarations.initialise), (module,))
    except (ProgramError, RecursionError):
        # What was filled until then stands; the rest is as the constructors left it.
        machine.stack.frames.clear()
    except BudgetExceeded:
        machine.stack.frames.clear()
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


def _owner(path: str, modules: Mapping[str, ModuleInstance], function: str) -> ModuleInstance | None:
    """The innermost module around ``path`` (itself included) that has the function."""
    while True:
        module = modules.get(path)
        if module is not None and isinstance(module.cls.find(function), Function):
            return module
        if not path:
            return None
        path = path.rpartition(".")[0]


def _functions(owners: Iterable[ModuleInstance], function: str) -> tuple[Span, ...]:
    """Where the functions that fill parameters are written, inherited ones too."""
    classes = dict.fromkeys(cls for owner in owners for cls in owner.cls.mro)
    found = [cls.namespace.get(function) for cls in classes]
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
    """Whether an operation fills what it is called on; ``requires_grad_`` and ``detach_`` change no number."""
    return op.target.endswith("_") and not op.target.endswith("__") and op.name != "identity"


def _place(op: Op, functions: tuple[Span, ...]) -> Span:
    """The innermost place on the way to ``op`` that lies in one of ``functions``."""
    for span in (op.span, *reversed(op.stack)):
        if any(span.path == one.path and one.line <= span.line <= one.end_line for one in functions):
            return span
    return op.span
