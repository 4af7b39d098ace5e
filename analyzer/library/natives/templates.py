"""Texts with places to fill in: ``str.format``, ``text % values`` and the specifications of ``format``.

A template reaches nothing of ours: attributes, items, texts and conversions are those of the program's rules, and
Python's own formatting sees plain numbers and texts only.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence

from analyzer.library.context import NativeContext
from analyzer.library.natives.bounds import room
from analyzer.library.natives.methods.kinds import native, unwrapped
from analyzer.values import Tensor, Unknown, Value, plain

WIDEST = 10_000
_SPECIFICATION = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?(\d*)[,_]?(?:\.(\d+))?[bcdeEfFgGnosxX%]?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[([^\]]+)\]")
_CONVERSION = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[-#0 +]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?[hlL]?"
    r"(?P<kind>[diouxXeEfFgGcrsa%])"
)
_TEXTUAL = "rsa"
_WHOLE = "diouxX"


def check_specification(machine: NativeContext, spec: str) -> None:
    """Take a format specification only if it is one of a number or text, and asks for nothing wide.

    Others raise the program's ValueError, as Python does; a width that takes too much memory makes no value.
    """
    found = _SPECIFICATION.fullmatch(spec)
    if found is None:
        machine.throw("ValueError", f"Invalid format specifier {spec[:40]!r}")
    if any(len(number) > 5 or int(number) > WIDEST for number in found.groups() if number):
        machine.no_value("the formatted text would be too wide")


def character(machine: NativeContext, number: int) -> str:
    """``chr(number)``; the halves of a pair of surrogates are no text that could be printed."""
    if 0xD800 <= number <= 0xDFFF:
        machine.no_value("a lone surrogate is no text")
    return chr(number)


class Looked(Mapping[str, Value]):
    """The mapping of ``str.format_map``, read by the program's own rules."""

    def __init__(self, machine: NativeContext, content: Value) -> None:
        self._machine = machine
        self._content = content

    def __getitem__(self, key: str) -> Value:
        return self._machine.get_item(self._content, key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Formatter(string.Formatter):
    """Fields, conversions and formats by the program's rules."""

    def __init__(self, machine: NativeContext) -> None:
        self._machine = machine

    def get_field(self, field_name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> tuple[Value, str]:
        first = re.split(r"[.\[]", field_name, maxsplit=1)[0]
        value = self.get_value(int(first) if _is_number(first) else first, args, kwargs)
        for attribute, item in _STEP.findall(field_name[len(first) :]):
            if attribute:
                value = self._machine.get_attribute(value, attribute)
            else:
                value = self._machine.get_item(value, int(item) if _is_number(item) else item)
        return value, first

    def convert_field(self, value: Value, conversion: str | None) -> Value:
        match conversion:
            case "r":
                return self._machine.represent(value)
            case "a":
                return _ascii(self._machine.represent(value))
            case "s":
                return self._machine.text(value)
        return value

    def format_field(self, value: Value, format_spec: str) -> str:
        shown = self._machine.format(value, format_spec)
        if not isinstance(shown, str):
            self._machine.no_value("a part of the text is not known")
        room(self._machine, len(shown))
        return str(plain(shown))


def filled(machine: NativeContext, template: Value, args: Sequence[Value], kwargs: Mapping[str, Value]) -> str:
    """``template.format(*args, **kwargs)``."""
    text = plain(template)
    if not isinstance(text, str):
        machine.throw("TypeError", "descriptor 'format' requires a 'str' object")
    room(machine, len(text))
    machine.charge(len(text))
    return _Formatter(machine).vformat(text, tuple(args), kwargs)


def percent(machine: NativeContext, template: str, right: Value) -> Value:
    """``template % right``."""
    return _Percent(machine, right).text(template)


class _Percent:
    """One ``text % values``: what has been taken of the values so far."""

    def __init__(self, machine: NativeContext, right: Value) -> None:
        given = unwrapped(right)
        self._machine = machine
        self._right = right
        self._single = not isinstance(given, tuple)
        self._values: Sequence[Value] = given if isinstance(given, tuple) else (right,)
        self._taken = 0
        self._keyed = False

    def text(self, template: str) -> Value:
        machine, parts, end = self._machine, list[str](), 0
        machine.charge(len(template))
        for found in _CONVERSION.finditer(template):
            parts += [self._literal(template[end : found.start()])]
            shown = "%" if found["kind"] == "%" else self._shown(found)
            if not isinstance(shown, str):
                return shown
            room(machine, len(shown))
            parts, end = [*parts, shown] if len(parts) < 64 else ["".join(parts), shown], found.end()
        parts.append(self._literal(template[end:]))
        if not self._keyed and self._taken < len(self._values) and not (self._single and _is_mapping(self._right)):
            machine.throw("TypeError", "not all arguments converted during string formatting")
        return "".join(parts)

    def _literal(self, text: str) -> str:
        if "%" in text:
            self._machine.throw("ValueError", "unsupported format character or incomplete format")
        return text

    def _shown(self, found: re.Match[str]) -> Value:
        """The text of one conversion; an unknown value where the one to be shown is unknown."""
        width, precision = self._size(found["width"]), self._size(found["precision"])
        value = self._next(found["key"])
        if isinstance(value, Unknown):
            return value
        kind = found["kind"]
        form = f"%{found['flags']}{width}{'' if found['precision'] is None else f'.{precision}'}"
        if kind in _TEXTUAL:
            shown = self._machine.text(value) if kind == "s" else self._machine.represent(value)
            return f"{form}s" % (_ascii(shown) if kind == "a" else shown)
        return f"{form}{kind}" % self._number(value, kind)

    def _number(self, value: Value, kind: str) -> int | float | str:
        bare = native(self._machine, value)
        if kind == "c":
            return character(self._machine, bare) if isinstance(bare, int) else str(bare)[:2]
        if isinstance(bare, int | float) and not isinstance(value, Tensor):
            return int(bare) if kind in _WHOLE and kind in "diu" else bare
        name = self._machine.type_of(value).name
        return self._machine.throw("TypeError", f"%{kind} format: a real number is required, not {name}")

    def _size(self, text: str | None) -> str:
        if not text:
            return ""
        number = native(self._machine, self._next(None)) if text == "*" else int(text[:6])
        if not isinstance(number, int):
            self._machine.throw("TypeError", "* wants int")
        if abs(number) > WIDEST:
            self._machine.no_value("the formatted text would be too wide")
        return str(number)

    def _next(self, key: str | None) -> Value:
        if key is not None:
            self._keyed = True
            if not _is_mapping(self._right):
                self._machine.throw("TypeError", "format requires a mapping")
            return self._machine.get_item(self._right, key)
        if self._taken >= len(self._values):
            self._machine.throw("TypeError", "not enough arguments for format string")
        self._taken += 1
        return self._values[self._taken - 1]


def _is_mapping(value: Value) -> bool:
    return not isinstance(unwrapped(value), tuple | str)


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
