"""The output head, and what happens to its result."""

from __future__ import annotations

import pytest

from analyzer.facts.embedding_and_head.head import heads
from analyzer.graph import OpKind
from analyzer.query import Query
from tests.facts.drawing import Drawing
from tests.facts.drawn_models import LOGITS, head, lookup, trunk


def _logits(*steps: tuple[OpKind, float | None]) -> Query:
    draw = Drawing()
    rows, _ = lookup(draw)
    out = head(draw, trunk(draw, rows))
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
    (found,) = _logits(*steps).facts(heads)
    assert (found.softcap.bound if found.softcap else None) == bound
    assert found.factor == factor
    assert found.to_vocabulary and found.bias is None


def test_the_table_itself_as_head() -> None:
    draw = Drawing()
    rows, table = lookup(draw)
    logits = draw.op(OpKind.LINEAR, trunk(draw, rows), table, shape=LOGITS)
    (found,) = draw.query(logits).facts(heads)
    assert found.weight is not None and found.weight.name == "table"


def test_a_model_without_a_head() -> None:
    draw = Drawing()
    rows, _ = lookup(draw)
    out = draw.layer_norm(trunk(draw, rows), "last")
    assert draw.query(out).facts(heads) == ()
