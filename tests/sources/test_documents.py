"""JSON and TOML of any origin: read, or refused quickly with the line and the key."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.sources.config_json import accepted, read_config
from analyzer.sources.documents import Document, Limits, checked, line_of, read_json, read_toml

LIMITS = Limits(size=2_000_000, values=100_000)


def config(path: Path) -> Document:
    return accepted(read_config(path))


def toml(path: Path) -> Document:
    return checked(read_toml(path, code="x", limits=LIMITS), code="x", limits=LIMITS)


def refused(path: Path, content: str | bytes, read: Callable[[Path], Document] = config) -> InputError:
    """The error for a file of that content, which takes a second at most."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    start = time.process_time()
    with pytest.raises(InputError) as raised:
        read(path)
    assert time.process_time() - start < 2
    assert raised.value.path == str(path)
    return raised.value


def test_a_configuration_is_read_as_it_is_written(tmp_path: Path) -> None:
    content = {"a": 1, "b": [1.5, None, True, "é"], "c": {"d": 2**63, "e": -(2**63)}, "": {"same": 1}}
    (tmp_path / "config.json").write_text(json.dumps(content))
    assert config(tmp_path / "config.json").content == content


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"a": 1,\n "b": NaN}', 2, "b: NaN is no value"),
        ('{"a": 1,\n "b": {\n "c": [0, -Infinity]}}', 3, r"b.c\[1\]: -Infinity is no value"),
        ('{"a": 1e999}', 1, "a: inf is no value"),
        ('{"a":\n {"b": 99999999999999999999}}', 2, "a.b: an integer of more than 64 bits"),
        ('{"a": ' + "9" * 5000 + "}", 1, "a: an integer of more than 64 bits: 5,000 digits"),
        ('{\n"a": "\\ud800"}', 2, "a: half of a character"),
        ('{"a": {"\\udc00": 1}}', 1, "a: a key with half of a character"),
        ('{"a": 1,\n "a": 2}', 1, "a: given twice with different values"),
        ("[1, 2]", 1, "a configuration is a JSON object"),
        ("1", 1, "a configuration is a JSON object"),
        ("{1: 2}", 1, "not valid JSON"),
        ('{"a": 1}\n}', 2, "not valid JSON"),
        ('{"a": "\x01"}', 1, "not valid JSON: Invalid control character"),
        ("\ufeff{}", 1, "BOM"),
        ("", 1, "not valid JSON"),
        (b'{"a": 1,\n"b": "\xff"}', 2, "not UTF-8: byte 0xff"),
        ('{"a":\n' * 10_000 + "1" + "}" * 10_000, 101, "nested deeper than 100 levels"),
        ("[" * 2_000_000, 1, "nested deeper than 100 levels"),
        ('{"a": "' + "\\" * 999_999, 1, "not valid JSON"),
        ('"' + '\\"' * 1_000_000, 1, "not valid JSON"),
        ("{" + ",".join(f'"{number}":0' for number in range(1_000_000)) + "}", 1, "too large|more than 250,000 values"),
        ("[" + "0," * 1_000_000 + "0]", 1, "a JSON object"),
        ('{"a": [' + "0," * 1_000_000 + "0]}", 1, "more than 250,000 values"),
        (b" " * 100_000_000, 0, "too large: 100,000,000 bytes"),
    ],
)
def test_configurations_that_are_refused(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    error = refused(tmp_path / "config.json", text)
    assert error.line in (line, 0) if "too large" in error.message else error.line == line
    with pytest.raises(InputError, match=message):
        raise error


def test_a_key_twice_with_one_value_is_no_question(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"a": [1], "a": [1]}')
    assert config(tmp_path / "config.json").content == {"a": [1]}


def test_deep_json_is_no_danger_under_a_high_limit_of_recursion(tmp_path: Path) -> None:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        assert "nested deeper" in refused(tmp_path / "a.json", '{"a":' * 500_000).message
        assert "nested deeper" in refused(tmp_path / "a.toml", "a = " + "[" * 500_000, toml).message
    finally:
        sys.setrecursionlimit(usual)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\nb = 1979-05-27\n", 2, "b: a date is no value here"),
        ("a = 07:32:00\n", 1, "a: a time is no value here"),
        ("x = 1\n[a]\nb = [{ c = inf }]\n", 3, r"a.b\[0\].c: inf is no value"),
        ("a = nan\n", 1, "a: nan is no value"),
        ("a = " + "1" * 5000 + "\n", 1, "a value that can not be taken"),
        ("a = 99999999999999999999\n", 1, "a: an integer of more than 64 bits"),
        ("a = 1\n\nb = [" + "[" * 10_000, 3, "nested deeper"),
        ("a = " + "{a=" * 10_000, 1, "nested deeper"),
        ("a" + ".a" * 100_000 + " = 1\n", 1, "nested deeper"),
        ("x = 1\n[" + '"a b".' * 100_000 + "a]\n", 2, "nested deeper"),
        ("a = 1\na = 2\n", 2, "not valid TOML"),
        ('a = "\\ud800"\n', 1, "not valid TOML"),
        ("a = 1\0\n", 1, "not valid TOML"),
        (b"a = 1\nb = '\xff'\n", 2, "not UTF-8"),
        ("a = 2000-02-31\n", 1, "not valid TOML"),
        ("x = [" + "1," * 200_000 + "]\n", 1, "more than 100,000 values"),
    ],
)
def test_toml_that_is_refused(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    error = refused(tmp_path / "a.toml", text, toml)
    assert error.line == line
    with pytest.raises(InputError, match=message):
        raise error


@pytest.mark.parametrize(
    "text",
    [
        f"text = '''{'[' * 1000}''' # {'{' * 1000}",
        f'text = """{"a." * 1000}\\"" [""" ',
        f'text = "{"a." * 1000}" # {"a." * 1000}',
        f"sizes = [{', '.join(['0.5'] * 1000)}]",
        "\n".join(f"[[table]]\nx = [[{number}]]" for number in range(1000)),
    ],
)
def test_what_only_looks_deep_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    assert toml(tmp_path / "a.toml").content


def test_what_is_no_file_is_no_document(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none", Path("/dev/zero")):
        for read in (config, toml):
            with pytest.raises(InputError) as raised:
                read(path)
            assert raised.value.path == str(path)


def test_lines_of_fields() -> None:
    text = '{"b": 0,\n "a": {\n  "b": [\n 1]},\n "c": 2}'
    assert [line_of(text, field) for field in ("b", "a.b", "a.b[0]", "c", "a.none", "none", "")] == [
        1,
        3,
        3,
        5,
        2,
        1,
        1,
    ]
    assert [line_of("x = 1\n[t]\n  y = 2\n", field) for field in ("x", "y")] == [1, 3]


def test_codes_are_those_of_the_caller(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError) as raised:
            read_json(path, code="mine", limits=LIMITS, shown="shown")
        assert (raised.value.code, raised.value.path) == ("mine", "shown")
