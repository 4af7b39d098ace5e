"""Models drawn operation by operation: blocks in all placements, an embedding, a head."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.graph import Dtype, Op, OpKind
from analyzer.query import Query
from tests.facts.drawing import WIDTH, Drawing

ROWS = 20


LOGITS = (2, 7, ROWS)


def trunk(draw: Drawing, x: Op) -> Op:
    for number in range(2):
        draw.at = f"trunk.{number}"
        x = draw.add(x, draw.feed_forward(draw.layer_norm(x, f"trunk.{number}.n"), f"trunk.{number}"))
    draw.at = ""
    return x


def lookup(draw: Drawing) -> tuple[Op, Op]:
    tokens = draw.input("tokens", (2, 7), Dtype.INT64)
    table = draw.parameter("table", ROWS, WIDTH)
    return draw.op(OpKind.EMBEDDING, tokens, table, to=Dtype.BFLOAT16), table


def head(draw: Drawing, x: Op, **numbers: float) -> Op:
    return draw.linear(x, "head", ROWS)


Step = Callable[[Drawing, Op, str], Op]


def pre_norm(draw: Drawing, x: Op, name: str) -> Op:
    return draw.add(x, draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name))


def stacked(step: Step, layers: int = 3, *, final: bool = False) -> Query:
    draw = Drawing()
    x = draw.input()
    for number in range(layers):
        draw.at = f"trunk.{number}"
        x = step(draw, x, f"trunk.{number}")
    draw.at = "last"
    if final:
        x = draw.layer_norm(x, "last")
    return draw.query(x)


def sequential(draw: Drawing, x: Op, name: str) -> Op:
    x = draw.add(x, draw.attention(draw.layer_norm(x, f"{name}.a"), name))
    return draw.add(x, draw.feed_forward(draw.layer_norm(x, f"{name}.b"), name))
