"""Placement of norms in residual blocks, multipliers, types."""

from __future__ import annotations

import pytest

from analyzer.facts.mixers.branch_content import Content
from analyzer.facts.residual.multipliers import product
from analyzer.facts.stacks.blocks import Placement, blocks
from analyzer.facts.stacks.final_norm import stack_ends
from analyzer.graph import Dtype, Op, OpKind
from tests.facts.drawing import WIDTH, Drawing
from tests.facts.drawn_models import Step, pre_norm, sequential, stacked


def _post(draw: Drawing, x: Op, name: str) -> Op:
    return draw.layer_norm(draw.add(draw.feed_forward(x, name), x), f"{name}.n")


def _inside(draw: Drawing, x: Op, name: str) -> Op:
    return draw.add(draw.layer_norm(draw.feed_forward(x, name), f"{name}.n"), x)


def _sandwich(draw: Drawing, x: Op, name: str) -> Op:
    inner = draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name)
    return draw.add(x, draw.layer_norm(inner, f"{name}.m"))


def _bare(draw: Drawing, x: Op, name: str) -> Op:
    return draw.add(x, draw.feed_forward(x, name))


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize(
    ("step", "placement"),
    [
        (pre_norm, Placement.PRE),
        (_post, Placement.POST),
        (_inside, Placement.POST_IN_RESIDUAL),
        (_sandwich, Placement.SANDWICH),
        (_bare, Placement.NONE),
    ],
)
def test_placement_is_read_from_the_equation(step: Step, placement: Placement, final: bool) -> None:
    query = stacked(step, final=final)
    found = query.facts(blocks)
    assert [block.placement for block in found] == [placement] * 3
    assert all(block.contents == (Content.FEED_FORWARD,) for block in found)
    (end,) = query.facts(stack_ends)
    assert (end.norm is not None) is final


def test_dropout_and_casts_are_transparent() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        branch = draw.feed_forward(draw.layer_norm(draw.op(OpKind.CAST, x), f"{name}.n"), name)
        return draw.add(draw.op(OpKind.DROPOUT, branch), x)

    assert {block.placement for block in stacked(step).facts(blocks)} == {Placement.PRE}


def test_scales_on_the_branch() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        branch = draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name)
        halved = draw.op(OpKind.DIV, branch, other=2.0)
        return draw.add(x, draw.op(OpKind.MUL, halved, draw.parameter(f"{name}.gamma", WIDTH)))

    for block in stacked(step).facts(blocks):
        assert product(block.scales) == 0.5
        assert [scale.learned is not None for scale in block.scales] == [True, False]


def test_stream_in_float32() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        wide = draw.op(OpKind.CAST, x, to=Dtype.FLOAT32)
        return draw.add(wide, draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name))

    assert all(block.upcast for block in stacked(step).facts(blocks))


def test_many_layers_are_fast() -> None:
    import time

    query = stacked(sequential, layers=64)
    before = time.process_time()
    assert len(query.facts(blocks)) == 128
    assert time.process_time() - before < 5
