"""The weights of chosen experts: where they come from, and what they go through before they meet the outputs."""

from __future__ import annotations

from analyzer.facts.dataflow.projections import Projection
from analyzer.graph import Group, Op, Operand, OpKind
from analyzer.query import Query, constant_side, number, sides

SCORES = frozenset({OpKind.SOFTMAX, OpKind.SIGMOID, OpKind.SOFTPLUS, OpKind.TANH, OpKind.RELU, OpKind.ACTIVATION})
CHOICE_WAY = (
    Group.LAYOUT
    | SCORES
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
WEIGHT_WAY = Group.LAYOUT | {
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


def choosing(op: Op) -> list[Operand]:
    """Operands that the values of ``op`` come from (not masks)."""
    return [operand for operand in op.operands if operand.slot not in ("mask", "condition") and is_score(operand)]


def is_score(operand: Operand) -> bool:
    """Whether an operand is a tensor of scores, not of numbers of experts or of tokens."""
    return operand.source.outputs[operand.output].dtype.is_floating


def scaled(op: Op) -> int | float | None:
    """The number that ``op`` multiplies weights by, None if it does something else."""
    if op.kind not in (OpKind.MUL, OpKind.DIV) or (found := constant_side(op)) is None:
        return None
    return found[1] if op.kind is OpKind.MUL else 1 / float(found[1])


def chosen_weights(
    query: Query, projection: Projection, choice: Op, region: frozenset[Op]
) -> tuple[Op | None, frozenset[Op]]:
    """The first tensor of the chosen experts' weights, gathered from scores or the chosen values themselves, and the
    operations that make those scores of the logits."""
    gathered = {
        user: scored
        for index in index_tensors(query, choice)
        for user in query.users(index)
        if user.kind in (OpKind.GATHER, OpKind.INDEX)
        and user.operands[0].source is not index
        and (scored := _scored(projection, user.operands[0].source, region))
    }
    if gathered:
        first = min(gathered, key=lambda op: op.index)
        return first, gathered[first]
    values = [user for user in query.users(choice) if any(o.source is choice and o.output == 0 for o in user.operands)]
    return choice if values and choice.kind is not OpKind.ARGMAX else None, frozenset()


def _scored(projection: Projection, op: Op, region: frozenset[Op]) -> frozenset[Op]:
    """The operations from the logits to ``op``; empty where it is not made of them alone."""
    if op in region:
        return region
    found: set[Op] = set()
    stack = [op]
    while stack:
        step = stack.pop()
        if step in (projection.op, projection.output) or step in found:
            continue
        if step.kind not in CHOICE_WAY | {OpKind.SCATTER}:
            return frozenset()
        found.add(step)
        stack.extend(operand.source for operand in choosing(step)[:1])
    return frozenset(found)


def index_tensors(query: Query, choice: Op) -> list[Op]:
    """The chosen experts' numbers, and all that is the same up to layout and slices."""
    found = [choice]
    for op in found:
        found.extend(
            user for user in query.users(op) if user.kind in Group.LAYOUT | {OpKind.SLICE} and user not in found
        )
    return found


def tail_of(query: Query, weights: Op | None) -> tuple[Op, ...]:
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
    if op.kind in SCORES or op.kind in (OpKind.SUM, OpKind.NORM):
        return True
    if op.kind not in WEIGHT_WAY:
        return False
    if op.kind in (OpKind.MUL, OpKind.DIV):
        own = {weights, *found}
        return constant_side(op) is not None or all(operand.source in own for operand in op.operands)
    return True


def by_own_sum(query: Query, op: Op) -> bool:
    """Whether ``op`` divides by a sum of what it divides."""
    if (pair := sides(op)) is None or not isinstance(pair[1], Op):
        return False
    divisor = query.skip(pair[1], Group.LAYOUT | {OpKind.ADD, OpKind.CLAMP, OpKind.MAXIMUM})
    if divisor.kind is OpKind.NORM:
        return number(divisor.arguments.get("p")) == 1
    return divisor.kind is OpKind.SUM
