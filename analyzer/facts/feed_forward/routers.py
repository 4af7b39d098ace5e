"""Finding routers: from each choice of the best up to the logits, and down to the weights of the experts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.learned import learned
from analyzer.facts.dataflow.projections import Projection, matrix_behind, projection_at
from analyzer.facts.feed_forward.router import (
    ExpertWeights,
    Groups,
    Order,
    Router,
    ScoreBias,
    Scoring,
    SelectionBias,
    WeightScale,
)
from analyzer.facts.feed_forward.router_weights import (
    CHOICE_WAY,
    SCORES,
    WEIGHT_WAY,
    by_own_sum,
    choosing,
    chosen_weights,
    index_tensors,
    is_score,
    scaled,
    tail_of,
)
from analyzer.graph import Dtype, Group, Op, OpKind
from analyzer.query import Query, number, sides


def router_upcast(query: Query, router: Router) -> Op | None:
    """The operation by which the code itself makes logits or scores float32 (or wider), None if it does not."""
    wide = (Dtype.FLOAT32, Dtype.FLOAT64)
    if router.scoring is not None and router.scoring.op.arguments.get("dtype") in wide:
        return router.scoring.op
    projection = router.projection.op
    stored = router.projection.weight.outputs[0].dtype
    if stored not in wide and projection.outputs[0].dtype in wide:
        return projection
    between = [op for op in router.scored if op.kind is OpKind.CAST and op.arguments.get("dtype") in wide]
    if stored not in wide and between:
        return _first(between)
    source = router.projection.input
    explicit = source.kind is OpKind.CAST and source.arguments.get("dtype", source.outputs[0].dtype) in wide
    return source if explicit else None


def routers(query: Query) -> tuple[Router, ...]:
    """Every router of the forward call, in order of execution."""
    last: dict[Projection, tuple[Op, frozenset[Op]]] = {}
    earlier: dict[Projection, list[Op]] = {}
    for choice in query.ops(OpKind.TOPK, OpKind.ARGMAX, OpKind.SORT, OpKind.AMAX):
        found = _logits(query, choice) if _picks(query, choice) else None
        if found is None:
            continue
        projection, region = found
        if projection in last:
            earlier.setdefault(projection, []).append(last[projection][0])
        last[projection] = (choice, region)
    return tuple(
        _router(query, projection, choice, region, earlier.get(projection, []))
        for projection, (choice, region) in last.items()
        if _routes(query, projection, choice)
    )


def _picks(query: Query, op: Op) -> bool:
    """Whether ``op`` is asked for the places of the best, not for their values alone."""
    if op.kind is not OpKind.AMAX:
        return True
    return len(op.outputs) == 2 and any(
        o.output == 1 for user in query.users(op) for o in user.operands if o.source is op
    )


def _logits(query: Query, choice: Op) -> tuple[Projection, frozenset[Op]] | None:
    """(the projection whose output is chosen from, the operations in between)."""
    projection_of, carried = query.get(projection_at), query.get(content)
    found: set[Projection] = set()
    region: set[Op] = set()
    stack = [operand.source for operand in choice.operands[:1] if is_score(operand)]
    while stack:
        op = stack.pop()
        if op in region or op not in carried:
            continue
        if (projection := projection_of.get(op)) is not None:
            found.add(projection)
        elif op.kind in CHOICE_WAY:
            region.add(op)
            stack.extend(operand.source for operand in choosing(op))
        elif op.kind in (OpKind.TOPK, OpKind.SCATTER):
            region.add(op)
            stack.append(op.operands[0].source)
        else:
            return None
    return (found.pop(), frozenset(region)) if len(found) == 1 else None


def _routes(query: Query, projection: Projection, choice: Op) -> bool:
    """Whether the number of outputs is one of experts: their matrices are chosen by data further down, or all of them
    work and what they made is weighted by the choice."""
    experts = any(other.op.index > projection.op.index for other in query.get(_expert_projections))
    return experts or _weighs(query, projection, choice)


def _weighs(query: Query, projection: Projection, choice: Op) -> bool:
    """Whether weights, spread over all experts with zeros for those not chosen, multiply what is not made of them."""
    own, carried = {choice, *index_tensors(query, choice)}, query.get(content)
    stack = [(choice, False)]
    while stack:
        op, over_all = stack.pop()
        for user in query.users(op):
            others = [one.source for one in user.operands if one.source not in own and one.source in carried]
            if user.kind in _JOINING and others:
                if over_all and not any(query.reaches(projection.op, other) for other in others):
                    return True
            elif user not in own and user.kind in _SPREADING:
                own.add(user)
                stack.append((user, over_all or user.kind in (OpKind.SCATTER, OpKind.ONE_HOT)))
    return False


_JOINING = frozenset({OpKind.MUL, OpKind.MATMUL, OpKind.EINSUM})
_SPREADING = WEIGHT_WAY | SCORES | {OpKind.ONE_HOT, OpKind.SUM, OpKind.INDEX}


def _expert_projections(query: Query) -> tuple[Projection, ...]:
    return tuple({id(one): one for one in query.get(projection_at).values() if one.expert}.values())


def _router(query: Query, projection: Projection, choice: Op, region: frozenset[Op], earlier: Sequence[Op]) -> Router:
    first, scored = chosen_weights(query, projection, choice, region)
    before = _first(op for op in (*region, *scored) if op.kind in SCORES)
    rounds = _rounds(query, region, earlier)
    tail = tail_of(query, first)
    after = _first(op for op in tail if op.kind in SCORES)
    return Router(
        projection=projection,
        choice=choice,
        experts=choice.operands[0].source.outputs[choice.operands[0].output].shape[-1],
        top_k=sum(map(_count, rounds), start=_count(choice)),
        scoring=_scoring(before, after, region),
        bias=_bias(query, region, before, first, choice),
        groups=_groups([op for op in earlier if op not in rounds], region),
        weights=_weights(query, first, tail, choice),
        scored=region | scored,
    )


def _scoring(before: Op | None, after: Op | None, region: frozenset[Op]) -> Scoring | None:
    root = any(op.kind is OpKind.SQRT for op in region)
    if before is not None:
        return Scoring(before, Order.SCORE_THEN_TOPK, root)
    return Scoring(after, Order.TOPK_THEN_SCORE, root) if after is not None else None


def _weights(query: Query, first: Op | None, tail: Sequence[Op], choice: Op) -> ExpertWeights:
    normalizer = _first(op for op in tail if op.kind is OpKind.DIV and by_own_sum(query, op))
    scales = [WeightScale(op, value) for op in tail if (value := scaled(op)) is not None]
    scale = min(scales, key=lambda one: one.op.index, default=None)
    return ExpertWeights(first, normalizer, scale, tail[-1] if tail else first or choice)


def _rounds(query: Query, region: frozenset[Op], earlier: Sequence[Op]) -> tuple[Op, ...]:
    """Choices whose experts are taken out of the scores of the next one: each adds to the chosen."""
    taken = [op for op in region if op.kind is OpKind.SCATTER and _is_lowest(op)]
    sources = {query.skip(operand.source, Group.LAYOUT) for op in taken for operand in op.operands[1:]}
    return tuple(op for op in earlier if op in sources)


def _is_lowest(op: Op) -> bool:
    value = number(op.arguments.get("src", op.arguments.get("value")))
    return value is not None and float(value) < _LOW


_LOW = -1e4
"""A score below it is never the best."""


def _groups(earlier: list[Op], region: frozenset[Op]) -> Groups | None:
    """The limit that choices before the last one of a router put on it."""
    if not earlier:
        return None
    choice = earlier[-1]
    scores = choice.operands[0].source
    count = scores.outputs[choice.operands[0].output].shape[-1]
    best = [op for op in earlier[:-1] if op.index < choice.index]
    reduced = [op for op in region if op.kind is OpKind.AMAX and op.index < choice.index]
    scored = best[-1] if best else reduced[-1] if reduced else choice
    return Groups(choice, _count(choice), count, scored, _count(best[-1]) if best else 1)


def _first(ops: Iterable[Op]) -> Op | None:
    return min(ops, key=lambda op: op.index, default=None)


def _count(choice: Op) -> int:
    if choice.kind in (OpKind.ARGMAX, OpKind.AMAX):
        return 1
    k = choice.arguments.get("k")
    if isinstance(k, int):
        return k
    return choice.outputs[0].shape[-1] if choice.outputs and choice.outputs[0].shape else 1


def _bias(query: Query, region: frozenset[Op], scoring: Op | None, weights: Op | None, choice: Op) -> ScoreBias | None:
    """The addition of a stored or learned vector to the scores, and whether it leaks into the weights."""
    for op in sorted(region, key=lambda found: found.index):
        if op.kind is not OpKind.ADD or (scoring is not None and op.index < scoring.index):
            continue
        if (pair := sides(op)) is None:
            continue
        if any(isinstance(side, Op) and _stored(side) for side in pair):
            return ScoreBias(op, _reach(op, weights, choice))
    return None


def _stored(op: Op) -> bool:
    if learned(op) is not None or matrix_behind(op) is not None:
        return True
    while op.kind in Group.LAYOUT and op.operands:
        op = op.operands[0].source
    return op.kind is OpKind.BUFFER


def _reach(bias: Op, weights: Op | None, choice: Op) -> SelectionBias:
    if weights is None:
        return SelectionBias.SELECTION_ONLY
    if weights is choice or weights.operands[0].source.index >= bias.index:
        return SelectionBias.SELECTION_AND_WEIGHT
    return SelectionBias.SELECTION_ONLY
