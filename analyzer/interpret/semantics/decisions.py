"""What configuration values decide: which branch runs, which entry of a table is taken, of which class a part of the
model is, how often a loop runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from analyzer.graph import Decision, DecisionKind, Phase
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.runtime.trace import Choice
from analyzer.sources import syntax
from analyzer.values import (
    TRACED,
    ClassValue,
    Function,
    Instance,
    ModuleInstance,
    Origin,
    TracedStr,
    Value,
    origin_of,
    plain,
)

T = TypeVar("T")
MOST = 50_000


def branch(machine: Interpreter, test: Value, node: syntax.Expression, frame: Frame, run: Callable[[], T]) -> T:
    """The result of ``run``, which is what ``test`` (written at ``node``) let happen."""
    origin = origin_of(test) if type(test) in TRACED else None
    return _recorded(machine, origin, bool(test), DecisionKind.BRANCH, node, frame, run)


def lookup(machine: Interpreter, key: Value, node: syntax.Expression, frame: Frame, run: Callable[[], T]) -> T:
    """The result of ``run``, which takes the entry of a table under a key that the configuration gives."""
    origin = origin_of(key) if type(key) is TracedStr else None
    return _recorded(machine, origin, str(plain(key)), DecisionKind.ENTRY, node, frame, run)


def count(machine: Interpreter, numbers: range, bounds: Iterable[Value]) -> None:
    """Note that the length of a range was made from ``bounds``, for the loop that may walk it."""
    found = [origin for bound in bounds if (origin := origin_of(bound)) is not None and origin.fields]
    if found and len(machine.trace.ranges) < MOST and machine.trace.phase is Phase.CONSTRUCT:
        fields = frozenset[str]().union(*(one.fields for one in found))
        origin = Origin(", ".join(one.expression for one in found), fields)
        machine.trace.ranges[id(numbers)] = (numbers, origin)


def loop(machine: Interpreter, values: Value, node: syntax.Expression, frame: Frame, run: Callable[[], T]) -> T:
    """The result of ``run``, which does something for each of ``values`` (written at ``node``)."""
    known = machine.trace.ranges.get(id(values)) if type(values) is range else None
    if known is None:
        return run()
    return _recorded(machine, known[1], str(len(known[0])), DecisionKind.COUNT, node, frame, run)


def part(machine: Interpreter, arguments: Sequence[Value], run: Callable[[], T]) -> T:
    """The result of ``run``, which makes a model for one of ``arguments``, a part of the configuration.

    Its class is the configuration's choice unless the configuration that it is a part of has a fixed class there.
    """
    frame = machine.stack.frame()
    found = next((one for one in arguments if isinstance(one, Instance) and _is_chosen(machine, one)), None)
    if found is None or frame is None or not isinstance(frame.node, syntax.Expression):
        return run()
    path = machine.fields.watched[id(found)]
    origin = Origin(f"type({CONFIG}{path.rstrip('.')})", frozenset({f"{CONFIG}{path}model_type"}))
    return _recorded(machine, origin, found.cls.name, DecisionKind.PART, frame.node, frame, run)


CONFIG = "config."


def _is_chosen(machine: Interpreter, config: Instance) -> bool:
    path = machine.fields.watched.get(id(config), "")
    holder = machine.fields.holders.get(id(config))
    if not path or holder is None:
        return False
    name = path.rstrip(".").rpartition(".")[2]
    declared = [holder.cls.find(attribute) for one in machine.platform.libraries for attribute in one.naming.parts]
    classes = [table[name] for table in declared if isinstance(table, dict) and name in table]
    return not any(isinstance(cls, ClassValue) and cls in config.cls.mro for cls in classes)


def _recorded(
    machine: Interpreter,
    origin: Origin | None,
    outcome: bool | str,
    kind: DecisionKind,
    node: syntax.Expression,
    frame: Frame,
    run: Callable[[], T],
) -> T:
    if origin is None or not origin.fields or len(machine.trace.choices) >= MOST:
        return run()
    first, made = len(machine.trace.ops), len(machine.trace.made)
    result = run()
    span = machine.stack.span_of(frame.module, node.at, node.end)
    ops, modules = (first, len(machine.trace.ops)), (made, len(machine.trace.made))
    module = _asking(machine)
    machine.trace.choices.append(Choice(origin.expression, origin.fields, outcome, span, module, ops, modules, kind))
    return result


def extend(machine: Interpreter, place: int) -> None:
    """A class or function was taken from a table and has been called: what it did and made is under that choice too."""
    choice = machine.trace.choices[place]
    ops, made = (choice.ops[0], len(machine.trace.ops)), (choice.made[0], len(machine.trace.made))
    machine.trace.choices[place] = replace(choice, ops=ops, made=made)


def remember(machine: Interpreter, node: syntax.Assign, value: Value, before: int, frame: Frame) -> None:
    """Note which choices since ``before`` gave a variable the class or function that it holds now."""
    picked = isinstance(node.value, syntax.Conditional | syntax.Subscript) and isinstance(value, ClassValue | Function)
    made = tuple(machine.trace.choices[before:]) if picked else ()
    for target in node.targets if made or frame.choices else ():
        if isinstance(target, syntax.Name):
            frame.choices.pop(target.id, None)
            if made:
                frame.choices[target.id] = made


def under_choices(machine: Interpreter, node: syntax.Call, frame: Frame, run: Callable[[], T]) -> T:
    """The result of ``run``, a call of what a variable holds: under the choices that gave it to the variable."""
    chosen = frame.choices.get(node.function.id, ()) if type(node.function) is syntax.Name else ()
    first, made = len(machine.trace.ops), len(machine.trace.made)
    result = run()
    ops, modules = (first, len(machine.trace.ops)), (made, len(machine.trace.made))
    machine.trace.choices.extend(replace(choice, ops=ops, made=modules) for choice in chosen)
    return result


def _asking(machine: Interpreter) -> ModuleInstance | str:
    """The module whose code runs: by path in the forward call, by identity while it is constructed."""
    if machine.trace.phase is Phase.FORWARD:
        return machine.trace.modules[-1]
    receivers = (frame.receiver for frame in reversed(machine.stack.frames))
    return next((receiver for receiver in receivers if isinstance(receiver, ModuleInstance)), "")


def decisions(machine: Interpreter) -> tuple[Decision, ...]:
    """The recorded choices about modules that are part of the model, in order."""
    return tuple(_decisions(machine.trace.choices, machine.trace.made, machine.trace.paths))


def _decisions(
    choices: Iterable[Choice], made: list[ModuleInstance], paths: Mapping[ModuleInstance, str]
) -> Iterator[Decision]:
    for choice in choices:
        module = choice.module if isinstance(choice.module, str) else paths.get(choice.module)
        if module is None:
            continue
        under = tuple(paths[one] for one in made[slice(*choice.made)] if one in paths)
        yield Decision(
            choice.expression, choice.fields, choice.outcome, choice.span, module, choice.ops, under, choice.kind
        )
