"""``inspect`` and the annotations of classes, as far as model code asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.library.context import NativeContext
from analyzer.sources import syntax
from analyzer.values import (
    MISSING,
    BoundMethod,
    ClassValue,
    Function,
    Instance,
    Native,
    Opaque,
    Partial,
    PyModule,
    Value,
    expect,
)


def _innermost(value: Value) -> tuple[Function | None, int]:
    """The function behind a callable and how many leading parameters are already bound."""
    bound = 0
    while True:
        match value:
            case Function():
                wrapped = value.attributes.get("__wrapped__")
                if wrapped is None:
                    return value, bound
                value = wrapped
            case BoundMethod():
                bound += 1
                value = value.function
            case Partial():
                value = value.function
            case Instance():
                value = value.cls.find("forward") if value.cls.find("forward") is not MISSING else None
                bound += 1
            case ClassValue():
                value = value.find("__init__")
                bound += 1
            case _:
                return None, bound


def function_of(value: Value) -> Function | None:
    """The function of the program behind a callable, None for natives."""
    return _innermost(value)[0]


def parameters_of(value: Value) -> list[syntax.Parameter]:
    """The parameters that a caller of ``value`` still has to give; empty for natives."""
    function, bound = _innermost(value)
    return [] if function is None else list(function.node.parameters[bound:])


def _signature(machine: NativeContext, value: Value, **kwargs: Value) -> Value:
    function, _ = _innermost(value)
    signature = Instance(machine.classes["inspect.Signature"])
    entries: dict[str, Value] = {}
    for parameter in parameters_of(value):
        entry = Instance(machine.classes["inspect.Parameter"])
        default = function.defaults.get(parameter.name, EMPTY) if function is not None else EMPTY
        entry.attributes.update({"name": parameter.name, "default": default, "kind": _KINDS[parameter.kind]})
        entry.attributes["annotation"] = EMPTY if parameter.annotation is None else Opaque("annotation")
        entries[parameter.name] = entry
    signature.attributes["parameters"] = entries
    signature.attributes["return_annotation"] = EMPTY
    return signature


EMPTY = Opaque("inspect.Parameter.empty")
_KINDS = {
    "positional": "POSITIONAL_ONLY",
    "plain": "POSITIONAL_OR_KEYWORD",
    "args": "VAR_POSITIONAL",
    "keyword": "KEYWORD_ONLY",
    "kwargs": "VAR_KEYWORD",
}


def _bind(machine: NativeContext, signature: Instance, *args: Value, **kwargs: Value) -> Value:
    names = list(expect(dict, signature.attributes["parameters"]))
    bound = Instance(machine.classes["inspect.BoundArguments"])
    bound.attributes["arguments"] = {**dict(zip(names, args, strict=False)), **kwargs}
    bound.attributes["signature"] = signature
    return bound


def _apply_defaults(machine: NativeContext, bound: Instance) -> None:
    signature, arguments = expect(Instance, bound.attributes["signature"]), expect(dict, bound.attributes["arguments"])
    for name, entry in expect(dict, signature.attributes["parameters"]).items():
        if entry.attributes["default"] is not EMPTY:
            arguments.setdefault(name, entry.attributes["default"])


def code_of(machine: NativeContext, function: Function) -> Value:
    """What ``function.__code__`` tells: argument names, file and line."""
    code = Instance(machine.classes["object"])
    names = tuple(parameter.name for parameter in function.node.parameters)
    plain_count = sum(parameter.kind in ("positional", "plain") for parameter in function.node.parameters)
    code.attributes.update({"co_varnames": names, "co_argcount": plain_count, "co_name": function.name})
    return code


def _annotations(machine: NativeContext, value: Value, **kwargs: Value) -> Value:
    return {name: _annotation(machine, value, node) for name, node in _own_annotations(value).items()}


def _own_annotations(value: Value) -> dict[str, syntax.Expression]:
    if isinstance(value, ClassValue):
        return value.annotations
    if isinstance(value, Function):
        return {p.name: p.annotation for p in value.node.parameters if p.annotation is not None}
    return {}


def _annotation(machine: NativeContext, owner: Value, node: syntax.Expression) -> Value:
    """The class that an annotation names, where it is a plain name; opaque otherwise."""
    name = node.id if isinstance(node, syntax.Name) else node.value if isinstance(node, syntax.Literal) else None
    module: PyModule | None = getattr(owner, "module", None)
    if not isinstance(name, str) or not name.isidentifier() or module is None:
        return Opaque("annotation")
    found = module.namespace.get(name)
    return machine.get_attribute(module, name, Opaque("annotation")) if found is not None else Opaque("annotation")


def _type_hints(machine: NativeContext, value: Value, *args: Value, **kwargs: Value) -> Value:
    if not isinstance(value, ClassValue):
        return _annotations(machine, value)
    hints: dict[str, Value] = {}
    for cls in reversed(value.mro):
        hints.update({name: _annotation(machine, cls, node) for name, node in cls.annotations.items()})
    return hints


def inspect_classes(classes: Mapping[str, ClassValue]) -> dict[str, ClassValue]:
    """``inspect.Signature`` and its companions."""
    made = {}
    for name in ("Signature", "Parameter", "BoundArguments"):
        cls = ClassValue(name, f"inspect.{name}", (classes["object"],), {})
        cls.mro = (cls, classes["object"])
        made[f"inspect.{name}"] = cls
    made["inspect.Parameter"].namespace.update({kind: kind for kind in _KINDS.values()} | {"empty": EMPTY})
    made["inspect.Signature"].namespace["bind"] = Native("inspect.Signature.bind", _bind)
    made["inspect.Signature"].namespace["bind_partial"] = Native("inspect.Signature.bind_partial", _bind)
    made["inspect.Signature"].namespace["empty"] = EMPTY
    made["inspect.BoundArguments"].namespace["apply_defaults"] = Native("apply_defaults", _apply_defaults)
    return made


NAMES: dict[str, Value] = {
    "inspect.signature": Native("inspect.signature", _signature),
    "inspect.get_annotations": Native("inspect.get_annotations", _annotations),
    "typing.get_type_hints": Native("typing.get_type_hints", _type_hints),
    "inspect.isclass": Native("inspect.isclass", lambda machine, value: isinstance(value, ClassValue)),
    "inspect.isfunction": Native("inspect.isfunction", lambda machine, value: isinstance(value, Function)),
    "inspect.ismethod": Native("inspect.ismethod", lambda machine, value: isinstance(value, BoundMethod)),
    "inspect.unwrap": Native("inspect.unwrap", lambda machine, value: _innermost(value)[0] or value),
}
