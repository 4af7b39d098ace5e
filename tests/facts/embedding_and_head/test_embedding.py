"""The token table, and what happens to its rows."""

from __future__ import annotations

import pytest

from analyzer.facts.embedding_and_head.embedding import embeddings
from analyzer.graph import Dtype, OpKind
from tests.facts.drawing import WIDTH, Drawing
from tests.facts.drawn_models import head, lookup, trunk


@pytest.mark.parametrize("factor", [WIDTH**0.5, 3.0])
def test_scale_of_the_embedding(factor: float) -> None:
    draw = Drawing()
    rows, _ = lookup(draw)
    head(draw, trunk(draw, draw.op(OpKind.MUL, rows, other=factor)))
    (found,) = draw.query().facts(embeddings)
    assert found.factor == factor
    assert found.is_root_of_width is (factor != 3.0)
    assert found.norm is None


def test_norm_of_the_embedding() -> None:
    draw = Drawing()
    rows, _ = lookup(draw)
    positions = draw.parameter("positions", 2, 7, WIDTH)
    head(draw, trunk(draw, draw.layer_norm(draw.add(rows, positions), "first")))
    (found,) = draw.query().facts(embeddings)
    assert found.norm is not None and found.scales == ()


def test_indices_that_the_model_makes_are_no_tokens() -> None:
    draw = Drawing()
    rows, _ = lookup(draw)
    positions = draw.op(OpKind.ARANGE, shape=(7,), to=Dtype.INT64)
    table = draw.parameter("positions", 64, WIDTH)
    places = draw.op(OpKind.EMBEDDING, positions, table, to=Dtype.BFLOAT16)
    head(draw, trunk(draw, draw.add(rows, places)))
    (found,) = draw.query().facts(embeddings)
    assert found.table is not None and found.table.name == "table"
