"""What a branch does: mix positions by attention, mix them otherwise, or transform each position by itself."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from analyzer.facts.parameters import learned
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query


class Content(StrEnum):
    """The main work of a residual branch."""

    ATTENTION = "attention"
    FEED_FORWARD = "feed_forward"
    MIXER = "mixer"
    OTHER = "other"


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
_RECURRENCES = frozenset({OpKind.SCAN, OpKind.RECURRENT, OpKind.CUMULATIVE})
_PAIRS = (OpKind.MATMUL, OpKind.EINSUM)


def content(query: Query, region: Collection[Op]) -> Content:
    """The content of the branch that ``region`` computes."""
    softmaxes = query.once(attention_softmaxes)
    if any(op.kind is OpKind.ATTENTION or op in softmaxes for op in region):
        return Content.ATTENTION
    if any(_mixes(op) for op in region):
        return Content.MIXER
    if any(op.kind in (OpKind.LINEAR, OpKind.CONV, *_PAIRS) for op in region):
        return Content.FEED_FORWARD
    return Content.OTHER


def mixes_positions(query: Query, region: Collection[Op]) -> bool:
    """Whether a branch lets positions see each other by more than a convolution."""
    softmaxes = query.once(attention_softmaxes)
    return any(op in softmaxes or op.kind is OpKind.ATTENTION or op.kind in _RECURRENCES for op in region)


def attention_softmaxes(query: Query) -> frozenset[Op]:
    """Softmaxes over products of two computed tensors."""
    found: set[Op] = set()
    for op in query.ops(OpKind.SOFTMAX):
        if any(_computed_pair(one) for one in query.sources(op, *_PAIRS, through=_SCORES)):
            found.add(op)
    return frozenset(found)


def _computed_pair(op: Op) -> bool:
    """Whether a product has no learned factor."""
    return len(op.operands) >= 2 and all(learned(operand.source) is None for operand in op.operands)


def _mixes(op: Op) -> bool:
    if op.kind in _RECURRENCES or (op.kind is OpKind.CONV and _kernel(op) > 1):
        return True
    return op.kind in _PAIRS and len(op.operands) >= 2 and _activations(op)


def _activations(op: Op) -> bool:
    """A product of two computed sequences, not of values with (possibly selected) weights."""
    return all(not _from_weights(operand.source) for operand in op.operands)


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
