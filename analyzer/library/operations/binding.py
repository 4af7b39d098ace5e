"""Arguments of a call as the parameters of the rule function."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import EllipsisType

from analyzer.graph import Constant, Dtype, OperandRef
from analyzer.library.operations.errors import BindingError
from analyzer.library.operations.rule import RuleFunction
from analyzer.values import Device, Tensor, TracedBool

INERT = frozenset(
    {
        "out",
        "generator",
        "device",
        "layout",
        "pin_memory",
        "requires_grad",
        "memory_format",
        "non_blocking",
        "_stacklevel",
    }
)
"""Keywords that any operation takes and that change neither sizes nor element types."""

_OTHER_NAMES: Mapping[str, str] = {
    "axis": "dim",
    "axes": "dim",
    "keepdims": "keepdim",
    "self": "input",
    "x": "input",
    "x1": "input",
    "x2": "other",
    "a": "input",
    "dims": "dim",
    "exponent": "other",
    "tensor": "input",
    "from": "from_",
}


@dataclass(frozen=True, slots=True)
class _Signature:
    positional: tuple[str, ...]
    keyword: tuple[str, ...]
    variadic: str | None
    defaults: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Bound:
    """Arguments by parameter name, defaults included; ``variadic`` is the parameter that takes any number of them."""

    arguments: dict[str, object]
    positional: tuple[str, ...]
    variadic: str | None
    inert: dict[str, object]

    def call(self, function: RuleFunction, arguments: Mapping[str, object]) -> object:
        """``function`` called with ``arguments`` in place of the bound ones."""
        rest = dict(arguments)
        leading = [rest.pop(name) for name in self.positional]
        if self.variadic is not None:
            many = rest.pop(self.variadic)
            assert isinstance(many, tuple)
            leading.extend(many)
        return function(*leading, **rest)


@lru_cache(maxsize=4096)
def _signature(function: RuleFunction) -> _Signature:
    positional: list[str] = []
    keyword: list[str] = []
    variadic = None
    defaults = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            variadic = name
        elif parameter.kind is parameter.KEYWORD_ONLY:
            keyword.append(name)
        else:
            positional.append(name)
        if parameter.default is not parameter.empty:
            defaults[name] = parameter.default
    return _Signature(tuple(positional), tuple(keyword), variadic, defaults)


def parameters_of(function: RuleFunction) -> tuple[str, ...]:
    """The names of all parameters of a rule function, the one that takes any number of arguments last."""
    signature = _signature(function)
    return (*signature.positional, *signature.keyword, *((signature.variadic,) if signature.variadic else ()))


def bind(function: RuleFunction, args: Sequence[object], kwargs: Mapping[str, object]) -> Bound:
    """Arguments by parameter of ``function``.

    Raises:
        BindingError: too many, missing, repeated or unexpected arguments.
    """
    signature = _signature(function)
    arguments: dict[str, object] = dict(zip(signature.positional, args, strict=False))
    rest = args[len(signature.positional) :]
    if signature.variadic is not None:
        arguments[signature.variadic] = _spread(rest)
    elif rest:
        raise BindingError(f"{len(args)} positional arguments where {len(signature.positional)} are expected")
    inert: dict[str, object] = {}
    for keyword, value in kwargs.items():
        name = _parameter(keyword, signature)
        if name is None:
            inert[keyword] = value
        elif name == signature.variadic and not rest:
            arguments[name] = _spread((value,))
        elif name in arguments:
            raise BindingError(f"two values for {name}")
        else:
            arguments[name] = value
    return Bound(_complete(arguments, signature), signature.positional, signature.variadic, inert)


def _parameter(keyword: str, signature: _Signature) -> str | None:
    """The parameter that ``keyword`` means, None for an inert one."""
    known = (*signature.positional, *signature.keyword, signature.variadic)
    if keyword in known:
        return keyword
    other = _OTHER_NAMES.get(keyword)
    if other is not None and other in known:
        return other
    if keyword in INERT:
        return None
    raise BindingError(f"unexpected argument {keyword}")


def _spread(values: Sequence[object]) -> tuple[object, ...]:
    """``view(2, 3)`` and ``view((2, 3))`` mean the same."""
    if len(values) == 1 and isinstance(values[0], list | tuple):
        return tuple(values[0])
    return tuple(values)


def _complete(arguments: dict[str, object], signature: _Signature) -> dict[str, object]:
    for name in (*signature.positional, *signature.keyword):
        if name not in arguments:
            if name not in signature.defaults:
                raise BindingError(f"missing argument {name}")
            arguments[name] = signature.defaults[name]
    return arguments


def operands_of(bound: Bound) -> tuple[tuple[tuple[str, Tensor], ...], dict[str, Constant]]:
    """Slots with their tensors, and the other arguments as attributes.

    Tensors inside a sequence get the slots ``name.0``, ``name.1`` …; the attribute then holds ``OperandRef`` in their
    places, and is left out where it would hold nothing else.
    """
    operands: list[tuple[str, Tensor]] = []
    attributes: dict[str, Constant] = {}
    for name, value in (*bound.arguments.items(), *bound.inert.items()):
        if isinstance(value, Tensor):
            operands.append((name, value))
        elif isinstance(value, list | tuple | slice) and any(True for _ in tensors_in(value)):
            start = len(operands)
            reference = _refer(name, value, operands, start)
            if not (isinstance(reference, tuple) and all(isinstance(item, OperandRef) for item in reference)):
                attributes[name] = reference
        elif value is not None and is_constant(value):
            attributes[name] = _frozen(value)
    return tuple(operands), attributes


def tensors_in(value: object) -> Iterator[Tensor]:
    """Every tensor in nested sequences and slices."""
    match value:
        case Tensor():
            yield value
        case list() | tuple():
            for item in value:
                yield from tensors_in(item)
        case slice():
            yield from tensors_in((value.start, value.stop, value.step))


def is_constant(value: object) -> bool:
    """Whether ``value`` can stand as an attribute."""
    match value:
        case None | bool() | int() | float() | complex() | str() | Dtype() | TracedBool() | Device() | EllipsisType():
            return True
        case slice():
            return all(map(is_constant, (value.start, value.stop, value.step)))
        case list() | tuple():
            return all(map(is_constant, value))
        case dict():
            return all(isinstance(key, str) and is_constant(item) for key, item in value.items())
        case _:
            return False


def _frozen(value: object) -> Constant:
    match value:
        case list() | tuple():
            return tuple(_frozen(item) for item in value)
        case Device():
            return str(value)
        case _:
            return value  # type: ignore[return-value]


def _refer(name: str, value: object, operands: list[tuple[str, Tensor]], start: int) -> Constant:
    match value:
        case Tensor():
            slot = f"{name}.{len(operands) - start}"
            operands.append((slot, value))
            return OperandRef(slot)  # type: ignore[return-value]
        case list() | tuple():
            return tuple(_refer(name, item, operands, start) for item in value)
        case slice():
            return slice(*(_refer(name, item, operands, start) for item in (value.start, value.stop, value.step)))
        case _:
            return _frozen(value)
