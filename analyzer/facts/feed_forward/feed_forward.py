"""Feed-forward parts: projections up, an activation (gated or not), a projection down."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from analyzer.facts.attention.branches import norm_at
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.elementwise import SAMPLES, ElementPlace, NotElementwise, Numbers, evaluate, named
from analyzer.facts.dataflow.projections import Projection, projection_at, projections
from analyzer.facts.norms.norms import Norm
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query
from analyzer.query.tree import common_path, is_inside

_ELEMENTWISE = Group.ACTIVATION | {
    OpKind.ADD,
    OpKind.SUB,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.POW,
    OpKind.NEG,
    OpKind.ABS,
    OpKind.SQRT,
    OpKind.RSQRT,
    OpKind.RECIPROCAL,
    OpKind.SQUARE,
    OpKind.EXP,
    OpKind.LOG,
    OpKind.ERF,
    OpKind.MAXIMUM,
    OpKind.MINIMUM,
    OpKind.CLAMP,
    OpKind.COMPARE,
    OpKind.WHERE,
    OpKind.ELEMENTWISE,
    OpKind.GLU,
}
_CURVED = frozenset({OpKind.ERF, OpKind.EXP, OpKind.POW, OpKind.MAXIMUM})
_BENT = frozenset({OpKind.CLAMP, OpKind.WHERE, OpKind.ABS})
"""Kinds that make an activation only when the whole is a known one: else they guard a range."""
_PARTS = Group.LAYOUT | {OpKind.SLICE, OpKind.SPLIT}
_MOST_UP = 2  # projections up: the value, and a gate


@dataclass(frozen=True, slots=True, eq=False)
class FeedForward:
    """One execution of a feed-forward part.

    ``up`` are the projections from the hidden width (one, or gate and up), ``down`` the projection back. ``activation``
    is its canonical name, None where the function is none of the known ones; ``activated`` the operation that applies
    it. ``width`` is the number of features that reach ``down``; ``gated`` whether they are products of two halves,
    ``fused`` whether both come from one matrix. ``clamps`` are clamps on the way. ``parts`` are the tensors that the
    arithmetic between the projections starts from: what is projected up, or its halves.
    """

    up: tuple[Projection, ...]
    down: Projection
    activation: str | None
    activated: Op
    gated: bool
    fused: bool
    hidden: int
    width: int
    clamps: tuple[Op, ...]
    parts: tuple[ElementPlace, ...] = ()

    @property
    def expert(self) -> bool:
        """Whether its matrices are chosen by data."""
        return self.down.expert or any(projection.expert for projection in self.up)

    @property
    def module(self) -> str:
        """Where it is computed: not where the activation has its path when that lies outside, shared between layers."""
        own = common_path(projection.op.module for projection in (*self.up, self.down))
        return self.activated.module if is_inside(self.activated.module, own) else own


def feed_forwards(query: Query) -> tuple[FeedForward, ...]:
    """Every feed-forward part of the forward call, in order of execution."""
    found = (_feed_forward(query, down) for down in query.facts(projections))
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class _Way:
    """What lies between the projections up and the projection down.

    ``leaves`` are the tensors that the arithmetic starts from, by the projection they are (part of).
    """

    steps: tuple[Op, ...]
    leaves: dict[ElementPlace, Projection]


def _feed_forward(query: Query, down: Projection) -> FeedForward | None:
    way = _way(query, down)
    if way is None or not way.leaves:
        return None
    up = tuple(sorted(set(way.leaves.values()), key=lambda projection: projection.op.index))
    if len({_origin(query, projection) for projection in up}) != 1:
        return None
    if int(up[0].in_width) != int(down.out_width) or any(projection is down for projection in up):
        return None
    if _is_gate(query, down.output) or _convolutional(way, up):
        return None
    activated = _activated(way)
    if activated is None:
        return None
    glu = any(step.kind is OpKind.GLU for step in way.steps)
    activation = "sigmoid" if glu else query.get(_named, _Function(_spelling(way), down, way))
    if activation is None and activated.kind in _BENT:
        return None
    gated = len(way.leaves) == 2 or glu
    return FeedForward(
        up=up,
        down=down,
        activation=activation,
        activated=activated,
        gated=gated,
        fused=gated and len(up) == 1,
        hidden=down.out_width,
        width=down.in_width,
        clamps=tuple(step for step in way.steps if step.kind is OpKind.CLAMP),
        parts=tuple(way.leaves),
    )


def _is_gate(query: Query, op: Op) -> bool:
    """Whether what the projection down makes goes through an activation itself (it gates or weighs something)."""
    return bool(query.sinks(op, *Group.ACTIVATION, OpKind.SOFTMAX, through=Group.LAYOUT))


def _convolutional(way: _Way, up: tuple[Projection, ...]) -> bool:
    """Whether a filter along positions lies between two pointwise convolutions."""
    filtered = any(step.kind is OpKind.CONV for step in way.steps)
    return filtered and all(projection.op.kind is OpKind.CONV for projection in up)


def _origin(query: Query, projection: Projection) -> Op:
    return query.skip(projection.input, Group.LAYOUT)


def _way(query: Query, down: Projection) -> _Way | None:
    """The region above ``down``, None if something else than element-wise steps on one or two projections is in it."""
    steps: dict[Op, None] = {}
    leaves: dict[ElementPlace, Projection] = {}
    projection_of, norm_of = query.get(projection_at), query.get(norm_at)
    carried = query.get(content)
    stack = [(down.input, _output(down.op, down.input))]
    while stack:
        op, output = stack.pop()
        if (leaf := _leaf(op, projection_of)) is not None:
            leaves[_unlaid(op, output, projection_of)] = leaf
            if len(leaves) > _MOST_UP:  # a stream of many additions need not be followed to its beginning
                return None
        elif op in steps or op not in carried or _is_weight_of_row(op):
            continue
        elif (norm := norm_of.get(op)) is not None:
            steps[op] = None
            stack.append((norm.input, 0))
        elif op.kind is OpKind.CONV:
            steps[op] = None
            stack.append((op.operands[0].source, op.operands[0].output))
        elif op.kind in _ELEMENTWISE or op.kind in _PARTS:
            steps[op] = None
            stack.extend((operand.source, operand.output) for operand in op.operands)
        else:
            return None
    return _Way(tuple(sorted(steps, key=lambda step: step.index)), leaves)


def _output(user: Op, source: Op) -> int:
    return next((operand.output for operand in user.operands if operand.source is source), 0)


def _leaf(op: Op, projection_of: dict[Op, Projection]) -> Projection | None:
    """The projection that ``op`` is, or is a rearranged part of."""
    while op not in projection_of and op.kind in _PARTS and op.operands:
        op = op.operands[0].source
    return projection_of.get(op)


def _unlaid(op: Op, output: int, projection_of: dict[Op, Projection]) -> ElementPlace:
    """``op`` without changes of layout, so that the same part read twice is one leaf."""
    while op not in projection_of and op.kind in Group.LAYOUT and op.operands:
        op, output = op.operands[0].source, op.operands[0].output
    return op, output


def _is_weight_of_row(op: Op) -> bool:
    """Whether ``op`` is one number for each row (a routing weight)."""
    return bool(op.outputs) and bool(op.outputs[0].shape) and int(op.outputs[0].shape[-1]) == 1


def _activated(way: _Way) -> Op | None:
    """The operation that makes the way non-linear (the last one of a written-out function)."""
    for kinds in (Group.ACTIVATION | {OpKind.GLU}, _CURVED, _BENT):
        chosen = [step for step in way.steps if step.kind in kinds]
        if chosen:
            return chosen[-1]
    return None


@dataclass(frozen=True, slots=True)
class _Function:
    """What a way computes; equal where it is written at the same place, as in all layers of one class."""

    spelling: Hashable
    down: Projection = field(compare=False)
    way: _Way = field(compare=False)


def _spelling(way: _Way) -> Hashable:
    return tuple((step.kind, step.name, step.span, step.stack) for step in way.steps)


def _named(query: Query, function: _Function) -> str | None:
    down, way = function.down, function.way
    leaves = list(way.leaves)
    try:
        if len(leaves) == 1:
            return named(_values(query, down, {leaves[0]: SAMPLES}, way))
        return _gated_name(query, down, leaves, way)
    except NotElementwise:
        return None


def _gated_name(query: Query, down: Projection, leaves: list[ElementPlace], way: _Way) -> str | None:
    """The function of one half if the other half enters linearly."""
    ones = np.ones_like(SAMPLES)
    for gate, up in (leaves, leaves[::-1]):
        at = [_values(query, down, {gate: SAMPLES, up: ones * scale}, way) for scale in (0.0, 1.0, 2.0)]
        slope = at[1] - at[0]
        if np.allclose(at[2] - at[1], slope, atol=1e-6) and (name := named(slope)) is not None:
            return name
    return None


def _values(query: Query, down: Projection, leaves: dict[ElementPlace, Numbers], way: _Way) -> Numbers:
    """What ``down`` reads where the leaves have the given values, norms are left out and weights of rows are 1."""
    end = down.input
    memory: dict[ElementPlace, Numbers] = dict(leaves)
    norm_of: dict[Op, Norm] = query.get(norm_at)
    carried = query.get(content)
    for step in way.steps:
        for operand in step.operands:
            if operand.source in carried and _is_weight_of_row(operand.source):
                memory.setdefault((operand.source, operand.output), np.ones_like(SAMPLES))
        if step in norm_of:
            memory[step, 0] = evaluate(norm_of[step].input, memory)
        elif step.kind is OpKind.CONV:
            memory[step, 0] = evaluate(step.operands[0].source, memory, step.operands[0].output)
    return evaluate(end, memory, _output(down.op, end))
