"""Residual blocks, topology, stacks and their grouping."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.facts.layers.grouping import grouped
from analyzer.facts.mixers.branch_content import Content
from analyzer.facts.residual.multipliers import product
from analyzer.facts.residual.residual import residuals
from analyzer.facts.stacks.blocks import Placement, blocks
from analyzer.facts.stacks.final_norm import stack_ends
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.stacks.stacks import stacks
from analyzer.facts.stacks.topology import Topology, topologies
from analyzer.graph import Dtype, Op, OpKind
from analyzer.query import Query
from tests.facts.drawing import WIDTH, Drawing

Step = Callable[[Drawing, Op, str], Op]


def _pre(draw: Drawing, x: Op, name: str) -> Op:
    return draw.add(x, draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name))


def _post(draw: Drawing, x: Op, name: str) -> Op:
    return draw.layer_norm(draw.add(draw.feed_forward(x, name), x), f"{name}.n")


def _inside(draw: Drawing, x: Op, name: str) -> Op:
    return draw.add(draw.layer_norm(draw.feed_forward(x, name), f"{name}.n"), x)


def _sandwich(draw: Drawing, x: Op, name: str) -> Op:
    inner = draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name)
    return draw.add(x, draw.layer_norm(inner, f"{name}.m"))


def _bare(draw: Drawing, x: Op, name: str) -> Op:
    return draw.add(x, draw.feed_forward(x, name))


def _stacked(step: Step, layers: int = 3, *, final: bool = False) -> Query:
    draw = Drawing()
    x = draw.input()
    for number in range(layers):
        draw.at = f"trunk.{number}"
        x = step(draw, x, f"trunk.{number}")
    draw.at = "last"
    if final:
        x = draw.layer_norm(x, "last")
    return draw.query(x)


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize(
    ("step", "placement"),
    [
        (_pre, Placement.PRE),
        (_post, Placement.POST),
        (_inside, Placement.POST_IN_RESIDUAL),
        (_sandwich, Placement.SANDWICH),
        (_bare, Placement.NONE),
    ],
)
def test_placement_is_read_from_the_equation(step: Step, placement: Placement, final: bool) -> None:
    query = _stacked(step, final=final)
    found = query.facts(blocks)
    assert [block.placement for block in found] == [placement] * 3
    assert all(block.contents == (Content.FEED_FORWARD,) for block in found)
    (end,) = query.facts(stack_ends)
    assert (end.norm is not None) is final


def test_dropout_and_casts_are_transparent() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        branch = draw.feed_forward(draw.layer_norm(draw.op(OpKind.CAST, x), f"{name}.n"), name)
        return draw.add(draw.op(OpKind.DROPOUT, branch), x)

    assert {block.placement for block in _stacked(step).facts(blocks)} == {Placement.PRE}


def test_scales_on_the_branch() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        branch = draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name)
        halved = draw.op(OpKind.DIV, branch, other=2.0)
        return draw.add(x, draw.op(OpKind.MUL, halved, draw.parameter(f"{name}.gamma", WIDTH)))

    for block in _stacked(step).facts(blocks):
        assert product(block.scales) == 0.5
        assert [scale.learned is not None for scale in block.scales] == [True, False]


def test_stream_in_float32() -> None:
    def step(draw: Drawing, x: Op, name: str) -> Op:
        wide = draw.op(OpKind.CAST, x, to=Dtype.FLOAT32)
        return draw.add(wide, draw.feed_forward(draw.layer_norm(x, f"{name}.n"), name))

    assert all(block.upcast for block in _stacked(step).facts(blocks))


def _sequential(draw: Drawing, x: Op, name: str) -> Op:
    x = draw.add(x, draw.attention(draw.layer_norm(x, f"{name}.a"), name))
    return draw.add(x, draw.feed_forward(draw.layer_norm(x, f"{name}.b"), name))


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
        (_sequential, Topology.SEQUENTIAL),
        (_parallel, Topology.PARALLEL),
        (_one_norm, Topology.SHARED_NORM_PARALLEL),
        (_pre, Topology.SINGLE),
    ],
)
def test_topology(step: Step, topology: Topology) -> None:
    query = _stacked(step)
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

    query = _stacked(step)
    assert len(query.facts(residuals)) == 6
    assert len(query.facts(blocks)) == 3


def test_many_layers_are_fast() -> None:
    import time

    query = _stacked(_sequential, layers=64)
    before = time.perf_counter()
    assert len(query.facts(blocks)) == 128
    assert time.perf_counter() - before < 2


def test_stack_and_grouping() -> None:
    query = _stacked(_sequential, layers=4)
    (stack,) = query.facts(stacks)
    assert (stack.path, stack.pattern, len(stack.layers)) == ("trunk", "trunk.*", 4)
    assert query.once(main_stacks) == (stack,)

    def patterns(*items: tuple[str, object]) -> list[tuple[str, int]]:
        return [(g.module, len(g.items)) for g in grouped(query, items, lambda one: one[0], lambda one: one[1])]

    assert patterns(*((f"trunk.{i}.norm", 1e-5) for i in range(4))) == [("trunk.*", 4)]
    assert patterns(*((f"trunk.{i}", i % 2) for i in range(4))) == [("trunk.{0,2}", 2), ("trunk.{1,3}", 2)]
    assert patterns(("trunk.1", "x")) == [("trunk.1", 1)]
    several = [(f"trunk.{i}.{part}", part) for i in range(4) for part in "ab"]
    assert patterns(*several) == [("trunk.*.a", 4), ("trunk.*.b", 4)]
    assert patterns(("elsewhere", 1), ("trunk.0", True)) == [("trunk.0", 1), ("elsewhere", 1)]


def test_encoder_that_is_attended_to_is_main_too() -> None:
    draw = Drawing()
    x = draw.input("x")
    for number in range(2):
        draw.at = f"low.{number}"
        x = _sequential(draw, x, f"low.{number}")
    y = draw.input("y")
    for number in range(2):
        draw.at = f"high.{number}"
        y = _sequential(draw, y, f"high.{number}")
        joined = draw.op(OpKind.MATMUL, draw.layer_norm(y, f"high.{number}.c"), x)
        y = draw.add(y, joined)
    assert [stack.path for stack in draw.query(y).once(main_stacks)] == ["high", "low"]
