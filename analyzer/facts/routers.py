"""Routers: scores of experts, the choice of the best, and what becomes of their weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.content import content
from analyzer.facts.parameters import learned
from analyzer.facts.projections import Projection, matrix_behind, projection_at
from analyzer.graph import Dtype, Group, Op, Operand, OpKind
from analyzer.query import Query, constant_side, number, sides
from analyzer.values import plain


class Order(StrEnum):
    """Whether the function of the scores is applied to all of them or to the chosen ones."""

    SCORE_THEN_TOPK = "score_then_topk"
    TOPK_THEN_SCORE = "topk_then_score"


class SelectionBias(StrEnum):
    """Whether a bias takes part in the choice, and whether it leaks into the weights."""

    NONE = "none"
    SELECTION_ONLY = "selection_only"
    SELECTION_AND_WEIGHT = "selection_and_weight"


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """A choice that is limited to ``chosen`` of ``count`` groups of experts. ``choice`` picks the groups, ``scored``
    says how one is scored: the best expert in it, or the sum of the best ``summed``."""

    choice: Op
    chosen: int
    count: int
    scored: Op
    summed: int

    @property
    def text(self) -> str:
        score = "its best expert" if self.summed == 1 else f"the sum of its best {plain(self.summed)}"
        return f"{plain(self.chosen)} of {plain(self.count)} groups, each by {score}"


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """One execution of a router.

    ``projection`` makes the logits, ``choice`` picks the experts, ``weights`` is the first tensor of the chosen
    experts' weights. ``scoring`` is the operation that turns logits to scores, None for raw logits; ``root`` says that
    its square root is taken. ``normalized`` says that the weights add up to one, ``normalizer`` is the division by
    their sum. ``scale`` is the number they are multiplied by, None without one. ``groups`` is the limit to some groups
    of experts, None without one. ``end`` is the last operation on the weights alone.
    """

    projection: Projection
    choice: Op
    experts: int
    top_k: int
    scoring: Op | None
    root: bool
    order: Order | None
    bias: SelectionBias
    bias_add: Op | None
    normalized: bool
    normalizer: Op | None
    scale: int | float | None
    scaling: Op | None
    groups: Groups | None
    weights: Op | None
    end: Op

    @property
    def module(self) -> str:
        return self.choice.module

    @property
    def score_name(self) -> str:
        """The function from logits to scores; empty without one."""
        if self.scoring is None:
            return ""
        kind = self.scoring.kind
        name = self.scoring.target.rpartition(".")[2] if kind is OpKind.ACTIVATION else kind.value
        return f"sqrt_{name}" if self.root else name


def router_upcast(query: Query, router: Router) -> Op | None:
    """The operation by which the code itself makes logits or scores float32 (or wider), None if it does not."""
    wide = (Dtype.FLOAT32, Dtype.FLOAT64)
    if router.scoring is not None and router.scoring.attributes.get("dtype") in wide:
        return router.scoring
    projection = router.projection.op
    stored = router.projection.weight.outputs[0].dtype
    if stored not in wide and projection.outputs[0].dtype in wide:
        return projection
    source = router.projection.input
    explicit = source.kind is OpKind.CAST and source.attributes.get("dtype", source.outputs[0].dtype) in wide
    return source if explicit else None


_SCORES = frozenset({OpKind.SOFTMAX, OpKind.SIGMOID, OpKind.SOFTPLUS, OpKind.TANH, OpKind.RELU, OpKind.ACTIVATION})
_CHOICE_WAY = (
    Group.LAYOUT
    | _SCORES
    | {
        OpKind.ADD,
        OpKind.SUB,
        OpKind.MUL,
        OpKind.DIV,
        OpKind.SQRT,
        OpKind.MASKED_FILL,
        OpKind.WHERE,
        OpKind.SLICE,
        OpKind.SPLIT,
        OpKind.SUM,
        OpKind.AMAX,
        OpKind.CLAMP,
        OpKind.CAT,
    }
)
_WEIGHT_WAY = Group.LAYOUT | {
    OpKind.MUL,
    OpKind.DIV,
    OpKind.ADD,
    OpKind.SCATTER,
    OpKind.SLICE,
    OpKind.SPLIT,
    OpKind.CLAMP,
    OpKind.SQUEEZE,
    OpKind.CAT,
}


def routers(query: Query) -> tuple[Router, ...]:
    """Every router of the forward call, in order of execution."""
    last: dict[Projection, tuple[Op, frozenset[Op]]] = {}
    earlier: dict[Projection, list[Op]] = {}
    for choice in query.ops(OpKind.TOPK, OpKind.ARGMAX, OpKind.SORT):
        found = _logits(query, choice)
        if found is None:
            continue
        projection, region = found
        if projection in last:
            earlier.setdefault(projection, []).append(last[projection][0])
        last[projection] = (choice, region)
    return tuple(
        _router(query, projection, choice, region, _groups(earlier.get(projection, []), region))
        for projection, (choice, region) in last.items()
        if _routes(query, projection)
    )


def _logits(query: Query, choice: Op) -> tuple[Projection, frozenset[Op]] | None:
    """(the projection whose output is chosen from, the operations in between)."""
    projection_of, carried = query.once(projection_at), query.once(content)
    found: set[Projection] = set()
    region: set[Op] = set()
    stack = [choice.operands[0].source]
    while stack:
        op = stack.pop()
        if op in region or op not in carried:
            continue
        if (projection := projection_of.get(op)) is not None:
            found.add(projection)
        elif op.kind in _CHOICE_WAY:
            region.add(op)
            stack.extend(operand.source for operand in _choosing(op))
        elif op.kind is OpKind.TOPK:
            region.add(op)
            stack.append(op.operands[0].source)
        elif op.kind is not OpKind.SCATTER:
            return None
    return (found.pop(), frozenset(region)) if len(found) == 1 else None


def _choosing(op: Op) -> list[Operand]:
    """Operands that the values of ``op`` come from (not masks)."""
    return [operand for operand in op.operands if operand.slot not in ("mask", "condition")]


def _routes(query: Query, projection: Projection) -> bool:
    """Whether the number of outputs is one of experts: their matrices are chosen by data further down."""
    return any(other.expert and other.op.index > projection.op.index for other in query.once(_expert_projections))


def _expert_projections(query: Query) -> tuple[Projection, ...]:
    return tuple({id(one): one for one in query.once(projection_at).values() if one.expert}.values())


def _router(query: Query, projection: Projection, choice: Op, region: frozenset[Op], groups: Groups | None) -> Router:
    before = _first(op for op in region if op.kind in _SCORES)
    bias_add = _bias(query, region, before)
    weights = _weights(query, choice, region)
    tail = _tail(query, weights)
    after = _first(op for op in tail if op.kind in _SCORES)
    normalizer = _first(op for op in tail if op.kind is OpKind.DIV and _by_own_sum(query, op))
    scaling = _first(op for op in tail if _scaled(op) is not None)
    scoring = before or after
    return Router(
        projection=projection,
        choice=choice,
        experts=choice.operands[0].source.outputs[choice.operands[0].output].shape[-1],
        top_k=_count(choice),
        scoring=scoring,
        root=any(op.kind is OpKind.SQRT for op in region),
        order=_order(before, after),
        bias=_leak(bias_add, weights, choice),
        bias_add=bias_add,
        normalized=normalizer is not None or (after is not None and after.kind is OpKind.SOFTMAX),
        normalizer=normalizer,
        scale=_scaled(scaling) if scaling is not None else None,
        scaling=scaling,
        groups=groups,
        weights=weights,
        end=tail[-1] if tail else weights or choice,
    )


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


def _scaled(op: Op) -> int | float | None:
    """The number that ``op`` multiplies weights by, None if it does something else."""
    if op.kind not in (OpKind.MUL, OpKind.DIV) or (found := constant_side(op)) is None:
        return None
    return found[1] if op.kind is OpKind.MUL else 1 / float(found[1])


def _order(before: Op | None, after: Op | None) -> Order | None:
    if before is not None:
        return Order.SCORE_THEN_TOPK
    return Order.TOPK_THEN_SCORE if after is not None else None


def _count(choice: Op) -> int:
    if choice.kind is OpKind.ARGMAX:
        return 1
    k = choice.attributes.get("k")
    if isinstance(k, int):
        return k
    return choice.outputs[0].shape[-1] if choice.outputs and choice.outputs[0].shape else 1


def _bias(query: Query, region: frozenset[Op], scoring: Op | None) -> Op | None:
    """The addition of a stored or learned vector to the scores."""
    for op in sorted(region, key=lambda found: found.index):
        if op.kind is not OpKind.ADD or (scoring is not None and op.index < scoring.index):
            continue
        if (pair := sides(op)) is None:
            continue
        if any(isinstance(side, Op) and _stored(side) for side in pair):
            return op
    return None


def _stored(op: Op) -> bool:
    if learned(op) is not None or matrix_behind(op) is not None:
        return True
    while op.kind in Group.LAYOUT and op.operands:
        op = op.operands[0].source
    return op.kind is OpKind.BUFFER


def _weights(query: Query, choice: Op, region: frozenset[Op]) -> Op | None:
    """The first tensor of the chosen experts' weights: gathered from scores, or the chosen values themselves."""
    indices = _index_tensors(query, choice)
    gathered = [
        user
        for index in indices
        for user in query.users(index)
        if user.kind in (OpKind.GATHER, OpKind.INDEX) and user.operands[0].source in region
    ]
    if gathered:
        return min(gathered, key=lambda op: op.index)
    values = [user for user in query.users(choice) if any(o.source is choice and o.output == 0 for o in user.operands)]
    return choice if values and choice.kind is not OpKind.ARGMAX else None


def _index_tensors(query: Query, choice: Op) -> list[Op]:
    found = [choice]
    for op in found:
        found.extend(
            user for user in query.users(op) if user.kind in Group.LAYOUT | {OpKind.SLICE} and user not in found
        )
    return found


def _leak(bias_add: Op | None, weights: Op | None, choice: Op) -> SelectionBias:
    if bias_add is None:
        return SelectionBias.NONE
    if weights is None:
        return SelectionBias.SELECTION_ONLY
    if weights is choice:
        return SelectionBias.SELECTION_AND_WEIGHT
    source = weights.operands[0].source
    return SelectionBias.SELECTION_AND_WEIGHT if source.index >= bias_add.index else SelectionBias.SELECTION_ONLY


def _tail(query: Query, weights: Op | None) -> tuple[Op, ...]:
    """What the weights go through before they meet what the experts made."""
    if weights is None:
        return ()
    found: dict[Op, None] = {}
    stack = _readers(query, weights, values_only=weights.kind is OpKind.TOPK)
    while stack:
        op = stack.pop()
        if op in found or not _transforms(query, op, found, weights):
            continue
        found[op] = None
        stack.extend(query.users(op))
    return tuple(sorted(found, key=lambda op: op.index))


def _readers(query: Query, op: Op, *, values_only: bool) -> list[Op]:
    users = query.users(op)
    if not values_only:
        return list(users)
    return [user for user in users if any(o.source is op and o.output == 0 for o in user.operands)]


def _transforms(query: Query, op: Op, found: dict[Op, None], weights: Op) -> bool:
    """Whether ``op`` still computes with the weights alone."""
    if op.kind in _SCORES or op.kind in (OpKind.SUM, OpKind.NORM):
        return True
    if op.kind not in _WEIGHT_WAY:
        return False
    if op.kind in (OpKind.MUL, OpKind.DIV):
        own = {weights, *found}
        return constant_side(op) is not None or all(operand.source in own for operand in op.operands)
    return True


def _by_own_sum(query: Query, op: Op) -> bool:
    """Whether ``op`` divides by a sum of what it divides."""
    if (pair := sides(op)) is None or not isinstance(pair[1], Op):
        return False
    divisor = query.skip(pair[1], Group.LAYOUT | {OpKind.ADD, OpKind.CLAMP, OpKind.MAXIMUM})
    if divisor.kind is OpKind.NORM:
        return number(divisor.attributes.get("p", divisor.attributes.get("ord"))) == 1
    return divisor.kind is OpKind.SUM
