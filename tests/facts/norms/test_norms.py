"""One norm, many spellings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.facts.norms.norms import Norm, NormKind, norms
from analyzer.graph import Dtype, Op, OpKind
from tests.facts.drawing import SHAPE, WIDTH, Drawing

ROW = (2, 7, 1)


def _only(draw: Drawing) -> Norm:
    (found,) = draw.query().facts(norms)
    return found


def _mean_square(draw: Drawing, x: Op, squared: Op) -> Op:
    return draw.op(OpKind.MEAN, squared, shape=ROW, dim=-1, keepdim=True)


SQUARES: dict[str, Callable[[Drawing, Op], Op]] = {
    "x * x": lambda draw, x: draw.op(OpKind.MUL, x, x),
    "x ** 2": lambda draw, x: draw.op(OpKind.POW, x, exponent=2),
    "square(x)": lambda draw, x: draw.op(OpKind.SQUARE, x),
    "abs(x) ** 2": lambda draw, x: draw.op(OpKind.POW, draw.op(OpKind.ABS, x), exponent=2.0),
}


def _root(draw: Drawing, row: Op) -> Op:
    return draw.op(OpKind.SQRT, row, shape=ROW)


DIVISIONS: dict[str, Callable[[Drawing, Op, Op], Op]] = {
    "x * rsqrt(s)": lambda draw, x, row: draw.op(OpKind.MUL, x, draw.op(OpKind.RSQRT, row, shape=ROW)),
    "rsqrt(s) * x": lambda draw, x, row: draw.op(OpKind.MUL, draw.op(OpKind.RSQRT, row, shape=ROW), x),
    "x * s ** -0.5": lambda draw, x, row: draw.op(OpKind.MUL, x, draw.op(OpKind.POW, row, shape=ROW, exponent=-0.5)),
    "x / sqrt(s)": lambda draw, x, row: draw.op(OpKind.DIV, x, _root(draw, row)),
    "x * (1 / sqrt(s))": lambda draw, x, row: draw.op(
        OpKind.MUL, x, draw.op(OpKind.DIV, _root(draw, row), shape=ROW, other=1, named="rdiv")
    ),
    "x * reciprocal(sqrt(s))": lambda draw, x, row: draw.op(
        OpKind.MUL, x, draw.op(OpKind.RECIPROCAL, _root(draw, row), shape=ROW)
    ),
}


@pytest.mark.parametrize("division", DIVISIONS)
@pytest.mark.parametrize("square", SQUARES)
def test_rms_norm_in_every_spelling(square: str, division: str) -> None:
    draw = Drawing()
    x = draw.input()
    row = draw.op(OpKind.ADD, _mean_square(draw, x, SQUARES[square](draw, x)), shape=ROW, other=1e-6)
    core = DIVISIONS[division](draw, x, row)
    out = draw.op(OpKind.MUL, draw.parameter("w", WIDTH), core)
    norm = _only(draw)
    assert (norm.kind, norm.input, norm.output.index) == (NormKind.RMSNORM, x, out.index)
    assert (norm.statistic.eps, norm.statistic.width) == (1e-6, WIDTH)
    assert norm.affine.weight is not None and norm.affine.weight.name == "w"
    assert not norm.unit_offset and norm.affine.bias is None and norm.cast is None


def test_upcast_and_cast_before_weight() -> None:
    draw = Drawing()
    x = draw.input()
    wide = draw.op(OpKind.CAST, x, to=Dtype.FLOAT32)
    row = draw.op(OpKind.ADD, _mean_square(draw, wide, draw.op(OpKind.MUL, wide, wide)), shape=ROW, other=1e-6)
    core = draw.op(OpKind.MUL, wide, draw.op(OpKind.RSQRT, row, shape=ROW))
    back = draw.op(OpKind.CAST, core, to=Dtype.BFLOAT16)
    draw.op(OpKind.MUL, draw.parameter("w", WIDTH), back)
    norm = _only(draw)
    assert norm.cast is wide and norm.cast_before_weight is True
    assert norm.input is x


def test_weight_before_casting_back_with_unit_offset() -> None:
    draw = Drawing()
    x = draw.input()
    wide = draw.op(OpKind.CAST, x, to=Dtype.FLOAT32)
    row = draw.op(OpKind.ADD, _mean_square(draw, wide, draw.op(OpKind.MUL, wide, wide)), shape=ROW, other=1e-6)
    core = draw.op(OpKind.MUL, wide, draw.op(OpKind.RSQRT, row, shape=ROW))
    weight = draw.op(OpKind.CAST, draw.parameter("w", WIDTH), shape=(WIDTH,), to=Dtype.FLOAT32)
    shifted = draw.op(OpKind.ADD, weight, shape=(WIDTH,), other=1.0)
    out = draw.op(OpKind.MUL, core, shifted)
    draw.op(OpKind.CAST, out, to=Dtype.BFLOAT16)
    norm = _only(draw)
    assert norm.unit_offset and norm.cast_before_weight is False


@pytest.mark.parametrize("spelling", ["var", "mean of squares"])
def test_layer_norm_written_out(spelling: str) -> None:
    draw = Drawing()
    x = draw.input()
    mean = draw.op(OpKind.MEAN, x, shape=ROW, dim=-1, keepdim=True)
    centred = draw.op(OpKind.SUB, x, mean)
    if spelling == "var":
        variance = draw.op(OpKind.VAR, x, shape=ROW, dim=-1, keepdim=True)
    else:
        variance = _mean_square(draw, centred, draw.op(OpKind.POW, centred, exponent=2))
    row = draw.op(OpKind.ADD, variance, shape=ROW, other=1e-5)
    core = draw.op(OpKind.DIV, centred, _root(draw, row))
    scaled = draw.op(OpKind.MUL, core, draw.parameter("g", WIDTH))
    out = draw.op(OpKind.ADD, scaled, draw.parameter("b", WIDTH))
    norm = _only(draw)
    assert (norm.kind, norm.input, norm.output, norm.statistic.eps) == (NormKind.LAYERNORM, x, out, 1e-5)
    assert norm.affine.bias is not None and norm.affine.bias.name == "b"


def test_layer_norm_without_parameters() -> None:
    draw = Drawing()
    draw.op(OpKind.LAYER_NORM, draw.input(), normalized_shape=(WIDTH,), eps=1e-5)
    assert _only(draw).kind is NormKind.LAYERNORM_NONPARAMETRIC


def test_unit_length_is_not_root_mean_square() -> None:
    draw = Drawing()
    x = draw.input()
    length = draw.op(OpKind.NORM, x, shape=ROW, p=2, dim=-1, keepdim=True)
    draw.op(OpKind.DIV, x, draw.op(OpKind.CLAMP, length, shape=ROW, min=1e-12))
    norm = _only(draw)
    assert (norm.kind, norm.statistic.eps) == (NormKind.L2NORM, 1e-12)


def test_unit_length_times_root_of_width_is() -> None:
    draw = Drawing()
    unit = draw.op(OpKind.NORMALIZE, draw.input(), eps=1e-12)
    scaled = draw.op(OpKind.MUL, unit, other=WIDTH**0.5)
    draw.op(OpKind.MUL, scaled, draw.parameter("g", WIDTH))
    assert _only(draw).kind is NormKind.RMSNORM


def test_dynamic_tanh() -> None:
    draw = Drawing()
    bent = draw.op(OpKind.TANH, draw.op(OpKind.MUL, draw.parameter("alpha", 1), draw.input()))
    scaled = draw.op(OpKind.MUL, bent, draw.parameter("w", WIDTH))
    draw.op(OpKind.ADD, scaled, draw.parameter("b", WIDTH))
    norm = _only(draw)
    assert norm.kind is NormKind.DYNAMIC_TANH and norm.affine.bias is not None


def test_what_is_divided_by_another_tensors_statistic_is_no_norm() -> None:
    draw = Drawing()
    x, y = draw.input("x"), draw.input("y")
    row = draw.op(OpKind.ADD, _mean_square(draw, y, draw.op(OpKind.MUL, y, y)), shape=ROW, other=1e-6)
    draw.op(OpKind.MUL, x, draw.op(OpKind.RSQRT, row, shape=ROW))
    assert draw.query().facts(norms) == ()


def test_a_normalised_weight_is_no_norm() -> None:
    draw = Drawing()
    weight = draw.parameter("w", *SHAPE)
    length = draw.op(OpKind.NORM, weight, shape=ROW, p=2, dim=-1, keepdim=True)
    draw.op(OpKind.DIV, weight, length)
    assert draw.query().facts(norms) == ()
