"""Both ends of a language model: the token table and the head."""

from __future__ import annotations

import pytest

from analyzer.facts.embedding_and_head.embedding import embeddings
from analyzer.facts.embedding_and_head.head import heads
from analyzer.graph import Dtype, Op, OpKind
from analyzer.query import Query
from tests.facts.drawing import WIDTH, Drawing

ROWS = 20
LOGITS = (2, 7, ROWS)


def _model(draw: Drawing, x: Op) -> Op:
    for number in range(2):
        draw.at = f"trunk.{number}"
        x = draw.add(x, draw.feed_forward(draw.layer_norm(x, f"trunk.{number}.n"), f"trunk.{number}"))
    draw.at = ""
    return x


def _lookup(draw: Drawing) -> tuple[Op, Op]:
    tokens = draw.input("tokens", (2, 7), Dtype.INT64)
    table = draw.parameter("table", ROWS, WIDTH)
    return draw.op(OpKind.EMBEDDING, tokens, table, to=Dtype.BFLOAT16), table


def _head(draw: Drawing, x: Op, **numbers: float) -> Op:
    return draw.linear(x, "head", ROWS)


@pytest.mark.parametrize("factor", [WIDTH**0.5, 3.0])
def test_scale_of_the_embedding(factor: float) -> None:
    draw = Drawing()
    rows, _ = _lookup(draw)
    _head(draw, _model(draw, draw.op(OpKind.MUL, rows, other=factor)))
    (found,) = draw.query().facts(embeddings)
    assert found.factor == factor
    assert found.is_root_of_width is (factor != 3.0)
    assert found.norm is None


def test_norm_of_the_embedding() -> None:
    draw = Drawing()
    rows, _ = _lookup(draw)
    positions = draw.parameter("positions", 2, 7, WIDTH)
    _head(draw, _model(draw, draw.layer_norm(draw.add(rows, positions), "first")))
    (found,) = draw.query().facts(embeddings)
    assert found.norm is not None and found.scales == ()


def test_indices_that_the_model_makes_are_no_tokens() -> None:
    draw = Drawing()
    rows, _ = _lookup(draw)
    positions = draw.op(OpKind.ARANGE, shape=(7,), to=Dtype.INT64)
    table = draw.parameter("positions", 64, WIDTH)
    places = draw.op(OpKind.EMBEDDING, positions, table, to=Dtype.BFLOAT16)
    _head(draw, _model(draw, draw.add(rows, places)))
    (found,) = draw.query().facts(embeddings)
    assert found.table is not None and found.table.name == "table"


def _logits(*steps: tuple[OpKind, float | None]) -> Query:
    draw = Drawing()
    rows, _ = _lookup(draw)
    out = _head(draw, _model(draw, rows))
    for kind, value in steps:
        out = draw.op(kind, out, shape=LOGITS, **({} if value is None else {"other": value}))
    return draw.query(out)


@pytest.mark.parametrize(
    ("steps", "bound", "factor"),
    [
        (((OpKind.DIV, 30.0), (OpKind.TANH, None), (OpKind.MUL, 30.0)), 30.0, 1.0),
        (((OpKind.MUL, 0.0625),), None, 0.0625),
        (((OpKind.DIV, 16.0),), None, 0.0625),
        (((OpKind.MUL, 2.0), (OpKind.DIV, 30.0), (OpKind.TANH, None), (OpKind.MUL, 30.0)), 30.0, 2.0),
        ((), None, 1.0),
    ],
)
def test_cap_and_scale_of_the_logits(
    steps: tuple[tuple[OpKind, float | None], ...], bound: float | None, factor: float
) -> None:
    (head,) = _logits(*steps).facts(heads)
    assert (head.softcap.bound if head.softcap else None) == bound
    assert head.factor == factor
    assert head.to_vocabulary and head.bias is None


def test_the_table_itself_as_head() -> None:
    draw = Drawing()
    rows, table = _lookup(draw)
    logits = draw.op(OpKind.LINEAR, _model(draw, rows), table, shape=LOGITS)
    (head,) = draw.query(logits).facts(heads)
    assert head.weight is not None and head.weight.name == "table"


def test_a_model_without_a_head() -> None:
    draw = Drawing()
    rows, _ = _lookup(draw)
    out = draw.layer_norm(_model(draw, rows), "last")
    assert draw.query(out).facts(heads) == ()
