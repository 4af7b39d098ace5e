"""Floating-point operations of products: two for each multiplication with its addition, as torch's own counter has it.

``torch.utils.flop_counter.FlopCounterMode`` counts products of matrices, convolutions and fused attention, and nothing
else: neither element-wise arithmetic nor softmax, norms and lookups. Nothing is saved for a mask: eager attention
computes every score.
"""

from __future__ import annotations

from analyzer.graph import Op, OpKind
from analyzer.library.operations.symbolic import add, multiply
from analyzer.values import origin_of

PRODUCTS = (OpKind.LINEAR, OpKind.MATMUL, OpKind.EINSUM, OpKind.CONV, OpKind.ATTENTION, OpKind.RECURRENT)
"""Kinds of operations that are counted."""
NAMES = frozenset({"linear", "matmul", "rmatmul", "mm", "addmm", "einsum", "scaled_dot_product_attention"})
"""Names of products, also of those that were not understood because of what they read."""
_WITHOUT_SUM = frozenset({"outer", "cross", "kron"})
Shape = tuple[int, ...]


def flops(op: Op, *, row: bool = False) -> int | None:
    """The floating-point operations of one execution of ``op``, traced to what its sizes come from; those of one row
    with ``row``, if data decides on how many rows it runs.

    0 for an operation that is not counted, None where it cannot be read what is summed over.
    """
    if op.kind not in PRODUCTS or not op.outputs:
        return 0
    result = _sizes(op.outputs[0].shape, row)
    shapes = {operand.slot: _sizes(operand.source.outputs[operand.output].shape, row) for operand in op.operands}
    match op.kind:
        case OpKind.LINEAR:
            return _twice(result, shapes["weight"][-1:]) if op.name == "linear" else None
        case OpKind.MATMUL:
            return _matmul(op, [*shapes.items()], result)
        case OpKind.EINSUM:
            return _einsum(op, [*shapes.values()])
        case OpKind.CONV:
            return _convolution(op, shapes, result)
        case OpKind.ATTENTION:
            return _attention(op, shapes)
        case _:
            return None


def on_data(op: Op) -> bool:
    """Whether data decides how often ``op`` runs, or on how many rows."""
    return op.repeated or any(map(_by_data, op.outputs[0].shape if op.outputs else ()))


def _sizes(shape: Shape, row: bool) -> Shape:
    return tuple(1 if row and _by_data(size) else size for size in shape)


def _by_data(size: int) -> bool:
    origin = origin_of(size)
    return origin is not None and "data" in origin.symbols


def _twice(*sizes: Shape) -> int:
    return multiply((2, *(size for some in sizes for size in some)))


def _matmul(op: Op, operands: list[tuple[str, Shape]], result: Shape) -> int | None:
    if op.name in _WITHOUT_SUM:
        return 0
    named = dict(operands)
    pairs = (("mat1", "mat2"), ("batch1", "batch2"), ("mat", "vec"))
    left = next((named[one] for one, other in pairs if one in named and other in named), None)
    if left is None:
        if op.name not in ("matmul", "rmatmul", "mm") or len(operands) != 2:
            return None
        left = operands[1 if op.name == "rmatmul" else 0][1]
    return _twice(result, left[-1:])


def _einsum(op: Op, shapes: list[Shape]) -> int | None:
    """Operands are joined from left to right; two without a sum between them are multiplied element by element."""
    equation = op.arguments.get("equation")
    if not isinstance(equation, str) or "." in equation:
        return None
    left, arrow, result = str(equation).replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow or [len(term) for term in terms] != [len(shape) for shape in shapes]:
        return None
    sizes = {
        label: size for term, shape in zip(terms, shapes, strict=True) for label, size in zip(term, shape, strict=True)
    }
    total, joined = 0, terms[0]
    for number, term in enumerate(terms[1:], 1):
        wanted = set(result).union(*terms[number + 1 :])
        labels = dict.fromkeys(joined + term)
        if any(label in joined and label in term and label not in wanted for label in labels):
            total = add(total, _twice(tuple(sizes[label] for label in labels)))
        joined = "".join(label for label in labels if label in wanted)
    return total


def _convolution(op: Op, shapes: dict[str, Shape], result: Shape) -> int | None:
    weight, given = shapes.get("weight"), shapes.get("input")
    if weight is None or given is None:
        return None
    places = given if "transpose" in op.name else result
    batch = places[: len(places) - len(weight) + 1]
    return _twice(batch, places[len(places) - len(weight) + 2 :], weight)


def _attention(op: Op, shapes: dict[str, Shape]) -> int | None:
    """Scores and weighted values of a fused call; queries are ``[..., tokens, features]``."""
    query, key, value = (shapes.get(slot) for slot in ("query", "key", "value"))
    if op.name != "scaled_dot_product_attention" or query is None or key is None or value is None:
        return None
    scores = _twice(query, key[-2:-1])
    return add(scores, _twice(query[:-1], key[-2:-1], value[-1:]))
