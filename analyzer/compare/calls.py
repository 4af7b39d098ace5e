"""Whether two versions of one class were looked at alike: what they were called with, what had to be assumed."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.base import GapCode
from analyzer.graph import BuiltModel
from analyzer.values import plain


def unlike(one: BuiltModel, other: BuiltModel) -> str:
    """How the calls of two versions of one class differ, so that their operations say nothing about their code.

    Empty if the calls are equal, and for different classes.
    """
    if one.class_name != other.class_name:
        return ""
    calls = "; ".join(_arguments(one, other))
    if calls:
        return f"the two do not run with the same arguments: {calls}"
    fields = ", ".join(_assumed(one, other))
    return (
        f"one of the two refuses its default configuration, and they were given other values: {fields}"
        if fields
        else ""
    )


def _arguments(one: BuiltModel, other: BuiltModel) -> Iterator[str]:
    told = [
        dict.fromkeys(model.inputs, "a tensor") | {name: str(value) for name, value in model.constants.items()}
        for model in (one, other)
    ]
    for name in sorted(told[0] | told[1]):
        first, second = (given.get(name, "nothing") for given in told)
        if first != second:
            yield f"{name} = {first} and {second}"


def _assumed(one: BuiltModel, other: BuiltModel) -> Iterator[str]:
    """Fields that were assumed for one of the two and are not the same in the other."""
    names = {gap.construct for model in (one, other) for gap in model.gaps if gap.code is GapCode.ASSUMED}
    for name in sorted(names):
        first, second = (dict(_under(model, name)) for model in (one, other))
        if any(first[key] != second[key] for key in first.keys() & second.keys()):
            yield name


def _under(model: BuiltModel, name: str) -> Iterator[tuple[str, object]]:
    """The field of a name, or those of the configuration of that name."""
    for key, field in model.config.items():
        if key == name or key.startswith(f"{name}."):
            yield key, plain(field.value)
