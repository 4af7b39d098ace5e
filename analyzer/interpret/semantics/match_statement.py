"""``match``: values against patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from analyzer.interpret.interface import Interpreter
from analyzer.interpret.objects import comparisons
from analyzer.interpret.runtime.frames import Completion, Frame
from analyzer.interpret.semantics.expressions import evaluate
from analyzer.interpret.semantics.undecided_branches import execute_both
from analyzer.library.natives.methods.kinds import unwrapped
from analyzer.sources import syntax
from analyzer.values import MISSING, Value, plain

Matched: TypeAlias = bool | None
"""Whether a pattern matches; None where that cannot be decided."""

_ITSELF = frozenset({"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})
"""Classes whose one positional pattern is matched with the value itself."""


def execute_match(machine: Interpreter, node: syntax.MatchStatement, frame: Frame) -> Completion:
    """Run the body of the first case that matches; where that is open, both that body and what follows."""
    subject = evaluate(machine, node.subject, frame)
    for number, case in enumerate(node.cases):
        matched = _matches(machine, case.pattern, subject, frame)
        if matched is not False and case.guard is not None:
            matched = _both((matched, machine.truth(evaluate(machine, case.guard, frame))))
        if matched:
            return machine.execute(case.body, frame)
        if matched is None:
            rest = syntax.MatchStatement(node.at, node.end, node.subject, node.cases[number + 1 :])
            return execute_both(machine, machine.undecided(subject, "match"), case.body, (rest,), frame)
    return None


def _both(results: Iterable[Matched]) -> Matched:
    """Conjunction that stops at the first False."""
    open_ended = False
    for result in results:
        if result is False:
            return False
        open_ended = open_ended or result is None
    return None if open_ended else True


def _matches(machine: Interpreter, pattern: syntax.Pattern, value: Value, frame: Frame) -> Matched:
    return _PATTERNS[type(pattern)](machine, pattern, value, frame)


def _value(machine: Interpreter, pattern: syntax.ValuePattern, value: Value, frame: Frame) -> Matched:
    return machine.truth(comparisons.compare(machine, "==", value, evaluate(machine, pattern.value, frame)))


def _singleton(machine: Interpreter, pattern: syntax.SingletonPattern, value: Value, frame: Frame) -> Matched:
    return machine.truth(comparisons.compare(machine, "is", value, pattern.value))


def _capture(machine: Interpreter, pattern: syntax.CapturePattern, value: Value, frame: Frame) -> Matched:
    matched = True if pattern.pattern is None else _matches(machine, pattern.pattern, value, frame)
    if matched is not False and pattern.name is not None:
        frame.bind(pattern.name, value)
    return matched


def _sequence(machine: Interpreter, pattern: syntax.SequencePattern, value: Value, frame: Frame) -> Matched:
    native = unwrapped(value)
    if not isinstance(native, list | tuple | range):
        return machine.is_instance(value, machine.classes["list"])  # False, or None where nothing is known of it
    items: list[Value] = list(machine.iterate(native))
    star = next((i for i, item in enumerate(pattern.items) if isinstance(item, syntax.StarPattern)), None)
    if star is None:
        if len(items) != len(pattern.items):
            return False
        groups = items
    else:
        after = len(items) - (len(pattern.items) - star - 1)
        if after < star:
            return False
        groups = [*items[:star], items[star:after], *items[after:]]
    return _both(_matches(machine, item, group, frame) for item, group in zip(pattern.items, groups, strict=True))


def _star(machine: Interpreter, pattern: syntax.StarPattern, value: Value, frame: Frame) -> Matched:
    if pattern.name is not None:
        frame.bind(pattern.name, value)
    return True


def _mapping(machine: Interpreter, pattern: syntax.MappingPattern, value: Value, frame: Frame) -> Matched:
    native = unwrapped(value)
    if not isinstance(native, dict):
        return machine.is_instance(value, machine.classes["dict"])
    keys = [plain(evaluate(machine, key, frame)) for key in pattern.keys]
    if not all(key in native for key in keys):
        return False
    matched = _both(
        _matches(machine, item, native[key], frame) for key, item in zip(keys, pattern.patterns, strict=True)
    )
    if matched is not False and pattern.rest is not None:
        frame.bind(pattern.rest, {key: item for key, item in native.items() if key not in keys})
    return matched


def _class(machine: Interpreter, pattern: syntax.ClassPattern, value: Value, frame: Frame) -> Matched:
    cls = evaluate(machine, pattern.cls, frame)
    kept = machine.is_instance(value, cls)
    positional = len(pattern.patterns) - len(pattern.names)
    if kept is False or not pattern.patterns:
        return kept
    if positional == 1 and getattr(cls, "qualified_name", "") in _ITSELF:
        first = _matches(machine, pattern.patterns[0], value, frame)
        named = zip(pattern.names, pattern.patterns[1:], strict=True)
        return _both((kept, first, *(_attribute(machine, name, item, value, frame) for name, item in named)))
    names = (*_positional_names(machine, cls, positional), *pattern.names)
    pairs = zip(names, pattern.patterns, strict=True)
    return _both((kept, _both(_attribute(machine, name, item, value, frame) for name, item in pairs)))


def _positional_names(machine: Interpreter, cls: Value, count: int) -> tuple[str, ...]:
    if not count:
        return ()
    names = machine.get_attribute(cls, "__match_args__", ())
    if not isinstance(names, tuple | list):
        machine.throw("TypeError", f"{machine.text(cls)}.__match_args__ must be a tuple")
    if count > len(names):
        machine.throw("TypeError", f"{machine.text(cls)} accepts {len(names)} positional sub-patterns ({count} given)")
    return tuple(plain(name) for name in names[:count])


def _attribute(machine: Interpreter, name: str, pattern: syntax.Pattern, value: Value, frame: Frame) -> Matched:
    found = machine.get_attribute(value, name, MISSING)
    return False if found is MISSING else _matches(machine, pattern, found, frame)


def _either(machine: Interpreter, pattern: syntax.OrPattern, value: Value, frame: Frame) -> Matched:
    open_ended = False
    for alternative in pattern.alternatives:
        matched = _matches(machine, alternative, value, frame)
        if matched:
            return True
        open_ended = open_ended or matched is None
    return None if open_ended else False


# Any: the key says which pattern a function takes.
_PATTERNS: dict[type, Callable[[Interpreter, Any, Value, Frame], Matched]] = {
    syntax.ValuePattern: _value,
    syntax.SingletonPattern: _singleton,
    syntax.CapturePattern: _capture,
    syntax.StarPattern: _star,
    syntax.SequencePattern: _sequence,
    syntax.MappingPattern: _mapping,
    syntax.ClassPattern: _class,
    syntax.OrPattern: _either,
}
