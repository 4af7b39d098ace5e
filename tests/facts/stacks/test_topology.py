"""Blocks one after the other, side by side, and on several streams."""

from __future__ import annotations

import pytest

from analyzer.facts.stacks.blocks import Placement, blocks
from analyzer.facts.stacks.topology import Topology, topologies
from analyzer.graph import Op, OpKind
from tests.facts.drawing import WIDTH, Drawing
from tests.facts.drawn_models import Step, pre_norm, sequential, stacked


def _parallel(draw: Drawing, x: Op, name: str) -> Op:
    attended = draw.attention(draw.layer_norm(x, f"{name}.a"), name)
    fed = draw.feed_forward(draw.layer_norm(x, f"{name}.b"), name)
    return draw.add(draw.add(attended, fed), x)


def _one_norm(draw: Drawing, x: Op, name: str) -> Op:
    y = draw.layer_norm(x, f"{name}.a")
    return draw.add(draw.add(x, draw.attention(y, name)), draw.feed_forward(y, name))


@pytest.mark.parametrize(
    ("step", "topology"),
    [
        (sequential, Topology.SEQUENTIAL),
        (_parallel, Topology.PARALLEL),
        (_one_norm, Topology.SHARED_NORM_PARALLEL),
        (pre_norm, Topology.SINGLE),
    ],
)
def test_topology(step: Step, topology: Topology) -> None:
    query = stacked(step)
    assert {found.topology for found in query.facts(topologies)} == {topology}
    assert {block.placement for block in query.facts(blocks)} == {Placement.PRE}


def test_several_streams() -> None:
    streams = (2, 7, 4, WIDTH)

    def step(draw: Drawing, x: Op, name: str) -> Op:
        weights = draw.linear(x, f"{name}.mix", 1)
        read = draw.op(OpKind.SUM, draw.op(OpKind.MUL, weights, x, shape=streams), dim=2)
        branch = draw.feed_forward(draw.layer_norm(read, f"{name}.n"), name)
        row = draw.op(OpKind.UNSQUEEZE, branch, shape=(2, 7, 1, WIDTH))
        spread = draw.op(OpKind.MUL, weights, row, shape=streams)
        return draw.op(OpKind.ADD, spread, x, shape=streams)

    draw = Drawing()
    x = draw.input(shape=streams)
    for number in range(2):
        draw.at = f"trunk.{number}"
        x = step(draw, x, f"trunk.{number}")
    query = draw.query(x)
    assert {found.topology for found in query.facts(topologies)} == {Topology.HYPER_CONNECTIONS}
    assert {block.placement for block in query.facts(blocks)} == {Placement.PRE}
