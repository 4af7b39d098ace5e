"""What changes nothing is left out before anything is asked; what says something stays."""

from __future__ import annotations

import pytest

from analyzer.graph import Dtype, OpKind
from analyzer.values import Origin, traced
from tests.facts.drawing import Drawing

FLOAT = Dtype.FLOAT32


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        (OpKind.MUL, 1.0, "mul"),
        (OpKind.MUL, 1, "mul"),
        (OpKind.DIV, 1.0, "div"),
        (OpKind.ADD, 0.0, "add"),
        (OpKind.SUB, 0, "sub"),
        (OpKind.POW, 1, "pow"),
    ],
)
def test_neutral_numbers_are_left_out(kind: OpKind, number: float, name: str) -> None:
    draw = Drawing()
    x = draw.op(OpKind.TANH, draw.input())
    draw.op(OpKind.SILU, draw.op(kind, x, other=number, named=name))
    query = draw.query()
    (last,) = query.ops(OpKind.SILU)
    assert (query.operands(last), query.ops(kind)) == ((x,), ())
    assert [op.kind for op in query.left_out(x)] == [kind]


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        (OpKind.MUL, 0.5, "mul"),
        (OpKind.DIV, 1.0, "rdiv"),
        (OpKind.SUB, 0, "rsub"),
        (OpKind.POW, 1, "rpow"),
        (OpKind.MUL, traced(1.0, Origin("config.factor", frozenset({"config.factor"}))), "mul"),
    ],
)
def test_other_numbers_stay(kind: OpKind, number: float, name: str) -> None:
    draw = Drawing()
    step = draw.op(kind, draw.op(OpKind.TANH, draw.input()), other=number, named=name)
    last = draw.op(OpKind.SILU, step)
    assert draw.query().operands(last) == (step,)


def test_a_product_that_changes_the_type_stays() -> None:
    draw = Drawing()
    step = draw.op(OpKind.MUL, draw.input(dtype=Dtype.INT64), other=1.0, to=FLOAT)
    last = draw.op(OpKind.SILU, step)
    assert draw.query().operands(last) == (step,)


def test_a_second_equal_cast_and_two_negatives_are_left_out() -> None:
    draw = Drawing()
    x = draw.op(OpKind.TANH, draw.input())
    cast = draw.op(OpKind.CAST, x, to=FLOAT)
    again = draw.op(OpKind.CAST, cast, to=FLOAT)
    back = draw.op(OpKind.NEG, draw.op(OpKind.NEG, again))
    draw.op(OpKind.SILU, back)
    query = draw.query()
    (last,) = query.ops(OpKind.SILU)
    assert (query.operands(last), query.users(cast), query.ops(OpKind.NEG)) == ((cast,), (last,), ())


def test_an_inverse_divides_and_a_negative_is_subtracted() -> None:
    draw = Drawing()
    x, y = draw.input("x"), draw.input("y")
    inverse = draw.op(OpKind.DIV, y, other=1, named="rdiv")
    product = draw.op(OpKind.MUL, inverse, x)
    draw.op(OpKind.ADD, product, draw.op(OpKind.NEG, y), alpha=1)
    query = draw.query()
    (division,), (difference,) = query.ops(OpKind.DIV), query.ops(OpKind.SUB)
    assert (query.operands(division), query.operands(difference)) == ((x, y), (division, y))
    assert query.ops(OpKind.NEG, OpKind.MUL, OpKind.ADD) == ()


def test_a_sum_over_the_number_of_summands_is_a_mean() -> None:
    draw = Drawing()
    x = draw.input(dtype=FLOAT)
    total = draw.op(OpKind.SUM, x, shape=(2, 7, 1), dim=-1, keepdim=True)
    mean, share = (draw.op(OpKind.DIV, total, shape=(2, 7, 1), other=count) for count in (8, 7))
    query = draw.query(mean, share)
    (found,), (other,) = query.ops(OpKind.MEAN), query.ops(OpKind.DIV)
    assert (query.operands(found), found.arguments["dim"], query.operands(other)) == ((x,), -1, (total,))


def test_what_nothing_reads_past_a_neutral_operation_stays() -> None:
    draw = Drawing()
    x = draw.op(OpKind.TANH, draw.input())
    draw.op(OpKind.ADD, x, other=0.0)
    last = draw.op(OpKind.SILU, draw.input("y"))
    assert x in draw.query(last).ops(OpKind.TANH)


def test_a_returned_result_is_what_it_hands_on() -> None:
    draw = Drawing()
    x = draw.op(OpKind.TANH, draw.input())
    returned = draw.op(OpKind.MUL, x, other=1.0)
    (result,) = draw.query(returned).graph.results
    assert result.source is x


def test_a_model_without_any_is_the_same_object() -> None:
    draw = Drawing()
    draw.op(OpKind.TANH, draw.input())
    query = draw.query()
    assert type(query)(query.model).model is query.model
