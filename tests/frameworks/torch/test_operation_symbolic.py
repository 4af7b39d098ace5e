"""Expressions of traced sizes."""

from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analyzer.frameworks.torch.operations import OPERATIONS
from analyzer.library.operations import symbolic as sizes
from analyzer.library.operations.polynomial import parse, render, same
from analyzer.values import Origin, origin_of, traced
from tests.frameworks.torch.cases import I64, expressions, size, t

BATCH, SEQ = size(2, "batch"), size(7, "seq")
HEADS, HEAD_DIM = size(32, "config.num_attention_heads"), size(128, "config.head_dim")
HIDDEN, KEY_HEADS = size(4096, "config.hidden_size"), size(8, "config.num_key_value_heads")
HEADS_FIELD = "config.num_attention_heads"
HALF = sizes.floor_divide(HEAD_DIM, 2)
ATOMS = ("config.a", "config.b", "batch", "seq")
VALUES = st.fixed_dictionaries({atom: st.integers(1, 12) for atom in ATOMS})
STEPS = st.lists(st.tuples(st.sampled_from("+-*/"), st.sampled_from([*ATOMS, "2", "3"])), max_size=6)


def evaluated(value, values):
    """The value's expression as Python computes it."""
    origin = origin_of(value)
    if origin is None:
        return value
    config = SimpleNamespace(a=values["config.a"], b=values["config.b"])
    return eval(origin.expression, {"config": config, "batch": values["batch"], "seq": values["seq"]})


@given(VALUES, STEPS)
def test_an_expression_has_the_value_of_its_size(values, steps):
    result = size(values["config.a"], "config.a")
    for operator, name in steps:
        other = int(name) if name.isdecimal() else size(values[name], name)
        match operator:
            case "+":
                result = sizes.add(result, other)
            case "-":
                result = sizes.subtract(result, other)
            case "*":
                result = sizes.multiply((result, other))
            case _:
                assume(int(result) % int(other) == 0)
                result = sizes.floor_divide(result, other)
        assert evaluated(result, values) == int(result)


@given(VALUES, STEPS)
def test_what_is_written_reads_the_same(values, steps):
    result = size(values["config.a"], "config.a")
    for operator, name in steps:
        other = int(name) if name.isdecimal() else size(values[name], name)
        result = sizes.multiply((result, other)) if operator in "*/" else sizes.add(result, other)
    polynomial = parse(origin_of(result).expression)
    assert same(parse(render(polynomial)), polynomial)


def test_plain_sizes_stay_plain():
    result = sizes.floor_divide(sizes.multiply((3, 4)), 2)
    assert result == 6 and type(result) is int
    assert type(sizes.subtract(SEQ, SEQ)) is int


def test_what_changes_nothing_keeps_its_identity():
    assert sizes.multiply((1, SEQ, 1)) is SEQ
    assert sizes.add(0, SEQ) is SEQ
    assert sizes.floor_divide(SEQ, 1) is SEQ


def test_what_cancels_is_no_dependency():
    result = sizes.floor_divide(sizes.multiply((HEADS, HEAD_DIM)), HEAD_DIM)
    assert origin_of(result).expression == "config.num_attention_heads"
    assert origin_of(result).fields == {"config.num_attention_heads"}


def test_division_with_a_rest_does_not_cancel():
    third = sizes.floor_divide(SEQ, 3)
    assert origin_of(third).expression == "seq // 3"
    assert origin_of(sizes.multiply((third, 3))).expression == "3 * (seq // 3)"


@pytest.mark.parametrize(
    ("target", "args", "kwargs", "expected"),
    [
        (
            "Tensor.view",
            (t(BATCH, SEQ, sizes.multiply((HEADS, HEAD_DIM))), BATCH, SEQ, -1, HEAD_DIM),
            {},
            ["batch", "seq", "config.num_attention_heads", "config.head_dim"],
        ),
        (
            "Tensor.view",
            (t(BATCH, SEQ, HIDDEN), BATCH, SEQ, -1, sizes.floor_divide(HIDDEN, HEADS)),
            {},
            ["batch", "seq", "config.num_attention_heads", "config.hidden_size // config.num_attention_heads"],
        ),
        ("Tensor.view", (t(BATCH, SEQ, 64), -1, 64), {}, ["batch * seq", 64]),
        ("Tensor.reshape", (t(2, 7, 64), 2, -1), {}, [2, 448]),
        (
            "Tensor.flatten",
            (t(BATCH, HEADS, HEAD_DIM), 1),
            {},
            ["batch", f"{HEADS_FIELD} * config.head_dim"],
        ),
        ("Tensor.__getitem__", (t(SEQ, HEAD_DIM), (..., slice(HALF, None))), {}, ["seq", "config.head_dim // 2"]),
        ("Tensor.__getitem__", (t(SEQ, HEAD_DIM), (..., slice(None, HALF))), {}, ["seq", "config.head_dim // 2"]),
        ("Tensor.__getitem__", (t(SEQ, HEAD_DIM), (..., slice(0, None, 2))), {}, ["seq", "config.head_dim // 2"]),
        ("Tensor.__getitem__", (t(SEQ, HEAD_DIM), (slice(-1, None),)), {}, [1, "config.head_dim"]),
        ("Tensor.__getitem__", (t(SEQ, HEAD_DIM), (slice(None, SEQ),)), {}, ["seq", "config.head_dim"]),
        ("cat", ([t(SEQ, HALF), t(SEQ, HALF)],), {"dim": -1}, ["seq", "config.head_dim"]),
        ("Tensor.add", (t(7, 128), t(SEQ, 1)), {}, ["seq", 128]),
        (
            "matmul",
            (t(BATCH, HEADS, SEQ, HEAD_DIM), t(2, 32, 128, 9)),
            {},
            ["batch", HEADS_FIELD, "seq", 9],
        ),
        ("nn.functional.linear", (t(BATCH, SEQ, 4096), t(HIDDEN, 4096)), {}, ["batch", "seq", "config.hidden_size"]),
        ("nn.functional.conv1d", (t(1, 4, SEQ), t(4, 1, 4), None, 1, 3, 1, 4), {}, [1, 4, "seq + 3"]),
        ("nn.functional.conv1d", (t(1, 4, SEQ), t(4, 4, 3)), {"padding": 1}, [1, 4, "seq"]),
        ("nn.functional.pad", (t(SEQ, 4), (0, 0, 1, 0)), {}, ["seq + 1", 4]),
        ("arange", (SEQ,), {}, ["seq"]),
        ("arange", (0, HEAD_DIM, 2), {}, ["config.head_dim // 2"]),
        ("functional.einsum", ("bi,bj->ij", t(BATCH, SEQ), t(2, HEADS)), {}, ["seq", "config.num_attention_heads"]),
        (
            "nn.functional.embedding",
            (t(BATCH, SEQ, dtype=I64), t(9, HIDDEN)),
            {},
            ["batch", "seq", "config.hidden_size"],
        ),
        ("Tensor.expand", (t(BATCH, 1, SEQ), -1, HEADS, -1), {}, ["batch", "config.num_attention_heads", "seq"]),
        ("diff", (t(BATCH, SEQ),), {"prepend": t(BATCH, 1)}, ["batch", "seq"]),
    ],
)
def test_expression(target, args, kwargs, expected):
    assert expressions(target, *args, **kwargs) == expected


def test_patches_of_an_image():
    image, patch = size(224, "config.image_size"), size(16, "config.patch_size")
    arguments = (t(BATCH, 3, image, image), t(768, 3, patch, patch), None, (patch, patch))
    assert expressions("nn.functional.conv2d", *arguments)[2:] == ["config.image_size // config.patch_size"] * 2


def test_groups_of_heads_come_together():
    groups = sizes.floor_divide(HEADS, KEY_HEADS)
    assert expressions("Tensor.flatten", t(BATCH, KEY_HEADS, groups, SEQ), 1, 2) == [
        "batch",
        "config.num_attention_heads",
        "seq",
    ]


def test_sizes_keep_their_identity():
    tensor = t(BATCH, SEQ, HIDDEN)
    for target, args in (("Tensor.mul", (2,)), ("nn.functional.silu", ()), ("Tensor.float", ()), ("Tensor.add_", (1,))):
        assert all(
            a is b
            for a, b in zip(OPERATIONS.infer(target, (tensor, *args), {}).outputs.shape, tensor.shape, strict=True)
        )


def test_what_cancels_takes_its_fields_along():
    kernel = traced(3, Origin("config.kernels[0]", frozenset({"config.kernels"})))
    stride = traced(2, Origin("config.strides[0]", frozenset({"config.strides"})))
    length = sizes.window(size(15, "seq"), kernel, stride, (0, 0), 1)
    left = sizes.floor_divide(sizes.multiply((length, HIDDEN)), length)
    assert left.origin.expression == "config.hidden_size"
    assert left.origin.fields == {"config.hidden_size"}


def test_a_quotient_that_is_not_exact_stays_one():
    image, patch = size(225, "config.image_size"), size(16, "config.patch_size")
    side = sizes.floor_divide(image, patch)
    assert side.origin.expression == "floor(config.image_size / config.patch_size)"
    area = sizes.multiply((side, side))
    assert area == 196
    assert area.origin.expression.count("floor(") == 2


def test_common_factors_of_a_sum_cancel():
    rest = size(1, "config.chunk_size - seq % config.chunk_size")
    padded = sizes.add(sizes.multiply((BATCH, SEQ, HEADS)), sizes.multiply((BATCH, rest, HEADS)))
    chunks = sizes.floor_divide(padded, sizes.multiply((BATCH, size(4, "config.chunk_size"), HEADS)))
    assert chunks.origin.expression == "(seq + config.chunk_size - (seq % config.chunk_size)) // config.chunk_size"


def test_products_of_the_program_are_simplified():
    groups = size(4, "config.num_attention_heads // config.num_key_value_heads")
    assert sizes.expression_of("*", KEY_HEADS, groups) == "config.num_attention_heads"
    assert sizes.expression_of("-", SEQ, SEQ) is None
