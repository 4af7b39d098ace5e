"""How numbers, constants and lists of layers are written."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.graph import Dtype, OperandRef, TensorType
from analyzer.outputs.notation import constant, expression, json_constant, ranges, size, tensor_type
from analyzer.values import Origin, traced
from tests.outputs.small import BATCH, SCALE


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([5], "5"),
        ([0, 1, 2, 3], "0-3"),
        ([0, 2, 4, 6], "0, 2, …, 6"),
        ([1, 3], "1, 3"),
        ([0, 1, 2, 5], "0-2, 5"),
        ([3, 0, 1, 3], "0-1, 3"),
    ],
)
def test_ranges(numbers: list[int], text: str) -> None:
    assert ranges(numbers) == text


@given(st.sets(st.integers(0, 60)))
def test_ranges_name_every_number(numbers: set[int]) -> None:
    assert expanded(ranges(numbers)) == numbers


def expanded(text: str) -> set[int]:
    """The numbers that a text of ``ranges`` stands for, read as a person would."""
    found: list[int] = []
    parts = text.split(", ") if text else []
    for position, part in enumerate(parts):
        if part == "…":
            found.extend(range(found[-1], int(parts[position + 1]), found[-1] - found[-2]))
        elif "-" in part:
            first, last = map(int, part.split("-"))
            found.extend(range(first, last + 1))
        else:
            found.append(int(part))
    return set(found)


@pytest.mark.parametrize(
    ("value", "text", "as_json"),
    [
        (None, "None", None),
        (True, "True", True),
        (1e-6, "1e-06", 1e-06),
        (float("-inf"), "-inf", "-inf"),
        ("mean", "'mean'", "mean"),
        (Dtype.FLOAT32, "float32", "float32"),
        (slice(None, 8), ":8", {"slice": [None, 8, None]}),
        (slice(0, None, 2), "0::2", {"slice": [0, None, 2]}),
        ((Ellipsis, OperandRef("index.0")), "[Ellipsis, <index.0>]", ["Ellipsis", {"operand": "index.0"}]),
        (MappingProxyType({"p": 0.5}), "{p: 0.5}", {"p": 0.5}),
        (BATCH, "batch", "batch"),
        (SCALE, "0.25", 0.25),
        (traced(True, Origin("config.bias")), "True", True),
    ],
)
def test_constants(value: object, text: str, as_json: object) -> None:
    assert constant(value) == text  # type: ignore[arg-type]
    assert json_constant(value) == as_json  # type: ignore[arg-type]
    json.dumps(json_constant(value), allow_nan=False)  # type: ignore[arg-type]


def test_only_values_of_the_configuration_have_an_expression() -> None:
    assert expression(SCALE) == "config.head_dim ** -0.5"
    assert expression(BATCH) is None
    assert expression(0.25) is None


def test_sizes() -> None:
    of_config = traced(64, Origin("config.hidden_size", frozenset({"hidden_size"})))
    assert isinstance(of_config, int)
    assert size(of_config) == 64
    assert type(size(of_config)) is int
    assert tensor_type(TensorType((BATCH, of_config), Dtype.BFLOAT16)) == "bfloat16[batch,64]"
