"""Floating-point operations of single products, as torch's own counter has them."""

from __future__ import annotations

import pytest

from analyzer.base import Span
from analyzer.facts.costs.products import flops, on_data
from analyzer.graph import Dtype, Op, Operand, OpKind, TensorType
from analyzer.values import Origin, origin_of, traced

K = OpKind


def product(
    kind: OpKind, name: str, operands: dict[str, tuple[int, ...]], result: tuple[int, ...], **more: object
) -> Op:
    tensors = [
        Op(number, K.INPUT, "input", "input", (), {}, (TensorType(shape, Dtype.FLOAT32),))
        for number, shape in enumerate(operands.values())
    ]
    read = tuple(Operand(slot, tensor) for slot, tensor in zip(operands, tensors, strict=True))
    outputs = (TensorType(result, Dtype.FLOAT32),)
    return Op(len(tensors), kind, name, name, read, more, outputs, span=Span("m.py", 1, 0, 1, 1))  # type: ignore[arg-type]


PRODUCTS = {
    "linear": product(K.LINEAR, "linear", {"input": (2, 3, 8), "weight": (5, 8), "bias": (5,)}, (2, 3, 5)),
    "matmul": product(K.MATMUL, "matmul", {"input": (2, 4, 3, 8), "other": (2, 4, 8, 6)}, (2, 4, 3, 6)),
    "reflected": product(K.MATMUL, "rmatmul", {"input": (8, 6), "other": (3, 8)}, (3, 6)),
    "addmm": product(K.MATMUL, "addmm", {"input": (6,), "mat1": (3, 8), "mat2": (8, 6)}, (3, 6)),
    "outer": product(K.MATMUL, "outer", {"input": (3,), "vec2": (6,)}, (3, 6)),
    "summed": product(K.EINSUM, "einsum", {"a": (2, 3, 8), "b": (2, 6, 8)}, (2, 3, 6), equation="bid,bjd->bij"),
    "not summed": product(K.EINSUM, "einsum", {"a": (2, 3), "b": (2, 3)}, (2, 3), equation="bi,bi->bi"),
    "three": product(K.EINSUM, "einsum", {"a": (2, 3), "b": (3, 4), "c": (4, 5)}, (2, 5), equation="ij,jk,kl->il"),
    "convolution": product(K.CONV, "conv2d", {"input": (2, 4, 9, 9), "weight": (6, 4, 3, 3)}, (2, 6, 7, 7)),
    "groups": product(K.CONV, "conv1d", {"input": (2, 4, 9), "weight": (4, 1, 3)}, (2, 4, 7)),
    "transposed": product(K.CONV, "conv_transpose1d", {"input": (2, 4, 5), "weight": (4, 6, 2)}, (2, 6, 10)),
    "attention": product(
        *(K.ATTENTION, "scaled_dot_product_attention"),
        {"query": (2, 4, 3, 8), "key": (2, 4, 7, 8), "value": (2, 4, 7, 6)},
        (2, 4, 3, 6),
    ),
    "no product": product(K.ADD, "add", {"input": (2, 3), "other": (2, 3)}, (2, 3)),
}
COSTS = {
    "linear": 2 * 2 * 3 * 5 * 8,
    "matmul": 2 * 2 * 4 * 3 * 6 * 8,
    "reflected": 2 * 3 * 6 * 8,
    "addmm": 2 * 3 * 6 * 8,
    "outer": 0,
    "summed": 2 * 2 * 3 * 6 * 8,
    "not summed": 0,
    "three": 2 * 2 * 3 * 4 + 2 * 2 * 4 * 5,
    "convolution": 2 * 2 * 7 * 7 * 6 * 4 * 3 * 3,
    "groups": 2 * 2 * 7 * 4 * 1 * 3,
    "transposed": 2 * 2 * 5 * 4 * 6 * 2,
    "attention": 2 * 2 * 4 * 3 * 7 * 8 + 2 * 2 * 4 * 3 * 7 * 6,
    "no product": 0,
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_two_operations_for_each_multiplication_with_its_addition(name: str) -> None:
    assert flops(PRODUCTS[name]) == COSTS[name]


@pytest.mark.parametrize(
    "op",
    [
        product(K.EINSUM, "einsum", {"a": (2, 3), "b": (3, 4)}, (2, 4), equation="...j,jk->...k"),
        product(K.MATMUL, "multi_dot", {"a": (2, 3), "b": (3, 4), "c": (4, 5)}, (2, 5)),
        product(K.RECURRENT, "lstm", {"input": (2, 3, 8)}, (2, 3, 8)),
    ],
    ids=["einsum", "multi_dot", "lstm"],
)
def test_what_cannot_be_read_has_no_cost(op: Op) -> None:
    assert flops(op) is None


def test_the_cost_carries_what_its_sizes_come_from() -> None:
    width = traced(8, Origin("config.width", frozenset({"config.width"})))
    rows = traced(3, Origin("nonzero", symbols=frozenset({"data"})))
    op = product(K.LINEAR, "linear", {"input": (rows, width), "weight": (5, width)}, (rows, 5))  # type: ignore[dict-item, arg-type]
    origin = origin_of(flops(op))
    assert origin is not None
    assert origin.expression == "10 * nonzero * config.width"
    assert on_data(op)
    assert flops(op, row=True) == 2 * 5 * 8
    assert not on_data(PRODUCTS["linear"])
