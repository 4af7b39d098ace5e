"""The numbers of a recorded operation, for numbers of its operands that are known later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer.frameworks import RULES
from analyzer.graph import Op, OperandRef, OpKind
from analyzer.library.operations.binding import parameters_of
from analyzer.library.operations.errors import BindingError, DataDependent, ShapeError
from analyzer.library.operations.infer import infer
from analyzer.library.operations.rule import OpRule
from analyzer.values import Array, Tensor


def recompute(op: Op, tensors: Mapping[str, Tensor]) -> Sequence[Array] | None:
    """The numbers of all outputs of ``op``; ``tensors`` are its operands by slot. None where they are not computed."""
    rule = _rule_of(op, tensors)
    if rule is None:
        return None
    given: dict[str, object] = {}
    for name in parameters_of(rule.function):
        if name in tensors:
            given[name] = tensors[name]
        elif (several := _several(name, tensors)) is not None and name not in op.attributes:
            given[name] = several
        elif name in op.attributes:
            given[name] = _with_tensors(op.attributes[name], tensors)
    try:
        found = infer(rule, (), given).data
    except (BindingError, DataDependent, ShapeError):
        return None
    arrays = [array for array in found if array is not None]
    return arrays if len(arrays) == len(op.outputs) else None


def _rules_by_name() -> dict[str, tuple[OpRule, ...]]:
    """The rules of each canonical operation, one for each kind and list of parameters that its spellings have."""
    found: dict[str, dict[object, OpRule]] = {}
    for rule in RULES.values():
        found.setdefault(rule.name, {}).setdefault((rule.kind, *parameters_of(rule.function)), rule)
    return {name: tuple(rules.values()) for name, rules in found.items()}


_BY_NAME = _rules_by_name()


def _rule_of(op: Op, tensors: Mapping[str, Tensor]) -> OpRule | None:
    """Of the rules for the operation the one that fits best what was recorded."""
    recorded = {*op.attributes, *(slot.partition(".")[0] for slot in tensors)}
    best = max(_BY_NAME.get(op.name, ()), key=lambda rule: _fit(rule, op.kind, recorded), default=None)
    return None if best is None else replace(best, inplace=op.inplace)


def _fit(rule: OpRule, kind: OpKind, recorded: set[str]) -> tuple[bool, int, int]:
    parameters = parameters_of(rule.function)
    return rule.kind is kind, len(recorded.intersection(parameters)), -len(parameters)


def _several(name: str, tensors: Mapping[str, Tensor]) -> tuple[Tensor, ...] | None:
    found: list[Tensor] = []
    while (tensor := tensors.get(f"{name}.{len(found)}")) is not None:
        found.append(tensor)
    return tuple(found) or None


def _with_tensors(value: object, tensors: Mapping[str, Tensor]) -> object:
    match value:
        case OperandRef(slot):
            return tensors.get(slot)
        case tuple() | list():
            return tuple(_with_tensors(item, tensors) for item in value)
        case slice():
            return slice(*(_with_tensors(part, tensors) for part in (value.start, value.stop, value.step)))
        case _:
            return value
