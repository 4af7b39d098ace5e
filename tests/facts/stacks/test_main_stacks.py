"""The stacks that stand for a model."""

from __future__ import annotations

from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.graph import OpKind
from tests.facts.drawing import Drawing
from tests.facts.drawn_models import sequential


def test_encoder_that_is_attended_to_is_main_too() -> None:
    draw = Drawing()
    x = draw.input("x")
    for number in range(2):
        draw.at = f"low.{number}"
        x = sequential(draw, x, f"low.{number}")
    y = draw.input("y")
    for number in range(2):
        draw.at = f"high.{number}"
        y = sequential(draw, y, f"high.{number}")
        joined = draw.op(OpKind.MATMUL, draw.layer_norm(y, f"high.{number}.c"), x)
        y = draw.add(y, joined)
    assert [stack.path for stack in draw.query(y).get(main_stacks)] == ["high", "low"]
