"""What an operation carries: its canonical form, and how the framework spells it."""

from __future__ import annotations

from analyzer.graph import Dtype, Op, OpKind, TensorType

OUTPUTS = (TensorType((2, 3), Dtype.FLOAT32),)


def test_arguments_are_the_attributes_where_nothing_else_is_given() -> None:
    op = Op(0, OpKind.SOFTMAX, "softmax", "Tensor.softmax", (), {"dim": -1}, OUTPUTS)
    assert op.arguments is op.attributes


def test_arguments_of_their_own() -> None:
    op = Op(0, OpKind.NORM, "norm", "linalg.norm", (), {"ord": 2}, OUTPUTS, arguments={"p": 2})
    assert (op.attributes, op.arguments) == ({"ord": 2}, {"p": 2})


def test_it_is_shown_by_its_canonical_name_without_what_is_above() -> None:
    first = Op(0, OpKind.SUB, "rsub", "Tensor.__rsub__", (), {}, OUTPUTS, module="model.layers.0")
    assert repr(first).startswith("Op(0, sub, rsub, model.layers.0, ")


def test_sizes_of_elements() -> None:
    sizes = {dtype.value: dtype.itemsize for dtype in Dtype}
    assert sizes["bool"] == sizes["float8_e4m3fn"] == 1
    assert (sizes["bfloat16"], sizes["float32"], sizes["int64"], sizes["complex128"]) == (2, 4, 8, 16)
