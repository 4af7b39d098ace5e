"""``str.format`` and the limits of format specifications."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence

from analyzer.library.context import Context
from analyzer.values import Value, plain

LONGEST_TEMPLATE = 1_000_000
_STEP = re.compile(r"\.([^.\[]+)|\[([^\]]+)\]")


def asks_for_too_much(spec: str) -> bool:
    """Whether a format specification asks for a width or precision that would take too much memory."""
    return re.search(r"\d{5}", spec) is not None


def template_asks_for_too_much(template: str) -> bool:
    """The same of a template of ``str.format``, whose fields have specifications."""
    if len(template) > LONGEST_TEMPLATE:
        return True
    fields = string.Formatter().parse(plain(template))
    return any(asks_for_too_much(f"{field or ''}{spec or ''}") for _, field, spec, _ in fields)


def conversions_ask_for_too_much(template: str) -> bool:
    """The same of the left operand of ``%``."""
    return re.search(r"%(\([^)]*\))?[-#0 +]*\d*\.?\d{5}", template) is not None


class _Formatter(string.Formatter):
    """Fields, conversions and formats by the program's rules: a template reaches nothing of ours."""

    def __init__(self, machine: Context) -> None:
        self._machine = machine

    def get_field(self, field_name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> tuple[Value, str]:
        first = re.split(r"[.\[]", field_name, maxsplit=1)[0]
        value = self.get_value(int(first) if first.isdecimal() else first, args, kwargs)
        for attribute, item in _STEP.findall(field_name[len(first) :]):
            if attribute:
                value = self._machine.get_attribute(value, attribute)
            else:
                value = self._machine.get_item(value, int(item) if item.isdecimal() else item)
        return value, first

    def convert_field(self, value: Value, conversion: str | None) -> Value:
        match conversion:
            case "r":
                return self._machine.represent(value)
            case "a":
                return self._machine.represent(value).encode("ascii", "backslashreplace").decode()
            case "s":
                return self._machine.text(value)
        return value

    def format_field(self, value: Value, format_spec: str) -> str:
        return str(self._machine.format(value, format_spec))


def filled(machine: Context, template: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> str:
    """``template.format(*args, **kwargs)``."""
    if template_asks_for_too_much(template):
        machine.throw("OverflowError", "str.format: width is too large")
    return _Formatter(machine).vformat(plain(template), tuple(args), dict(kwargs))


class Shown:
    """Stands for a value where Python itself asks for its text: ``"%s" % value``."""

    __slots__ = ("_machine", "_value")

    def __init__(self, machine: Context, value: Value) -> None:
        self._machine = machine
        self._value = value

    def __str__(self) -> str:
        return self._machine.text(self._value)

    def __repr__(self) -> str:
        return self._machine.represent(self._value)
