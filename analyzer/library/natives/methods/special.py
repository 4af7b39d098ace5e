"""Special methods of Python's types: operators by their own names, and what the interpreter answers itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from analyzer.library.context import NativeContext
from analyzer.library.natives.hashing import stable_hash
from analyzer.library.natives.methods import costs
from analyzer.library.natives.methods.kinds import KINDS, items, kept, unwrapped
from analyzer.library.natives.methods.method import Method, MethodParameter
from analyzer.values import Native, Value

_BINARY = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "divmod": "%",
    "lshift": "<<",
    "rshift": ">>",
    "and": "&",
    "or": "|",
    "xor": "^",
}
_OTHER = (MethodParameter("other", KINDS["operand"]),)
_COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_CONVERSIONS = (
    *("__abs__", "__neg__", "__pos__", "__invert__", "__bool__", "__int__", "__float__", "__complex__", "__index__"),
    *("__trunc__", "__floor__", "__ceil__", "__bytes__"),
)
OPERATORS: Mapping[str, Method] = {
    **{f"__{name}__": Method(f"__{name}__", _OTHER, costs.operator(symbol)) for name, symbol in _BINARY.items()},
    **{
        f"__r{name}__": Method(f"__r{name}__", _OTHER, costs.operator(symbol, True)) for name, symbol in _BINARY.items()
    },
    "__rpow__": Method("__rpow__", _OTHER, costs.operator("**", reflected=True)),
    **{name: Method(name, _OTHER, costs.by_content) for name in _COMPARISONS},
    **{name: Method(name, (), costs.by_size) for name in _CONVERSIONS},
}
"""Called on plain values of Python, which tells by NotImplemented where it does not know the other side."""


def _contains(machine: NativeContext, target: Value, item: Value) -> Value:
    return machine.compare("in", item, target)


def _set_item(machine: NativeContext, target: Value, index: Value, new: Value) -> None:
    machine.set_item(target, index, kept(new))


def _delete_item(machine: NativeContext, target: Value, index: Value) -> None:
    machine.delete_item(target, index)


def _reversed(machine: NativeContext, target: Value) -> Iterator[Value]:
    return iter(items(machine, target)[::-1])


ANSWERED: Mapping[str, Callable[..., Value]] = {
    "__len__": lambda machine, target: len(target),
    "__contains__": _contains,
    "__getitem__": lambda machine, target, index: machine.get_item(target, index),
    "__setitem__": _set_item,
    "__delitem__": _delete_item,
    "__iter__": lambda machine, target: iter(machine.iterate(target)),
    "__reversed__": _reversed,
    "__repr__": lambda machine, target: machine.represent(target),
    "__str__": lambda machine, target: machine.text(target),
    "__hash__": stable_hash,
    "__mod__": lambda machine, target, other: machine.binary("%", target, other),
}
"""By the program's rules; ``__mod__`` of texts only."""


def answered(name: str, attribute: str) -> Native:
    """A special method that the interpreter answers, for what the receiver is or extends."""
    answer = ANSWERED[attribute]
    return Native(name, lambda machine, receiver, *args: answer(machine, unwrapped(receiver), *args))
