"""The output head: the projection to the vocabulary (or classes) and what is done to its result."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose

from analyzer.facts.dataflow.layout import casts_up, width
from analyzer.facts.dataflow.learned import Learned, learned, weight_side
from analyzer.facts.dataflow.token_lookups import table_rows
from analyzer.facts.embedding_and_head.embedding import embeddings
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.residual.residual import residuals
from analyzer.facts.residual.scaling import CARRY, Scale, Stripped, strip_scales
from analyzer.graph import Group, Op, OpKind
from analyzer.query import Query, constant_side, sides
from analyzer.values import origin_of


@dataclass(frozen=True, slots=True, eq=False)
class Softcap:
    """``bound * tanh(logits / bound)``."""

    tanh: Op
    bound: int | float


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The projection ``linear`` makes the logits.

    ``bias`` is the parameter that it adds, or the addition of one. ``scales`` are constant factors on its input or its
    result that are no softcap; ``unread`` is a factor whose number is not known. ``result`` is the last step behind
    it, ``upcast`` a cast to float32 among these.
    """

    linear: Op
    weight: Learned | None
    bias: Op | None
    scales: tuple[Scale, ...]
    unread: Op | None
    softcap: Softcap | None
    result: Op
    upcast: Op | None
    to_vocabulary: bool
    """The projection has as many outputs as a token table has rows."""
    unsure: Op | None = None
    """Where no softcap was recognised, a bent function of the logits."""

    @property
    def factor(self) -> float:
        product = 1.0
        for scale in self.scales:
            product *= scale.factor
        return product


def heads(query: Query) -> tuple[Head, ...]:
    """The head that the result of the model comes from; empty for a model without one."""
    linear = _vocabulary_linear(query)
    if linear is not None:
        return (_head(query, linear),)
    last = _last_linears(query)
    return (_head(query, last[0], _sums(query, last)),) if last and _counts_classes(last[0]) else ()


_CLASSES = frozenset({"vocab", "labels", "classes", "id2label", "label2id"})
"""Words in the names of fields that count classes."""


def _counts_classes(linear: Op) -> bool:
    """Whether a projection gives a number for each class (a label, a word) rather than features for others to read.

    The configuration's name for their number says so, as no number does. A number that the code itself has is taken
    for one of classes, unless as many features go in: a pooler.
    """
    origin = origin_of(width(linear))
    if origin is None or not origin.fields:
        return int(width(linear)) != int(width(linear.operands[0].source, linear.operands[0].output))
    words = (word for field in origin.fields for word in field.rpartition(".")[2].split("_"))
    return not _CLASSES.isdisjoint(words)


_TO_RESULT = CARRY | Group.SELECTION | {OpKind.MUL, OpKind.DIV, OpKind.TANH, OpKind.ADD, OpKind.CAT, OpKind.CLAMP}


def _vocabulary_linear(query: Query) -> Op | None:
    """The last projection that has as many outputs as a token table has rows, or uses the table itself."""
    rows = {int(table_rows(query, one.lookup)) for one in query.facts(embeddings)} - {0}
    tables = {one.table.parameter for one in query.facts(embeddings) if one.table}
    found = [op for op in query.ops(OpKind.LINEAR, OpKind.MATMUL) if _projects(op, rows, tables)]
    return found[-1] if found else None


def _projects(op: Op, rows: set[int], tables: set[Op]) -> bool:
    weight = _weight(op)
    if weight is None:
        return False
    return weight.parameter in tables or int(width(op)) in rows


def _weight(op: Op) -> Learned | None:
    """The learned factor of a product."""
    if (named := op.operand("weight")) is not None:
        return learned(named)
    return next((found for operand in op.operands if (found := learned(operand.source))), None)


def _last_linears(query: Query) -> list[Op]:
    """The projection (or projections that are added up) that a result is made by with nothing but element-wise steps
    after it."""
    norm_of = query.get(norm_of_operation)
    for result in query.graph.results:
        above = result.source
        if above in norm_of:
            continue
        if above.kind is OpKind.LINEAR:
            return [above]
        if above.kind in _TO_RESULT:
            found = [op for op in query.sources(above, OpKind.LINEAR, through=_TO_RESULT) if op not in norm_of]
            if found and not any(_in_a_block(query, one) for one in found) and (len(found) == 1 or _sums(query, found)):
                return sorted(found, key=lambda op: op.index)
    return []


def _sums(query: Query, linears: list[Op]) -> frozenset[Op]:
    """The additions that join the results of several projections."""
    below = [frozenset(query.consumers(one, CARRY)) for one in linears]
    shared = frozenset.intersection(*below) if len(below) > 1 else frozenset()
    return frozenset(op for op in shared if op.kind is OpKind.ADD)


def _in_a_block(query: Query, op: Op) -> bool:
    return any(op in residual.region for residual in query.facts(residuals))


def _head(query: Query, linear: Op, sums: frozenset[Op] = frozenset()) -> Head:
    """The head that ``linear`` is, alone or as the first of several that ``sums`` join."""
    before = _before(query, linear)
    after = _after(query, linear, sums)
    bias = linear.operand("bias") or after.bias
    to_vocabulary = int(width(linear)) in {int(table_rows(query, one.lookup)) for one in query.facts(embeddings)}
    return Head(
        linear=linear,
        weight=_weight(linear),
        bias=bias,
        scales=(*before.scales, *after.scales),
        unread=after.unread,
        softcap=after.softcap,
        result=after.result,
        upcast=next((op for op in after.passed if casts_up(op)), None),
        to_vocabulary=to_vocabulary,
        unsure=_unsure(query, after) if to_vocabulary and after.softcap is None else None,
    )


def _before(query: Query, linear: Op) -> Stripped:
    """What is above the head's input, past the choice of positions."""
    found = Stripped(linear.operands[0].source)
    while True:
        inner = strip_scales(query, found.root)
        found = Stripped(inner.root, (*found.scales, *inner.scales), (*found.passed, *inner.passed))
        if found.root.kind not in Group.SELECTION or not found.root.operands:
            return found
        found = Stripped(found.root.operands[0].source, found.scales, (*found.passed, found.root))


@dataclass(frozen=True, slots=True)
class _After:
    result: Op
    passed: tuple[Op, ...]
    scales: tuple[Scale, ...]
    softcap: Softcap | None
    bias: Op | None
    unread: Op | None


def _after(query: Query, linear: Op, sums: frozenset[Op]) -> _After:
    """The chain of element-wise steps behind the projection; ``sums`` with others of its kind are such steps."""
    passed: list[Op] = []
    scales: list[Scale] = []
    bias: Op | None = None
    tanh: Op | None = None
    unread: Op | None = None
    op = linear
    while (step := _next(query, op, sums)) is not None:
        passed.append(step)
        if (constant := constant_side(step)) is not None and step.kind in (OpKind.MUL, OpKind.DIV):
            scales.append(Scale(step, value=constant[1], divides=step.kind is OpKind.DIV))
        elif step.kind is OpKind.ADD:
            bias = step if weight_side(step) is not None else bias
        elif step.kind is OpKind.TANH:
            tanh = step
        elif step.kind in (OpKind.MUL, OpKind.DIV):
            unread = step
        op = step
    softcap = _softcap(tanh, scales)
    kept = [one for one in scales if softcap is None or not _part_of(one, softcap, scales)]
    return _After(op, tuple(passed), tuple(kept), softcap, bias, unread)


_BENT = frozenset({OpKind.TANH, OpKind.SIGMOID, OpKind.EXP, OpKind.ELEMENTWISE, OpKind.ACTIVATION, OpKind.CLAMP})


def _unsure(query: Query, after: _After) -> Op | None:
    """What bends the logits, on the way that was followed or next behind it, where a result is made of it."""
    found = [op for op in after.passed if op.kind is OpKind.TANH]
    results = {operand.source for operand in query.graph.results}
    found += [op for op in query.users(after.result) if op.kind in _BENT and not results.isdisjoint(query.below(op))]
    return found[0] if found else None


_STEPS = CARRY | {OpKind.SLICE, OpKind.TANH, OpKind.MUL, OpKind.DIV, OpKind.ADD}


def _next(query: Query, op: Op, sums: frozenset[Op]) -> Op | None:
    """The element-wise step that alone goes on with ``op``."""
    users = [user for user in query.users(op) if user.kind in _STEPS]
    if len(users) != 1:
        return None
    step = users[0]
    if step.kind is OpKind.ADD:
        return step if step in sums or _adds_constant(step) else None
    if step.kind in (OpKind.MUL, OpKind.DIV):
        return step if constant_side(step) is not None or _by_number(step) else None
    return step


def _adds_constant(op: Op) -> bool:
    """Whether what is added is a parameter or a buffer."""
    return weight_side(op) is not None or any(
        isinstance(side, Op) and side.kind is OpKind.BUFFER for side in sides(op) or ()
    )


def _by_number(op: Op) -> bool:
    return any(isinstance(side, Op) and all(size == 1 for size in side.outputs[0].shape) for side in sides(op) or ())


def _softcap(tanh: Op | None, scales: list[Scale]) -> Softcap | None:
    if tanh is None:
        return None
    before = [one for one in scales if one.op.index < tanh.index]
    after = [one for one in scales if one.op.index > tanh.index]
    if before and after and isclose(before[-1].factor * after[0].factor, 1, rel_tol=1e-4):
        return Softcap(tanh, after[0].value if after[0].value is not None and not after[0].divides else after[0].factor)
    return None


def _part_of(scale: Scale, softcap: Softcap, scales: list[Scale]) -> bool:
    before = [one for one in scales if one.op.index < softcap.tanh.index]
    after = [one for one in scales if one.op.index > softcap.tanh.index]
    return scale is before[-1] or scale is after[0]
