"""What configuration values decide: which branch runs, which entry of a table is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from analyzer.graph import Decision, Phase
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.runtime.frames import Frame
from analyzer.interpret.runtime.trace import Choice
from analyzer.sources import syntax
from analyzer.values import TRACED, ClassValue, Function, ModuleInstance, TracedStr, Value, origin_of, plain

T = TypeVar("T")
MOST = 50_000


def branch(machine: Interpreter, test: Value, node: syntax.Expression, frame: Frame, run: Callable[[], T]) -> T:
    """The result of ``run``, which is what ``test`` (written at ``node``) let happen."""
    return _recorded(machine, test, bool(test), node, frame, run) if type(test) in TRACED else run()


def lookup(machine: Interpreter, key: Value, node: syntax.Expression, frame: Frame, run: Callable[[], T]) -> T:
    """The result of ``run``, which takes the entry of a table under a key that the configuration gives."""
    return _recorded(machine, key, str(plain(key)), node, frame, run) if type(key) is TracedStr else run()


def _recorded(
    machine: Interpreter, value: Value, outcome: bool | str, node: syntax.Expression, frame: Frame, run: Callable[[], T]
) -> T:
    origin = origin_of(value)
    if origin is None or not origin.fields or len(machine.trace.choices) >= MOST:
        return run()
    first, made = len(machine.trace.ops), len(machine.trace.made)
    result = run()
    span = machine.stack.span_of(frame.module, node.at, node.end)
    ops, modules = (first, len(machine.trace.ops)), (made, len(machine.trace.made))
    module = _asking(machine)
    machine.trace.choices.append(Choice(origin.expression, origin.fields, outcome, span, module, ops, modules))
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
        yield Decision(choice.expression, choice.fields, choice.outcome, choice.span, module, choice.ops, under)
