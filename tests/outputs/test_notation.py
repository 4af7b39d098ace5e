"""How numbers and constants are written."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest

from analyzer.graph import Dtype, OperandRef, TensorType
from analyzer.outputs.notation import constant, expression, json_constant, size, tensor_type
from analyzer.values import Origin, traced
from tests.outputs.small import BATCH, SCALE


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
