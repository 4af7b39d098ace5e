"""How a branch lets positions see each other: by attention, a state that is carried along, convolution and others.

A state-space model and linear attention can compute the same sum. They differ in the step: in a discretised
state-space model one computed step size both decays the state and scales what enters it (Gu, Dao 2023,
arXiv:2312.00752; Dao, Gu 2024, arXiv:2405.21060); in linear attention keys and values enter as they are, or gated by
another number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import islice

from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.dataflow.learned import learned
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query


class Mixer(StrEnum):
    """How positions see each other.

    ``ssm``: a state-space model whose step is computed; ``linear_attention``: queries, keys and values multiplied
    without a softmax, or a state of outer products; ``recurrent``: another state that one position hands to the next;
    ``conv``, ``fourier``, ``pool``: those along positions; ``mlp``: a learned map from positions to positions;
    ``mixer``: another product of computed tensors, or a sum that a softmax weighs.
    """

    ATTENTION = "attention"
    SSM = "ssm"
    LINEAR_ATTENTION = "linear_attention"
    RECURRENT = "recurrent"
    CONV = "conv"
    FOURIER = "fourier"
    POOL = "pool"
    MLP = "mlp"
    OTHER = "mixer"
    NONE = "none"


WHOLE_SEQUENCE = frozenset({Mixer.ATTENTION, Mixer.SSM, Mixer.LINEAR_ATTENTION, Mixer.RECURRENT})
"""What reaches further than a kernel."""

_PRODUCTS = (OpKind.MATMUL, OpKind.EINSUM)
_ARITHMETIC = Group.CAST | {
    OpKind.ADD,
    OpKind.SUB,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.MAXIMUM,
    OpKind.WHERE,
    OpKind.MASKED_FILL,
    OpKind.CLAMP,
}
_VIEWS = Group.LAYOUT | {OpKind.SLICE, OpKind.SPLIT, OpKind.PAD, OpKind.FLIP}
_TO_DECAY = _VIEWS | {OpKind.CUMULATIVE, OpKind.SUB, OpKind.ADD, OpKind.MASKED_FILL, OpKind.WHERE, OpKind.SUM}
_TO_SCORES = _VIEWS | _ARITHMETIC | {OpKind.TRIANGLE, OpKind.CAT, OpKind.GATHER, OpKind.INDEX}


def mixers(query: Query, region: frozenset[Op]) -> frozenset[Mixer]:
    """What the branch that ``region`` computes mixes positions by; empty where every position is by itself."""
    return query.get(_mixers, region)


def _mixers(query: Query, region: frozenset[Op]) -> frozenset[Mixer]:
    return frozenset(_whole(query, region)) or frozenset(islice(_partial(query, region), 1))


def _whole(query: Query, region: frozenset[Op]) -> Iterator[Mixer]:
    """Ways that reach the whole sequence: a convolution or pooling before them is a part of them."""
    if attending(query, region) is not None:
        yield Mixer.ATTENTION
    state = next((op for op in _ordered(region, OpKind.ADD) if _carried(query, op, region)), None)
    if _has_step(query, region):
        yield Mixer.SSM
    elif (state is not None and _of_outer_products(state)) or _three_factors(query, region):
        yield Mixer.LINEAR_ATTENTION
    elif state is not None or any(op.kind is OpKind.RECURRENT for op in region):
        yield Mixer.RECURRENT


def _partial(query: Query, region: Collection[Op]) -> Iterator[Mixer]:
    """Other ways, the main one first: pooling beside a convolution weighs its channels."""
    if any(op.kind is OpKind.CONV and _kernel(op) > 1 for op in region):
        yield Mixer.CONV
    if any(op.kind is OpKind.FOURIER for op in region):
        yield Mixer.FOURIER
    if any(op.kind is OpKind.POOL for op in region):
        yield Mixer.POOL
    if any(op.kind is OpKind.LINEAR and _over_positions(op) for op in region):
        yield Mixer.MLP
    if any(_is_other(query, op, region) for op in region):
        yield Mixer.OTHER


def unrecognised(query: Query, region: frozenset[Op]) -> Op | None:
    """The first product of a branch that mixes positions in no way that has a name: it may be an attention."""
    if Mixer.OTHER not in mixers(query, region):
        return None
    return min((op for op in region if _is_other(query, op, region)), key=lambda op: op.index)


def attending(query: Query, region: frozenset[Op]) -> Op | None:
    """The operation by which a branch attends: a softmax over products of computed tensors, or a fused call."""
    softmaxes = query.get(attention_softmaxes)
    return min(
        (op for op in region if op.kind is OpKind.ATTENTION or op in softmaxes), key=lambda op: op.index, default=None
    )


def _is_other(query: Query, op: Op, region: Collection[Op]) -> bool:
    return (op.kind in _PRODUCTS and _activations(op)) or _weighted_sum(query, op, region)


def _ordered(region: Collection[Op], kind: OpKind) -> list[Op]:
    return sorted((op for op in region if op.kind is kind), key=lambda op: op.index)


# -- attention ------------------------------------------------------------------------------------------------------

_SCORES = Group.LAYOUT | {
    OpKind.ADD,
    OpKind.SUB,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.TANH,
    OpKind.WHERE,
    OpKind.MASKED_FILL,
    OpKind.CAT,
    OpKind.SLICE,
    OpKind.CLAMP,
    OpKind.SCATTER,
    OpKind.MAXIMUM,
    OpKind.SPLIT,
    OpKind.PAD,
    OpKind.INDEX,
    OpKind.GATHER,
}


def attention_softmaxes(query: Query) -> frozenset[Op]:
    """Softmaxes over products of two computed tensors."""
    found: set[Op] = set()
    for op in query.ops(OpKind.SOFTMAX):
        if any(_computed_pair(one) for one in query.sources(op, *_PRODUCTS, through=_SCORES)):
            found.add(op)
    return frozenset(found)


def _computed_pair(op: Op) -> bool:
    """Whether a product has no learned factor."""
    return len(op.operands) >= 2 and all(learned(operand.source) is None for operand in op.operands)


# -- state spaces, linear attention, recurrences --------------------------------------------------------------------


def _has_step(query: Query, region: frozenset[Op]) -> bool:
    """Whether one computed step is multiplied by a learned rate inside an exponential, and by what enters the state."""
    return any(
        _scales_input(query, step, region)
        for op in _ordered(region, OpKind.EXP)
        for product in query.sources(op, OpKind.MUL, through=_TO_DECAY)
        for step in _steps(query, product)
    )


def _steps(query: Query, product: Op) -> list[Op]:
    """The computed factor beside a rate that is made of a parameter alone."""
    factors = [query.skip(one, _VIEWS) for one in query.operands(product)]
    if len(factors) != 2:
        return []
    rates = [_is_rate(one) for one in factors]
    return [one for one, other in zip(factors, reversed(rates), strict=True) if other and not _is_rate(one)]


def _is_rate(op: Op) -> bool:
    while op.kind in _VIEWS | {OpKind.EXP, OpKind.NEG, OpKind.SOFTPLUS} and op.operands:
        op = op.operands[0].source
    return op.kind is OpKind.PARAMETER


def _scales_input(query: Query, step: Op, region: frozenset[Op]) -> bool:
    """Whether ``step`` multiplies something computed, not only its rate."""
    for op in query.consumers(step, _VIEWS):
        others = [one for one in query.operands(op) if query.skip(one, _VIEWS) is not step]
        if op.kind is OpKind.MUL and op in region and others and not any(map(_is_rate, others)):
            return True
    return False


def _three_factors(query: Query, region: frozenset[Op]) -> bool:
    """Whether a product of two computed tensors is multiplied, without a softmax, by a third."""
    for op in region:
        if op.kind not in _PRODUCTS or not _activations(op):
            continue
        if op.kind is OpKind.EINSUM and len(op.operands) > 2:
            return True
        inner = query.sources(op, *_PRODUCTS, through=_TO_SCORES)
        if any(one in region and _activations(one) for one in inner):
            return True
    return False


def _carried(query: Query, op: Op, region: frozenset[Op]) -> bool:
    """Whether ``op`` adds something of one position to what the same line computed for the position before."""
    earlier = query.get(_runs)[op.module, op.span, op.kind]
    before = next((one for one in earlier if one.index < op.index and one in region), None)
    if before is None or not any(_of_one_position(query, one) for one in query.operands(op)):
        return False
    previous = max((one for one in earlier if one.index < op.index), key=lambda one: one.index)
    return query.reaches(previous, op, through=_ARITHMETIC)


def _runs(query: Query) -> dict[tuple[str, object, OpKind], list[Op]]:
    """Additions by the place that they are written at."""
    found: dict[tuple[str, object, OpKind], list[Op]] = {}
    for op in query.ops(OpKind.ADD):
        found.setdefault((op.module, op.span, op.kind), []).append(op)
    return found


def _of_one_position(query: Query, op: Op) -> bool:
    """Whether ``op`` is computed from one position of a sequence, element by element."""
    views = query.above(op, _ARITHMETIC | Group.LAYOUT | {OpKind.EXP, OpKind.SLICE, OpKind.SPLIT}) | {op}
    return any(one.kind in (OpKind.SLICE, OpKind.SPLIT) and _drops_tokens(one) for one in views)


def _drops_tokens(view: Op) -> bool:
    whole = sum(map(counts_tokens, view.operands[0].source.outputs[0].shape))
    return whole > sum(map(counts_tokens, view.outputs[0].shape))


def _of_outer_products(state: Op) -> bool:
    """Whether what is added to a state is a product of two computed vectors, each along an axis of its own."""
    found = [operand.source for operand in state.operands]
    while found:
        op = found.pop()
        if op.kind is OpKind.MATMUL:
            return True
        if op.kind is not OpKind.MUL and op.kind not in Group.CAST:
            continue
        if op.kind is OpKind.MUL and _outer(op) and _activations(op):
            return True
        found += [operand.source for operand in op.operands]
    return False


def _outer(op: Op) -> bool:
    if len(op.operands) != 2:
        return False
    left, right = (tuple(map(int, one.source.outputs[one.output].shape)) for one in op.operands)
    pairs = list(zip(left, right, strict=False)) if len(left) == len(right) else []
    return any(a == 1 < b for a, b in pairs) and any(b == 1 < a for a, b in pairs)


# -- others ---------------------------------------------------------------------------------------------------------


def _over_positions(linear: Op) -> bool:
    """Whether a linear map runs over another axis than the norm before it, whose result it reads transposed."""
    op = linear.operands[0].source
    turned = False
    while op.kind in Group.CAST | {OpKind.TRANSPOSE, OpKind.DROPOUT} and op.operands:
        turned ^= op.kind is OpKind.TRANSPOSE  # there and back is no turn
        op = op.operands[0].source
    return turned and op.kind in (OpKind.LAYER_NORM, OpKind.RMS_NORM)


def _activations(op: Op) -> bool:
    """A product of two computed sequences, not of values with (possibly selected) weights."""
    return len(op.operands) >= 2 and all(not _from_weights(operand.source) for operand in op.operands)


def _weighted_sum(query: Query, op: Op, region: Collection[Op]) -> bool:
    """A sum over what a softmax weighs; the experts that a router has chosen are no positions."""
    if op.kind is not OpKind.SUM or any(one.kind is OpKind.TOPK for one in region):
        return False
    product = query.skip(op.operands[0].source, Group.LAYOUT)
    factors = [query.skip(operand.source, Group.LAYOUT).kind for operand in product.operands]
    return product.kind is OpKind.MUL and len(factors) == 2 and OpKind.SOFTMAX in factors


def _from_weights(op: Op) -> bool:
    while op.kind in Group.LAYOUT | Group.SELECTION and op.operands:
        op = op.operands[0].source
    return op.kind in (OpKind.PARAMETER, OpKind.BUFFER)


def _kernel(op: Op) -> int:
    weight = op.operand("weight")
    size = 1
    if weight is not None:
        for length in weight.outputs[0].shape[2:]:
            size *= int(length)
    return size
