"""``functools``, ``itertools``, ``operator``, ``math``: pure functions of the standard library."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator

import numpy as np

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import POINTER, bits_of, integer, materialised, room
from analyzer.library.natives.methods.kinds import native
from analyzer.library.natives.operators import operate
from analyzer.library.natives.tracing import with_origin
from analyzer.values import Function, Native, Partial, Property, Tensor, Unknown, Value, plain

LONGEST = 100_000
_SELECTED = ("factorial", "comb", "perm")


def _partial(machine: NativeContext, function: Value, *args: Value, **kwargs: Value) -> Value:
    return Partial(function, args, kwargs)


def _wraps(machine: NativeContext, wrapped: Value, *args: Value, **kwargs: Value) -> Value:
    return Native("functools.wraps()", lambda _, wrapper: _update_wrapper(machine, wrapper, wrapped))


def _update_wrapper(machine: NativeContext, wrapper: Value, wrapped: Value, *args: Value, **kwargs: Value) -> Value:
    if isinstance(wrapper, Function):
        machine.written_into(wrapper)
        wrapper.attributes["__wrapped__"] = wrapped
        if isinstance(wrapped, Function):
            wrapper.attributes.setdefault("__name__", wrapped.name)
            for name, value in wrapped.attributes.items():
                wrapper.attributes.setdefault(name, value)
    return wrapper


def _decorator_with_options(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
    """``@lru_cache`` and ``@lru_cache(maxsize=...)``: results are not remembered, which changes nothing."""
    if args and isinstance(args[0], Function):
        return args[0]
    return Native("functools.lru_cache()", lambda _, function: function)


def _reduce(machine: NativeContext, function: Value, values: Value, *initial: Value) -> Value:
    items = [*initial, *materialised(machine, machine.iterate(values))]
    if not items:
        machine.throw("TypeError", "reduce() of empty iterable with no initial value")
    result = items[0]
    for item in items[1:]:
        result = machine.call(function, (result, item))
    return result


def _cached_property(machine: NativeContext, function: Value) -> Value:
    return Property(function, cached=True)


def _lazily(name: str, function: Callable[..., Iterator[Value]], count: int | None = None) -> Native:
    """An ``itertools`` function whose (first ``count``) arguments are iterables, which it walks as far as asked to.

    The others, and keywords, are whole numbers; ``fillvalue`` is any value.
    """

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        walked = [
            iter(machine.iterate(arg)) if count is None or i < count else _number(machine, arg)
            for i, arg in enumerate(args)
        ]
        named = {key: value if key == "fillvalue" else _number(machine, value) for key, value in kwargs.items()}
        return itertools.islice(function(*walked, **named), LONGEST)

    return Native(f"itertools.{name}", call)


def _number(machine: NativeContext, value: Value) -> int | None:
    found = native(machine, value)
    if not isinstance(found, int | None):
        machine.throw("TypeError", f"{machine.type_of(value).name!r} object cannot be interpreted as an integer")
    return found


def _pooled(name: str, function: Callable[..., Iterator[tuple[Value, ...]]], count: int | None = None) -> Native:
    """Likewise for one that keeps all elements, and gives tuples of them whose length is charged."""

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        pools = [
            tuple(materialised(machine, machine.iterate(arg))) if count is None or i < count else _number(machine, arg)
            for i, arg in enumerate(args)
        ]
        named = {key: _number(machine, value) for key, value in kwargs.items()}
        repeat = named.get("repeat") or (pools[1] if count is not None and len(pools) > 1 else None)
        if isinstance(repeat, int):
            room(machine, max(0, repeat) * POINTER * max(1, len(pools)))
        return _charged(machine, itertools.islice(function(*pools, **named), LONGEST))

    return Native(f"itertools.{name}", call)


def _charged(machine: NativeContext, rows: Iterator[tuple[Value, ...]]) -> Iterator[tuple[Value, ...]]:
    for row in rows:
        machine.charge(len(row), len(row) * POINTER)
        yield row


def _grouped(machine: NativeContext, values: Value, key: Value = None) -> Iterator[Value]:
    """``itertools.groupby``, with keys compared by the program's rules."""
    items = materialised(machine, machine.iterate(values))
    keys = [item if key is None else machine.call(key, (item,)) for item in items]
    start = 0
    for end in range(1, len(items) + 1):
        if end == len(items) or machine.truth(machine.compare("==", keys[end], keys[start])) is False:
            yield keys[start], iter(items[start:end])
            start = end


def _compressed(machine: NativeContext, data: Value, selectors: Value) -> Iterator[Value]:
    pairs = zip(machine.iterate(data), machine.iterate(selectors), strict=False)
    return (item for item, chosen in pairs if machine.truth(chosen) is not False)


def _selecting(name: str, function: Callable[..., Iterator[Value]]) -> Native:
    """An ``itertools`` function of a condition and an iterable."""

    def call(machine: NativeContext, condition: Value, values: Value) -> Value:
        def holds(value: Value) -> bool:
            return machine.truth(value if condition is None else machine.call(condition, (value,))) is not False

        return function(holds, machine.iterate(values))

    return Native(f"itertools.{name}", call)


def _accumulate(
    machine: NativeContext, values: Value, function: Value = None, *, initial: Value = None
) -> Iterator[Value]:
    def step(left: Value, right: Value) -> Value:
        return machine.binary("+", left, right) if function is None else machine.call(function, (left, right))

    return itertools.accumulate(machine.iterate(values), step, initial=initial)


def _repeat(machine: NativeContext, value: Value, times: Value = LONGEST) -> Value:
    return itertools.repeat(value, min(_number(machine, times) or 0, LONGEST))


def _count(machine: NativeContext, start: Value = 0, step: Value = 1) -> Value:
    first, stride = native(machine, start), native(machine, step)
    if not isinstance(first, int | float) or not isinstance(stride, int | float):
        machine.throw("TypeError", "a number is required")
    return itertools.islice(itertools.count(first, stride), LONGEST)


def _chain_from(machine: NativeContext, lists: Value) -> Iterator[Value]:
    return (item for one in machine.iterate(lists) for item in machine.iterate(one))


def _starmap(machine: NativeContext, function: Value, rows: Value) -> Iterator[Value]:
    return (machine.call(function, tuple(machine.iterate(row))) for row in machine.iterate(rows))


def _cycle(machine: NativeContext, values: Value) -> Value:
    return itertools.islice(itertools.cycle(machine.iterate(values)), LONGEST)


def _scalar_function(module: str, name: str, function: Callable[..., Value]) -> Native:
    qualified = f"{module}.{name}"

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        for arg in args:
            if isinstance(arg, Unknown):
                return arg
        numbers = [operate(machine, "item", arg) if isinstance(arg, Tensor) else arg for arg in args]
        for number in numbers:
            if isinstance(number, Unknown):
                return number
        values = [_scalar(machine, number) for number in numbers]
        if name in _SELECTED and any(isinstance(value, int) and value > 1000 for value in values):
            machine.throw("OverflowError", f"{qualified}: argument is too large")
        for value in values:
            integer(machine, bits_of(value))
        named = {key: _scalar(machine, value) for key, value in kwargs.items()}
        result = function(*values, **named)
        integer(machine, bits_of(result))
        return with_origin(qualified, result, numbers)

    return Native(qualified, call)


def _scalar(machine: NativeContext, value: Value) -> int | float | complex:
    found = native(machine, value)
    if isinstance(found, np.generic):
        found = found.item()
    if not isinstance(found, int | float | complex):
        machine.throw("TypeError", f"must be real number, not {machine.type_of(value).name}")
    return found


def _listed_function(name: str, function: Callable[..., Value]) -> Native:
    """A function of ``math`` that walks through iterables of numbers."""
    qualified = f"math.{name}"

    def call(machine: NativeContext, *args: Value) -> Value:
        rows = [[_scalar(machine, item) for item in materialised(machine, machine.iterate(arg))] for arg in args]
        return with_origin(qualified, function(*rows), args)

    return Native(qualified, call)


def _operator(name: str, symbol: str) -> Native:
    return Native(f"operator.{name}", lambda machine, left, right: machine.binary(symbol, left, right))


def _attrgetter(machine: NativeContext, *names: str) -> Value:
    def get(_: NativeContext, value: Value) -> Value:
        results = []
        for name in names:
            found = value
            for part in plain(name).split("."):
                found = machine.get_attribute(found, part)
            results.append(found)
        return results[0] if len(results) == 1 else tuple(results)

    return Native("operator.attrgetter()", get)


def _itemgetter(machine: NativeContext, *items: Value) -> Value:
    def get(_: NativeContext, value: Value) -> Value:
        results = [machine.get_item(value, item) for item in items]
        return results[0] if len(results) == 1 else tuple(results)

    return Native("operator.itemgetter()", get)


def _math_names() -> dict[str, Value]:
    names: dict[str, Value] = {f"math.{name}": getattr(math, name) for name in ("e", "inf", "nan", "pi", "tau")}
    for name in (*_MATH, *_SELECTED):
        names[f"math.{name}"] = _scalar_function("math", name, getattr(math, name))
    for name in ("fsum", "dist"):
        names[f"math.{name}"] = _listed_function(name, getattr(math, name))
    names["math.prod"] = Native("math.prod", _prod)
    return names


_MATH = (
    *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "copysign", "cos", "cosh", "degrees"),
    *("erf", "erfc", "exp", "exp2", "expm1", "fabs", "floor", "fmod", "frexp", "gamma", "gcd", "hypot", "isclose"),
    *("isfinite", "isinf", "isnan", "isqrt", "lcm", "ldexp", "lgamma", "log", "log10", "log1p", "log2", "modf"),
    *("nextafter", "pow", "radians", "remainder", "sin", "sinh", "sqrt", "tan", "tanh", "trunc", "ulp"),
)
"""Functions of single numbers."""


def _prod(machine: NativeContext, values: Value, *, start: Value = 1) -> Value:
    result = start
    for value in machine.iterate(values):
        result = machine.binary("*", result, value)
    return result


OPERATORS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
    "and_": "&",
    "or_": "|",
    "xor": "^",
}

NAMES: dict[str, Value] = {
    "functools.partial": Native("functools.partial", _partial),
    "functools.wraps": Native("functools.wraps", _wraps),
    "functools.update_wrapper": Native("functools.update_wrapper", _update_wrapper),
    "functools.lru_cache": Native("functools.lru_cache", _decorator_with_options),
    "functools.cache": Native("functools.cache", _decorator_with_options),
    "functools.total_ordering": Native("functools.total_ordering", lambda machine, cls: cls),
    "functools.reduce": Native("functools.reduce", _reduce),
    "functools.cached_property": Native("functools.cached_property", _cached_property),
    "itertools.chain": _lazily("chain", itertools.chain),
    "itertools.chain.from_iterable": Native("itertools.chain.from_iterable", _chain_from),
    "itertools.product": _pooled("product", itertools.product),
    "itertools.accumulate": Native("itertools.accumulate", _accumulate),
    "itertools.islice": _lazily("islice", itertools.islice, 1),
    "itertools.takewhile": _selecting("takewhile", itertools.takewhile),
    "itertools.dropwhile": _selecting("dropwhile", itertools.dropwhile),
    "itertools.filterfalse": _selecting("filterfalse", itertools.filterfalse),
    "itertools.compress": Native("itertools.compress", _compressed),
    "itertools.zip_longest": _lazily("zip_longest", itertools.zip_longest),
    "itertools.permutations": _pooled("permutations", itertools.permutations, 1),
    "itertools.combinations": _pooled("combinations", itertools.combinations, 1),
    "itertools.pairwise": _lazily("pairwise", itertools.pairwise),
    "itertools.groupby": Native("itertools.groupby", _grouped),
    "itertools.repeat": Native("itertools.repeat", _repeat),
    "itertools.count": Native("itertools.count", _count),
    "itertools.starmap": Native("itertools.starmap", _starmap),
    "itertools.cycle": Native("itertools.cycle", _cycle),
    "operator.attrgetter": Native("operator.attrgetter", _attrgetter),
    "operator.itemgetter": Native("operator.itemgetter", _itemgetter),
    "operator.index": _scalar_function("operator", "index", operator.index),
    "operator.not_": Native("operator.not_", lambda machine, value: machine.truth(value) is False),
    **{f"operator.{name}": _operator(name, symbol) for name, symbol in OPERATORS.items()},
    **_math_names(),
}
