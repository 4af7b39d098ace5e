"""Text that is shown, and values that are written, hold whatever they are made of."""

from __future__ import annotations

import json
import sys
import unicodedata
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.base import as_path, json_document, one_line, readable
from analyzer.base.encoding import DEPTH_LIMIT

ANYTHING = st.text(st.characters(categories=None, exclude_categories=()), max_size=40)
"""With lone surrogates, which the default leaves out."""


SCALARS = st.none() | st.booleans() | st.integers() | ANYTHING


def shows(text: str, also: str = "") -> bool:
    return all(one.isprintable() or one in also or unicodedata.category(one) == "Zs" for one in text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 中 😀", "plain é 中 😀"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("\u202eabc\u202c\u2066\u2069", r"\u202eabc\u202c\u2066\u2069"),
        ("a\u200b\u200d\ufeff\u2060b", r"a\u200b\u200d\ufeff\u2060b"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)
def test_what_does_not_print_is_escaped(text: str, shown: str) -> None:
    assert one_line(text) == shown


@dataclass(frozen=True)
class Pair:
    one: object
    other: object


def test_data_classes_are_written_whatever_they_hold() -> None:
    assert json.loads(json_document([Pair("\ud800", 10**2000), Pair(1, "a")])) == [
        {"one": "\\ud800", "other": "(an integer of 6,644 bits)"},
        {"one": 1, "other": "a"},
    ]


@given(ANYTHING)
def test_lines_and_pages_hold_anything(text: str) -> None:
    assert shows(one_line(text))
    assert shows(readable(text), "\n\t")
    one_line(text).encode()
    readable(text).encode()
    as_path(text).encode()


def test_pages_keep_lines_and_tabs() -> None:
    assert readable("a\tb\n\x1bc\r\n") == "a\tb\n\\x1bc\\r\n"


def test_names_of_files_that_are_no_text() -> None:
    assert as_path("a\udcffé\n") == "a\ufffdé\n"


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(ANYTHING, inner)))
def test_every_value_is_written_as_json_that_shows(value: object) -> None:
    for indent in (0, 1):
        document = json_document(value, indent=indent).decode()
        assert {unicodedata.category(one) for one in document} & {"Cf", "Cs", "Zl", "Zp"} == set()
        assert {one for one in document if unicodedata.category(one) == "Cc"} <= {"\n"}
        json.loads(document)


@given(st.text())
def test_escapes_read_back_as_the_same_text(text: str) -> None:
    assert json.loads(json_document({text: [text]})) == {text: [text]}


def test_every_character_that_only_formats_is_escaped() -> None:
    hidden = [
        chr(point) for point in range(0x7F, 0xE1000) if unicodedata.category(chr(point)) in {"Cc", "Cf", "Zl", "Zp"}
    ]
    document = json_document("".join(hidden))
    assert document.isascii() and b"\x7f" not in document
    assert json.loads(document) == "".join(hidden)


def test_a_document_without_anything_odd_is_what_the_encoder_writes() -> None:
    value = {"b": [1, 2.5, None, "é ← ×"], "a": {"c": "x"}}
    assert json_document(value) == msgspec.json.encode(value)
    assert json_document(value, order="deterministic") == msgspec.json.encode(value, order="deterministic")
    assert json_document(value, indent=2) == msgspec.json.format(msgspec.json.encode(value), indent=2)


class Inner(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    some_name: str
    other: int | msgspec.UnsetType = msgspec.UNSET


def test_what_json_has_no_form_for_costs_itself_alone() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    value = {"half": Inner(some_name="\ud800 x"), "wide": 10**5000, "deep": deep, "sound": ("a", 1)}
    found = json.loads(json_document(value))
    assert found["half"] == {"someName": "\\ud800 x"}
    assert found["wide"] == "(an integer of 16,610 bits)"
    assert found["sound"] == ["a", 1]
    levels, inner = 0, found["deep"]
    while isinstance(inner, list):
        levels, inner = levels + 1, inner[0]
    assert (levels, inner) == (DEPTH_LIMIT - 1, "…")


def test_deep_values_are_no_danger_under_a_high_limit_of_recursion() -> None:
    deep: list[object] = []
    for _ in range(200_000):
        deep = [deep]
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        assert b"\xe2\x80\xa6" in json_document(deep)
        assert sys.getrecursionlimit() == 1_000_000
    finally:
        sys.setrecursionlimit(usual)
