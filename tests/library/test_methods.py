"""Python's own methods: which there are, which arguments they take, what they may cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.interpret import open_workspace
from analyzer.interpret.machine import Machine
from analyzer.library.natives.methods.tables import METHODS, STATIC
from analyzer.library.natives.types import builtin_classes
from analyzer.values import StaticMethod


def machine(folder: Path, source: str) -> Machine:
    (folder / "program.py").write_text(source)
    made = Machine(open_workspace(folder / "program.py"))
    made.import_name("program", None)
    return made


def result(folder: Path, expression: str) -> object:
    made = machine(folder, f"result = {expression}\n")
    return made.program.modules["program"].namespace.get("result")


def gaps(folder: Path, expression: str) -> set[str]:
    return {gap.code.value for gap in machine(folder, f"result = {expression}\n").program.gaps.values()}


def test_every_listed_method_is_one_of_python() -> None:
    missing = [(kind.__name__, name) for kind, table in METHODS.items() for name in table if not hasattr(kind, name)]
    assert missing == []


def test_what_is_not_described_is_known() -> None:
    """A method that Python has and no table names gives a gap; a new one in Python is met here first."""
    undescribed = set()
    for name, cls in builtin_classes().items():
        for attribute, member in cls.namespace.items():
            function = member.function if isinstance(member, StaticMethod) else member
            if getattr(getattr(function, "call", None), "__qualname__", "").startswith("undescribed"):
                undescribed.add(f"{name}.{attribute}")
    allowed = {"float.__getformat__", "bytearray.__alloc__", "bytearray.__iadd__", "bytearray.__imul__"}
    allowed |= {"bool.from_bytes", "collections.Counter._keep_positive", "collections.Counter.fromkeys"}
    assert undescribed <= allowed | {name for name in undescribed if name.split(".")[-1].startswith("is_integer")}
    assert "from_bytes" in STATIC["int"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a-b-c'.split(sep='-', maxsplit=1)", ["a", "b-c"]),
        ("'ab'.center(6, '*')", "**ab**"),
        ("'x'.replace('x', 'yz', 1)", "yz"),
        ("str.upper('ab')", "AB"),
        ("(5).to_bytes(2, 'big')", b"\x00\x05"),
        ("int.from_bytes(b'\\x01\\x00', 'big')", 256),
        ("dict(a=1).get('b', 7)", 7),
        ("{1, 2}.union([3], (4,))", {1, 2, 3, 4}),
        ("[3, 1].__len__()", 2),
        ("(10).__pow__(3, 7)", 6),
        ("range(0, 10, 3).index(6)", 2),
        ("range(10).count('a')", 0),
        ("'{a[1]}-{b.imag}'.format_map({'a': [1, 2], 'b': 1j})", "2-1.0"),
        ("'%(a)s %(b)05.1f%%' % {'a': 'x', 'b': 2.55}", "x 002.5%"),
        ("'%-*d|%s' % (4, 7, [1])", "7   |[1]"),
        ("__import__('re').match(r'(\\d+)-(?P<b>\\w)', '12-x').group(1, 'b')", ("12", "x")),
    ],
)
def test_agrees_with_python(expression: str, value: object, tmp_path: Path) -> None:
    assert result(tmp_path, expression) == value == eval(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "'x'.center(10**10)",
        "'x'.replace('x', 'y' * 10**6) * 10**6",
        "[0].__mul__(10**9)",
        "(1).__lshift__(10**10)",
        "bytes(10**12)",
        "'{:>9999999}'.format(1)",
        "'%*d' % (10**9, 1)",
        "list(range(10**12))",
        "dict.fromkeys(range(10**12))",
        "int('f' * 10**6, 16)",
        "round(5, -10**9)",
        "'x'.encode('idna')",
        "chr(0xD800)",
        "range(10**30)",
    ],
)
def test_what_is_too_large_or_odd_is_no_value(expression: str, tmp_path: Path) -> None:
    assert gaps(tmp_path, expression) & {"budget", "unknown-library"}


@pytest.mark.parametrize(
    "expression",
    [
        "'{x.call}'.format_map({'x': len})",
        "'{x.call.__globals__}'.format(x=len)",
        "str.format_map('{x.__self__}', {'x': len})",
        "'%s' % {'x': len}",
        "repr([len, print])",
        "str(len)",
        "f'{len!r}'",
    ],
)
def test_no_object_of_ours_shows(expression: str, tmp_path: Path) -> None:
    shown = str(result(tmp_path, expression))
    assert "function" not in shown
    assert "0x" not in shown
