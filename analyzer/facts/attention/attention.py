"""Attention: a softmax over products of queries and keys that weighs values, in every spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isclose, prod

from analyzer.facts.attention.branches import Branch, branch
from analyzer.facts.attention.contraction import Contraction, contraction
from analyzer.facts.attention.output import Output, output_of
from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.factors import ONE, Factor, Term, factor_above
from analyzer.facts.dataflow.projections import Projection
from analyzer.graph import Group, Op, Operand, OpKind
from analyzer.query import Query, constant_side, number
from analyzer.values import origin_of

_SCORE_WAY = Group.LAYOUT | {
    OpKind.ADD,
    OpKind.SUB,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.TANH,
    OpKind.CLAMP,
    OpKind.MAXIMUM,
    OpKind.MINIMUM,
    OpKind.MASKED_FILL,
    OpKind.WHERE,
    OpKind.CAT,
    OpKind.SLICE,
    OpKind.PAD,
    OpKind.SCATTER,
}
"""Kinds between scores and softmax: scaling, masks, capping, sinks."""

_WEIGHT_WAY = Group.LAYOUT | {
    OpKind.SLICE,
    OpKind.SPLIT,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.ADD,
    OpKind.SUB,
    OpKind.WHERE,
    OpKind.MASKED_FILL,
    OpKind.PAD,
    OpKind.CAT,
}
"""Kinds between softmax and the product with the values."""


@dataclass(frozen=True, slots=True, eq=False)
class Attention:
    """One execution of attention.

    ``scores`` is the product of queries and keys, ``softmax`` what normalises it, ``product`` the product with the
    values (one operation for all three in a fused call). ``steps`` are the operations between scores and softmax.
    ``head_dim`` is the size that queries and keys are summed over. ``factor`` is everything the scores are multiplied
    by, wherever it is applied; ``softcap`` the bound of the tanh ``bounding``. ``heads`` and ``kv_heads`` are None
    where the shapes do not show them.
    """

    scores: Op
    softmax: Op
    product: Op
    query: Branch
    key: Branch
    value: Branch
    output: Output
    steps: tuple[Op, ...]
    head_dim: int
    heads: int | None
    kv_heads: int | None
    factor: Factor
    softcap: float | None
    bounding: Op | None

    @property
    def module(self) -> str:
        return self.product.module

    @property
    def inverse_root(self) -> float:
        """The usual factor of the scores, ``head_dim ** -0.5``; 0 where a head has no features."""
        return _inverse_root(self.head_dim)

    @property
    def fused(self) -> bool:
        """Whether one library call does it all."""
        return self.scores is self.product


def _inverse_root(size: int) -> float:
    return float(size) ** -0.5 if size else 0.0


def attentions(query: Query) -> tuple[Attention, ...]:
    """Every attention of the forward call, in order of execution."""
    found = [_called(query, op) for op in query.ops(OpKind.ATTENTION)]
    found += [_written_out(query, op) for op in query.ops(OpKind.SOFTMAX)]
    present = (attention for attention in found if attention is not None)
    return tuple(sorted(present, key=lambda attention: attention.softmax.index))


def rotated_share(attention: Attention) -> float:
    """Share of the features of a head that are rotated, from 0 to 1."""
    turned = attention.query.rotaries or attention.key.rotaries
    parts = {(rotary.first, rotary.rotated) for rotary in turned}
    return round(min(1.0, sum(rotated for _, rotated in parts) / max(1, int(attention.head_dim))), 6)


# -- one call -------------------------------------------------------------------------------------------------------


def _called(query: Query, op: Op) -> Attention | None:
    slots = {operand.slot: operand for operand in op.operands}
    if not {"query", "key", "value"} <= slots.keys():
        return None
    if "in_proj_weight" in slots or "q_proj_weight" in slots:
        return _with_projections(query, op, slots)
    q, k, v = (branch(query, slots[name]) for name in ("query", "key", "value"))
    shape = q.end.outputs[q.output].shape
    width = shape[-1]
    own = number(op.arguments.get("scale"))
    term = Term(op, own) if own is not None else Term(op, _inverse_root(width))
    heads = shape[1] if len(shape) > 3 else None
    return Attention(
        scores=op,
        softmax=op,
        product=op,
        query=q,
        key=k,
        value=v,
        output=output_of(query, op),
        steps=(),
        head_dim=width,
        heads=heads,
        kv_heads=_kv_heads(heads, k, _full_called(heads, k)),
        factor=Factor((term,)).times(q.factor).times(k.factor),
        softcap=None,
        bounding=None,
    )


def _with_projections(query: Query, op: Op, slots: dict[str, Operand]) -> Attention | None:
    """A call that also projects: queries, keys and values by one matrix or by three, and the result."""
    count = op.arguments.get("num_heads")
    if not isinstance(count, int) or isinstance(count, bool):
        return None
    width = slots["query"].source.outputs[slots["query"].output].shape[-1]
    joint = _projection(op, slots, "query", "in_proj_weight", "in_proj_bias")
    q, k, v = (_projected(op, slots, name, joint) for name in ("query", "key", "value"))
    size = width // count
    last = _projection(op, slots, "query", "out_proj_weight", "out_proj_bias")
    return Attention(
        scores=op,
        softmax=op,
        product=op,
        query=q,
        key=k,
        value=v,
        output=Output(last, None, ()),
        steps=(),
        head_dim=size,
        heads=count,
        kv_heads=count,
        factor=Factor((Term(op, _inverse_root(size)),)),
        softcap=None,
        bounding=None,
    )


def _projected(op: Op, slots: dict[str, Operand], name: str, joint: Projection | None) -> Branch:
    """One side of a call that projects by itself; ``joint`` makes all three where they read the same."""
    operand = slots[name]
    own = _projection(op, slots, name, f"{name[0]}_proj_weight", "in_proj_bias")
    if own is None and joint is not None:
        own = joint if operand.source is joint.input else replace(joint, input=operand.source)
    found = (own,) if own is not None else ()
    return Branch(operand.source, operand.output, found, (), (), (), frozenset({op}), ONE)


def _projection(op: Op, slots: dict[str, Operand], name: str, weight: str, bias: str) -> Projection | None:
    if weight not in slots:
        return None
    source, matrix = slots[name].source, slots[weight].source
    vector = slots[bias].source if bias in slots else None
    rows, columns = matrix.outputs[0].shape[0], matrix.outputs[0].shape[-1]
    return Projection(op, source, matrix, vector, op, columns, rows)


# -- written out ----------------------------------------------------------------------------------------------------


def _written_out(query: Query, softmax: Op) -> Attention | None:
    product = _value_product(query, softmax)
    if product is None:
        return None
    pair = _scores(query, softmax)
    if pair is None:
        return None
    value_operand = _value_side(query, product, softmax)
    if value_operand is None:
        return None
    q, k = branch(query, pair.left), branch(query, pair.right)
    value = branch(query, value_operand)
    between = query.within(pair.op, softmax)
    steps = tuple(sorted(between, key=lambda op: op.index))
    inner = factor_above(
        softmax.operands[0].source,
        lambda op: _alpha(op) if op is pair.op else None,
        lambda op: op in between or op is pair.op,
    )
    heads = _heads(query, pair, q)
    bounding = next((op for op in steps if op.kind is OpKind.TANH), None)
    return Attention(
        scores=pair.op,
        softmax=softmax,
        product=product.op,
        query=q,
        key=k,
        value=value,
        output=output_of(query, product.op),
        steps=steps,
        head_dim=pair.depth,
        heads=heads,
        kv_heads=_kv_heads(heads, k, _full_key(pair, q)),
        factor=inner.times(q.factor).times(k.factor),
        softcap=_softcap(steps, bounding) if bounding else None,
        bounding=bounding,
    )


def _alpha(op: Op) -> Factor:
    """The factor inside the product itself (``baddbmm``)."""
    value = number(op.arguments.get("alpha"))
    return Factor((Term(op, value),)) if value is not None and value != 1 else ONE


def _value_product(query: Query, softmax: Op) -> Contraction | None:
    """The first product of the softmax with something that carries content."""
    for op in sorted(
        query.sinks(softmax, OpKind.MATMUL, OpKind.EINSUM, through=_WEIGHT_WAY), key=lambda found: found.index
    ):
        found = contraction(op)
        if found is not None and all(side.source in query.get(content) for side in (found.left, found.right)):
            return found
    return None


def _scores(query: Query, softmax: Op) -> Contraction | None:
    """The product of two activations that the softmax normalises, queries on the left.

    Several such products may be added up (content and relative positions). Then both sides of the chosen one carry
    content.
    """
    candidates = query.sources(softmax, OpKind.MATMUL, OpKind.EINSUM, through=_SCORE_WAY)
    for op in sorted(candidates, key=lambda found: found.index):
        found = contraction(op)
        if found is None or not all(side.source in query.get(content) for side in (found.left, found.right)):
            continue
        return found
    return None


def _value_side(query: Query, product: Contraction, softmax: Op) -> Operand | None:
    """The side of ``product`` that the softmax is not on."""
    for weights, value in ((product.left, product.right), (product.right, product.left)):
        source = weights.source
        if source is softmax or query.reaches(softmax, source, through=_WEIGHT_WAY):
            return value
    return None


def _softcap(steps: tuple[Op, ...], tanh: Op) -> float | None:
    """The number that a tanh of the scores is multiplied by."""
    below = {tanh}
    cap: float | None = None
    for op in steps:
        if op.index > tanh.index and any(operand.source in below for operand in op.operands):
            below.add(op)
            value = _multiplier(op)
            if value is not None:
                cap = value if cap is None else cap * value
                break
    return cap


def _multiplier(op: Op) -> float | None:
    found = constant_side(op) if op.kind is OpKind.MUL else None
    return found[1] if found else None


def _heads(query: Query, pair: Contraction, q: Branch) -> int | None:
    """The number of query heads: the axis of the scores that is neither rows nor columns nor the batch.

    Where there is more than that one (windows, blocks), or it is joined with the batch, features are counted.
    """
    sizes = pair.batch
    if len(sizes) == 2:
        return sizes[1]
    if (counted := _counted(q, int(pair.depth))) is not None:
        return counted
    if len(sizes) > 2:
        return prod(sizes[1:])
    batch = next((shape[0] for _, shape in query.model.inputs.values() if shape), None)
    if len(sizes) == 1 and batch and int(sizes[0]) % int(batch) == 0:
        return int(sizes[0]) // int(batch)
    return None


def _counted(q: Branch, depth: int) -> int | None:
    """How many heads of ``depth`` features the queries of one token have; None without a single projection."""
    if len(q.projections) != 1:
        return None
    (projection,) = q.projections
    if not projection.in_width or not depth:
        return None
    tokens = prod(int(size) for size in projection.input.outputs[0].shape) // int(projection.in_width)
    features = q.numel / tokens if tokens else 0.0
    heads, rest = divmod(features, depth)
    return _as_written(q, int(heads)) if heads and not rest and features <= int(projection.out_width) else None


def _full_called(heads: int | None, key: Branch) -> int:
    """The number of elements that the keys of a fused call have when every query head has its own keys.

    A fused call can repeat fewer heads by itself.
    """
    shape = key.end.outputs[key.output].shape
    own = int(shape[1]) if len(shape) > 3 else 0
    return key.numel // own * int(heads) if heads and own else key.numel


def _full_key(pair: Contraction, q: Branch) -> int:
    """Number of elements that the keys have when every query head has its own."""
    return prod(int(size) for size in pair.batch) * int(pair.depth) * int(pair.columns)


def _kv_heads(heads: int | None, key: Branch, full: int) -> int | None:
    if heads is None or not full or not key.distinct:
        return None
    if full == key.distinct:
        return _own_number(key, heads)
    share = int(heads) * key.distinct / full
    return _as_written(key, round(share)) if isclose(share, round(share)) and share >= 1 else None


def _own_number(key: Branch, heads: int) -> int:
    """As many heads as queries have, from the field that says it of the keys where that is another one."""
    found = {origin.expression for size in _axes(key, int(heads)) if (origin := origin_of(size))}
    own = origin_of(heads)
    return heads if own is None or own.expression in found else _as_written(key, heads)


def _axes(side: Branch, count: int) -> list[int]:
    """Axes of that size that queries or keys have somewhere."""
    steps = (output.shape for step in side.steps for output in step.outputs)
    return [size for shape in steps for size in shape if int(size) == count]


def _as_written(side: Branch, count: int) -> int:
    """``count`` with the origin of an axis of that size that queries or keys have somewhere."""
    written = [
        (len(origin.expression), size)
        for size in _axes(side, int(count))
        if (origin := origin_of(size)) and origin.fields and not origin.symbols
    ]
    return min(written, key=lambda pair: pair[0])[1] if written else count
