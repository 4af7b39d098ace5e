"""Python's built-in functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized

import numpy as np

from analyzer.base import GapCode
from analyzer.library.context import NativeContext, NativeFrame
from analyzer.library.natives.bounds import bits_of, materialised
from analyzer.library.natives.hashing import stable_hash
from analyzer.library.natives.methods.costs import digits as many_digits
from analyzer.library.natives.methods.costs import power
from analyzer.library.natives.methods.kinds import native
from analyzer.library.natives.operators import operate
from analyzer.library.natives.ordering import keys_of, ordered
from analyzer.library.natives.templates import character
from analyzer.library.natives.tracing import with_origin
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassMethod,
    ClassValue,
    Function,
    Instance,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    Property,
    StaticMethod,
    SuperProxy,
    Tensor,
    Unknown,
    Value,
    as_index,
    origin_of,
    plain,
)

LONGEST_RANGE_BITS = 60
"""Python cannot tell the length of a longer one."""


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


def _isinstance(machine: NativeContext, value: Value, classes: Value) -> Value:
    decided = machine.is_instance(value, classes)
    if decided is not None:
        return decided
    return (
        value if isinstance(value, Unknown) else machine.unknown(GapCode.UNKNOWN_VALUE, "isinstance", "unknown class")
    )


def _issubclass(machine: NativeContext, cls: Value, others: Value) -> Value:
    if isinstance(others, tuple | list):
        return any(_issubclass(machine, cls, other) is True for other in others)
    if not isinstance(cls, ClassValue):
        if isinstance(cls, Unknown):
            return cls
        machine.throw("TypeError", "issubclass() arg 1 must be a class")
    return isinstance(others, ClassValue) and cls.derives(others)


def _attribute_name(machine: NativeContext, name: Value) -> str:
    found = native(machine, name)
    if not isinstance(found, str):
        machine.throw("TypeError", f"attribute name must be string, not {machine.type_of(name).name!r}")
    return found


def _getattr(machine: NativeContext, value: Value, name: str, *default: Value) -> Value:
    if isinstance(name, Unknown):
        return name
    return machine.get_attribute(value, _attribute_name(machine, name), *default)


def _hasattr(machine: NativeContext, value: Value, name: Value) -> Value:
    if isinstance(name, Unknown):
        return name
    return machine.get_attribute(value, _attribute_name(machine, name), MISSING_ATTRIBUTE) is not MISSING_ATTRIBUTE


MISSING_ATTRIBUTE = object()


def _setattr(machine: NativeContext, value: Value, name: str, new: Value) -> None:
    if not isinstance(name, Unknown):
        machine.set_attribute(value, _attribute_name(machine, name), new)


def _delattr(machine: NativeContext, value: Value, name: str) -> None:
    machine.delete_attribute(value, _attribute_name(machine, name))


def _super(machine: NativeContext, cls: Value = None, receiver: Value = None) -> Value:
    if isinstance(cls, ClassValue):
        return SuperProxy(cls, receiver)
    frame = machine.frame()
    while frame is not None:
        if frame.owner is not None:
            return SuperProxy(frame.owner, frame.receiver)
        frame = frame.parent
    machine.throw("RuntimeError", "super(): no arguments")


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


def _abs(machine: NativeContext, value: Value) -> Value:
    if isinstance(value, Tensor):
        return operate(machine, "abs", value)
    if isinstance(value, Instance) and value.native is MISSING:
        return machine.call(machine.get_attribute(value, "__abs__"))
    if isinstance(value, Unknown):
        return value
    number = native(machine, value)
    if not isinstance(number, bool | int | float | complex | np.number | np.ndarray):
        machine.throw("TypeError", f"bad operand type for abs(): {machine.type_of(value).name!r}")
    return with_origin("abs", abs(number), (value,))


def _round(machine: NativeContext, value: Value, digits: Value = None) -> Value:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Tensor):
        return operate(machine, "round", value)
    if isinstance(value, Instance) and value.native is MISSING:
        return machine.call(machine.get_attribute(value, "__round__"), () if digits is None else (digits,))
    number, count = native(machine, value), native(machine, digits)
    if not isinstance(number, bool | int | float) or not isinstance(count, int | None):
        machine.throw("TypeError", f"type {machine.type_of(value).name} doesn't define __round__ method")
    many_digits(machine, number, count)
    return with_origin("round", round(number, count), (value,))


def _pow(machine: NativeContext, base: Value, exponent: Value, modulus: Value = None) -> Value:
    if modulus is None:
        return machine.binary("**", base, exponent)
    numbers: list[int] = []
    for one in (base, exponent, modulus):
        number = native(machine, one)
        if not isinstance(number, int):
            return number if isinstance(number, Unknown) else machine.throw("TypeError", "pow() 3rd argument")
        numbers.append(number)
    first, second, third = numbers
    power(machine, first, second, third)
    return pow(first, second, third)


def _divmod(machine: NativeContext, left: Value, right: Value) -> Value:
    return (machine.binary("//", left, right), machine.binary("%", left, right))


def _callable(machine: NativeContext, value: Value) -> bool:
    if isinstance(value, Instance):
        return isinstance(value, ModuleInstance) or value.cls.find("__call__") is not MISSING
    return isinstance(value, Function | BoundMethod | Native | ClassValue | Partial | StaticMethod | Unknown | Opaque)


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


def _hash(machine: NativeContext, value: Value) -> Value:
    if isinstance(value, Instance):
        method = value.cls.find("__hash__")
        if method is None:
            machine.throw("TypeError", f"unhashable type: {value.cls.name!r}")
        if method is not MISSING:
            return machine.call(method, (value,))
    return stable_hash(machine, value)


def _id(machine: NativeContext, value: Value) -> int:
    return machine.identity(value)


def _print(machine: NativeContext, *args: Value, **kwargs: Value) -> None:
    return None


def _vars(machine: NativeContext, value: Value) -> Value:
    return machine.get_attribute(value, "__dict__")


def _dir(machine: NativeContext, value: Value = None) -> Value:
    names: set[str] = set()
    if isinstance(value, Instance):
        names.update(value.attributes)
    cls = value if isinstance(value, ClassValue) else machine.type_of(value)
    for ancestor in cls.mro:
        names.update(ancestor.namespace)
    return sorted(names)


def _frame(machine: NativeContext) -> NativeFrame:
    frame = machine.frame()
    return machine.throw("RuntimeError", "nothing runs") if frame is None else frame


def _globals(machine: NativeContext) -> Value:
    return _frame(machine).module.namespace


def _locals(machine: NativeContext) -> Value:
    return dict(_frame(machine).locals)


def _property(
    machine: NativeContext, getter: Value = None, setter: Value = None, *rest: Value, **kwargs: Value
) -> Value:
    return Property(kwargs.get("fget", getter), kwargs.get("fset", setter))


def _digits(name: str, function: Callable[[int], str]) -> Native:
    """``hex``, ``bin`` and ``oct``."""

    def call(machine: NativeContext, value: Value) -> Value:
        number = native(machine, value)
        if not isinstance(number, int):
            machine.throw("TypeError", f"{machine.type_of(value).name!r} object cannot be interpreted as an integer")
        return with_origin(name, function(number), (value,))

    return Native(name, call)


def _chr(machine: NativeContext, value: Value) -> Value:
    number = native(machine, value)
    if not isinstance(number, int):
        machine.throw("TypeError", "an integer is required")
    return with_origin("chr", character(machine, number), (value,))


def _ord(machine: NativeContext, value: Value) -> Value:
    text = native(machine, value)
    if not isinstance(text, str | bytes):
        machine.throw("TypeError", "ord() expected string of length 1")
    return with_origin("ord", ord(text), (value,))


def _forbidden(name: str) -> Native:
    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        machine.throw("RuntimeError", f"{name}() of the analysed code is not followed")

    return Native(name, call)


def _import(machine: NativeContext, name: str, *args: Value, **kwargs: Value) -> Value:
    return machine.import_name(plain(name), None)


FUNCTIONS: dict[str, Value] = {
    "len": Native("len", _len),
    "isinstance": Native("isinstance", _isinstance),
    "issubclass": Native("issubclass", _issubclass),
    "getattr": Native("getattr", _getattr),
    "hasattr": Native("hasattr", _hasattr),
    "setattr": Native("setattr", _setattr),
    "delattr": Native("delattr", _delattr),
    "super": Native("super", _super),
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
    "abs": Native("abs", _abs),
    "round": Native("round", _round),
    "pow": Native("pow", _pow),
    "divmod": Native("divmod", _divmod),
    "callable": Native("callable", _callable),
    "iter": Native("iter", _iter),
    "next": Native("next", _next),
    "hash": Native("hash", _hash),
    "id": Native("id", _id),
    "repr": Native("repr", lambda machine, value: machine.represent(value)),
    "print": Native("print", _print),
    "vars": Native("vars", _vars),
    "dir": Native("dir", _dir),
    "globals": Native("globals", _globals),
    "locals": Native("locals", _locals),
    "property": Native("property", _property),
    "staticmethod": Native("staticmethod", lambda machine, function: StaticMethod(function)),
    "classmethod": Native("classmethod", lambda machine, function: ClassMethod(function)),
    "chr": Native("chr", _chr),
    "ord": Native("ord", _ord),
    "hex": _digits("hex", hex),
    "bin": _digits("bin", bin),
    "oct": _digits("oct", oct),
    "format": Native("format", lambda machine, value, spec="": machine.format(value, plain(spec))),
    "open": _forbidden("open"),
    "exec": _forbidden("exec"),
    "eval": _forbidden("eval"),
    "compile": _forbidden("compile"),
    "input": _forbidden("input"),
    "__import__": Native("__import__", _import),
    "NotImplemented": NotImplemented,
    "Ellipsis": Ellipsis,
    "__debug__": True,
    "__build_class__": Opaque("__build_class__"),
}


def builtin_names(classes: dict[str, ClassValue]) -> dict[str, Value]:
    """Every name of Python's ``builtins``: functions, and the classes among ``classes`` that live there."""
    names: dict[str, Value] = {name: cls for name, cls in classes.items() if "." not in name}
    names.update(FUNCTIONS)
    return names
