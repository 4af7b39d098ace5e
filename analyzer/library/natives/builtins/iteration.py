"""Built-in functions that walk through values: ranges, sequences, orders, sums."""

from __future__ import annotations

from collections.abc import Iterator, Sized

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import bits_of, materialised
from analyzer.library.natives.methods.kinds import native
from analyzer.library.natives.operators import operate
from analyzer.library.natives.ordering import keys_of, ordered
from analyzer.library.natives.tracing import with_origin
from analyzer.values import (
    MISSING,
    ClassValue,
    Instance,
    Native,
    Tensor,
    Unknown,
    Value,
    as_index,
    origin_of,
    plain,
)

LONGEST_RANGE_BITS = 60
"""Python has no length for a longer one."""


def _len(machine: NativeContext, value: Sized) -> Value:
    if isinstance(value, Tensor):
        return operate(machine, "len", value)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Instance):
        method = value.cls.find("__len__")
        if method is not MISSING:
            return machine.call(method, (value,))
    if isinstance(value, ClassValue) and value.metaclass is not None:
        return machine.call(machine.get_attribute(value.metaclass, "__len__"), (value,))
    return len(value)


def _range(machine: NativeContext, *args: Value) -> Value:
    numbers = []
    for arg in args:
        if isinstance(arg, Tensor):
            arg = operate(machine, "item", arg)
        if isinstance(arg, Unknown):
            return arg
        numbers.append(native(machine, arg))
        if isinstance(numbers[-1], int) and bits_of(numbers[-1]) > LONGEST_RANGE_BITS:
            origin = origin_of(arg)
            machine.no_value(f"the range is too long to walk{'' if origin is None else f': {origin.expression}'}")
    return range(*map(as_index, numbers))


def _enumerate(machine: NativeContext, values: Value, start: int = 0) -> Iterator[Value]:
    return ((start + i, value) for i, value in enumerate(machine.iterate(values)))


def _zip(machine: NativeContext, *iterables: Value, strict: Value = False) -> Iterator[Value]:
    return zip(*(machine.iterate(one) for one in iterables), strict=False)


def _map(machine: NativeContext, function: Value, *iterables: Value) -> Iterator[Value]:
    rows = zip(*(machine.iterate(one) for one in iterables), strict=False)
    return (machine.call(function, row) for row in rows)


def _filter(machine: NativeContext, function: Value, values: Value) -> Iterator[Value]:
    def kept(value: Value) -> bool:
        return machine.truth(value if function is None else machine.call(function, (value,))) is not False

    return (value for value in machine.iterate(values) if kept(value))


def _sorted(machine: NativeContext, values: Value, *, key: Value = None, reverse: Value = False) -> Value:
    return ordered(machine, materialised(machine, machine.iterate(values)), key, machine.truth(reverse) is True)


def _reversed(machine: NativeContext, values: Value) -> Iterator[Value]:
    if isinstance(values, range):
        return iter(machine.iterate(values[::-1]))
    return iter(materialised(machine, machine.iterate(values))[::-1])


def _extreme(name: str) -> Native:
    def call(machine: NativeContext, *args: Value, key: Value = None, default: Value = MISSING) -> Value:
        items = materialised(machine, machine.iterate(args[0])) if len(args) == 1 else list(args)
        for item in items:
            if isinstance(item, Unknown):
                return item
        if any(isinstance(item, Tensor) for item in items):
            return _extreme_of_tensors(machine, name, items)
        if not items and default is not MISSING:
            return default
        keys, places = keys_of(machine, items, key), range(len(items))
        best = items[max(places, key=keys.__getitem__) if name == "max" else min(places, key=keys.__getitem__)]
        if key is not None or isinstance(best, Instance):
            return best
        return with_origin(name, plain(best), list({repr((origin_of(item), item)): item for item in items}.values()))

    return Native(name, call)


def _extreme_of_tensors(machine: NativeContext, name: str, items: list[Value]) -> Value:
    best = items[0]
    for item in items[1:]:
        better = machine.truth(machine.compare(">" if name == "max" else "<", item, best))
        if better is None:
            return operate(machine, name, best, item)
        best = item if better else best
    return best


def _sum(machine: NativeContext, values: Value, start: Value = 0) -> Value:
    total = start
    for value in machine.iterate(values):
        total = machine.binary("+", total, value)
    return total


def _any(machine: NativeContext, values: Value) -> Value:
    undecided: Value = False
    for value in machine.iterate(values):
        decided = machine.truth(value)
        if decided:
            return True
        if decided is None:
            undecided = value
    return undecided


def _all(machine: NativeContext, values: Value) -> Value:
    undecided: Value = True
    for value in machine.iterate(values):
        decided = machine.truth(value)
        if decided is False:
            return False
        if decided is None:
            undecided = value
    return undecided


def _iter(machine: NativeContext, values: Value, *sentinel: Value) -> Iterator[Value]:
    return iter(machine.iterate(values))


def _next(machine: NativeContext, iterator: Iterator[Value], *default: Value) -> Value:
    if isinstance(iterator, Unknown):
        return iterator
    if isinstance(iterator, Instance):
        step = machine.get_attribute(iterator, "__next__")
        return machine.caught("StopIteration", lambda: machine.call(step), *default) if default else machine.call(step)
    try:
        return next(iterator)
    except StopIteration as end:
        if default:
            return default[0]
        machine.stop(end.value)


ITERATION: dict[str, Value] = {
    "len": Native("len", _len),
    "range": Native("range", _range),
    "enumerate": Native("enumerate", _enumerate),
    "zip": Native("zip", _zip),
    "map": Native("map", _map),
    "filter": Native("filter", _filter),
    "sorted": Native("sorted", _sorted),
    "reversed": Native("reversed", _reversed),
    "max": _extreme("max"),
    "min": _extreme("min"),
    "sum": Native("sum", _sum),
    "any": Native("any", _any),
    "all": Native("all", _all),
    "iter": Native("iter", _iter),
    "next": Native("next", _next),
}
