"""Additions that are residual, and such as are not."""

from __future__ import annotations

from analyzer.facts.residual.residual import residuals
from analyzer.facts.stacks.blocks import blocks
from analyzer.graph import Op, OpKind
from tests.facts.drawing import WIDTH, Drawing
from tests.facts.drawn_models import stacked


def test_sums_that_are_no_residuals() -> None:
    draw = Drawing()
    x = draw.input()
    draw.add(draw.linear(x, "a"), draw.linear(x, "b"))
    draw.add(x, draw.parameter("positions", 2, 7, WIDTH))
    draw.add(x, draw.op(OpKind.MUL, x, other=0.5))
    assert draw.query().facts(residuals) == ()


def test_a_skip_inside_a_branch_is_no_block() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        inner = draw.linear(draw.layer_norm(x, f"{name}.n"), f"{name}.in")
        skipped = draw.op(OpKind.MUL, inner, draw.parameter(f"{name}.d", WIDTH))
        inner = draw.add(draw.linear(inner, f"{name}.mid"), skipped)
        return draw.add(x, draw.linear(inner, f"{name}.out"))

    query = stacked(step)
    assert len(query.facts(residuals)) == 6
    assert len(query.facts(blocks)) == 3
