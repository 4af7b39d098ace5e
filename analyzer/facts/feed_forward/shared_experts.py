"""Experts that every token passes, beside those that a router chooses."""

from __future__ import annotations

from analyzer.facts.dataflow.content import content
from analyzer.facts.feed_forward.feed_forward import FeedForward, feed_forwards
from analyzer.facts.feed_forward.router import Router
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query
from analyzer.values import origin_of


def shared_experts(query: Query, router: Router) -> tuple[FeedForward, ...]:
    """Feed-forward parts that read what the router reads and whose matrices are not those that it chooses from."""
    reading = query.get(_by_input).get(_origin(query, router.projection.input), ())
    own = [one for one in reading if not one.down.chosen and not _all_experts(one, router)]
    routed = routed_experts(query, router)
    return tuple(one for one in own if not routed or joint(query, one, routed[-1]) is not None)


_JOIN_WAY = Group.LAYOUT | {OpKind.MUL, OpKind.SCATTER, OpKind.SUM, OpKind.SLICE, OpKind.ADD}


def joint(query: Query, shared: FeedForward, routed: FeedForward) -> Op | None:
    """What adds the result of ``shared`` to that of the routed experts; None if it goes to the stream alone."""
    sums = query.sinks(shared.down.output, OpKind.ADD, OpKind.SCATTER, through=_JOIN_WAY - {OpKind.ADD, OpKind.SCATTER})
    found = (one for one in sums if query.reaches(routed.down.output, one, through=_JOIN_WAY))
    return min(found, key=lambda op: op.index, default=None)


def shared_gate(query: Query, shared: FeedForward, routed: FeedForward) -> Op | None:
    """The activation of what is computed from the token that multiplies the result of ``shared``; None without one."""
    end = joint(query, shared, routed)
    between = query.within(shared.down.output, end) if end is not None else frozenset()
    for op in sorted(between, key=lambda found: found.index):
        factors = query.operands(op) if op.kind is OpKind.MUL else ()
        gates = [query.skip(one, Group.LAYOUT) for one in factors if one not in between]
        gate = next((one for one in gates if one.kind in Group.ACTIVATION and one in query.get(content)), None)
        if gate is not None:
            return gate
    return None


def _all_experts(found: FeedForward, router: Router) -> bool:
    """Whether every expert runs on every token, and the router only weighs them."""
    return int(found.down.stack) > 1 and int(found.down.stack) == int(router.experts)


def routed_experts(query: Query, router: Router) -> tuple[FeedForward, ...]:
    """Feed-forward parts with chosen matrices that run after this router and before the next."""
    following = [one for one in query.get(_chosen) if one.down.op.index > router.projection.op.index]
    return tuple(one for one in following if one.module == following[0].module)


def shared_count(shared: FeedForward, routed: FeedForward) -> int:
    """How many experts one shared part stands for: its width over that of a routed one, where the first is written as
    a multiple of the second; else one."""
    if int(shared.down.stack) > 1:
        return shared.down.stack
    wide, narrow = int(shared.width), int(routed.width)
    multiple, base = origin_of(shared.width), origin_of(routed.width)
    if multiple is None or base is None or wide == narrow or wide % narrow:
        return 1
    return wide // narrow if base.fields and base.fields < multiple.fields else 1


def _by_input(query: Query) -> dict[Op, tuple[FeedForward, ...]]:
    found: dict[Op, tuple[FeedForward, ...]] = {}
    for one in query.facts(feed_forwards):
        source = _origin(query, one.up[0].input)
        found[source] = (*found.get(source, ()), one)
    return found


def _chosen(query: Query) -> tuple[FeedForward, ...]:
    return tuple(one for one in query.facts(feed_forwards) if one.expert)


def _origin(query: Query, op: Op) -> Op:
    return query.skip(op, Group.LAYOUT)
