"""Matrix products, linear maps, attention, einsum, distances."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.frameworks.torch.operations.spelling import BOTH, FREE, FUNCTIONAL, METHOD, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, axes, broadcast, integers, repeated
from analyzer.library.operations.dtypes import floating, result_type
from analyzer.library.operations.einsum import einsum
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.library.operations.symbolic import multiply
from analyzer.values import Tensor

IN_PLACE = ("{}", "Tensor.{}", "Tensor.{}_")


def _agree(left: int, right: int, what: str) -> None:
    if left != right:
        raise ShapeError(f"{what}: sizes {int(left)} and {int(right)} differ")


def matmul_shape(left: Shape, right: Shape) -> Shape:
    """The shape of a product with vectors promoted to matrices and leading dimensions broadcast."""
    if not left or not right:
        raise ShapeError("product of a tensor without dimensions")
    rows = left[-2:-1]
    columns = right[-1:] if len(right) > 1 else ()
    _agree(left[-1], right[-2] if len(right) > 1 else right[0], "matrix product")
    return (*broadcast(left[:-2], right[:-2]), *rows, *columns)


def matmul(input: Tensor, other: Tensor) -> Outputs:
    """Batched matrix product."""
    return TensorType(matmul_shape(input.shape, other.shape), result_type(input, other))


def reflected_matmul(input: Tensor, other: Tensor) -> Outputs:
    """``other @ input``."""
    return matmul(other, input)


def mm(input: Tensor, mat2: Tensor) -> Outputs:
    """``mm``, ``bmm``: no broadcasting."""
    if len(input.shape) != len(mat2.shape):
        raise ShapeError(f"product of {len(input.shape)} and {len(mat2.shape)} dimensions")
    for left, right in zip(input.shape[:-2], mat2.shape[:-2], strict=True):
        _agree(left, right, "batch")
    return TensorType(matmul_shape(input.shape, mat2.shape), result_type(input, mat2))


def mv(input: Tensor, vec: Tensor) -> Outputs:
    """Matrix times vector."""
    return matmul(input, vec)


def dot(input: Tensor, tensor: Tensor) -> Outputs:
    """Product of two vectors."""
    return matmul(input, tensor)


def inner(input: Tensor, other: Tensor) -> Outputs:
    """Sum over the last dimensions of both."""
    if not input.shape or not other.shape:
        return TensorType(broadcast(input.shape, other.shape), result_type(input, other))
    _agree(input.shape[-1], other.shape[-1], "inner product")
    return TensorType((*input.shape[:-1], *other.shape[:-1]), result_type(input, other))


def outer(input: Tensor, vec2: Tensor) -> Outputs:
    """All products of elements of two vectors."""
    return TensorType((*input.shape, *vec2.shape), result_type(input, vec2))


def kron(input: Tensor, other: Tensor) -> Outputs:
    """Kronecker product."""
    rank = max(len(input.shape), len(other.shape))
    left = (1,) * (rank - len(input.shape)) + tuple(input.shape)
    right = (1,) * (rank - len(other.shape)) + tuple(other.shape)
    return TensorType(tuple(multiply(pair) for pair in zip(left, right, strict=True)), result_type(input, other))


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Outputs:
    """Vector product in three dimensions."""
    return TensorType(broadcast(input.shape, other.shape), result_type(input, other))


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: object = 1, alpha: object = 1) -> Outputs:
    """``beta * input + alpha * mat1 @ mat2``."""
    shape = matmul_shape(mat1.shape, mat2.shape)
    return TensorType(broadcast(shape, input.shape), result_type(input, mat1, mat2))


def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: object = 1, alpha: object = 1) -> Outputs:
    """``addmm`` in batches."""
    return addmm(input, batch1, batch2)


def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: object = 1, alpha: object = 1) -> Outputs:
    """``addmm`` summed over the batch."""
    shape = matmul_shape(batch1.shape, batch2.shape)[1:]
    return TensorType(broadcast(shape, input.shape), result_type(input, batch1, batch2))


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: object = 1, alpha: object = 1) -> Outputs:
    """``beta * input + alpha * mat @ vec``."""
    return addmm(input, mat, vec)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: object = 1, alpha: object = 1) -> Outputs:
    """``beta * input + alpha * outer(vec1, vec2)``."""
    return TensorType(broadcast(input.shape, (*vec1.shape, *vec2.shape)), result_type(input, vec1, vec2))


def chain_matmul(tensors: Sequence[Tensor]) -> Outputs:
    """``linalg.multi_dot``."""
    shape = tensors[0].shape
    for tensor in tensors[1:]:
        shape = matmul_shape(shape, tensor.shape)
    return TensorType(shape, result_type(*tensors))


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Outputs:
    """``input @ weight.T + bias``; ``weight`` is (out, in)."""
    if not input.shape or not weight.shape:
        raise ShapeError("linear of a tensor without dimensions")
    _agree(input.shape[-1], weight.shape[-1], "linear")
    if bias is not None and bias.shape and bias.shape[-1] != 1:
        _agree(bias.shape[-1], weight.shape[0], "bias")
    return TensorType((*input.shape[:-1], *weight.shape[:-1]), result_type(input, weight))


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Outputs:
    """``weight`` is (out, in1, in2)."""
    _agree(input1.shape[-1], weight.shape[1], "bilinear")
    _agree(input2.shape[-1], weight.shape[2], "bilinear")
    return TensorType((*input1.shape[:-1], weight.shape[0]), result_type(input1, weight))


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Outputs:
    """Rows of ``weight`` by index."""
    if len(weight.shape) != 2:
        raise ShapeError(f"the weight of an embedding has {len(weight.shape)} dimensions")
    return TensorType((*input.shape, weight.shape[1]), weight.dtype)


def embedding_bag(
    input: Tensor, weight: Tensor, offsets: Tensor | None = None, max_norm: float | None = None, norm_type: float = 2,
    scale_grad_by_freq: bool = False, mode: str = "mean", sparse: bool = False,
    per_sample_weights: Tensor | None = None, include_last_offset: bool = False, padding_idx: int | None = None,
) -> Outputs:  # fmt: skip
    """Rows of ``weight`` reduced by bag."""
    bags = input.shape[0] if offsets is None else offsets.shape[0]
    return TensorType((bags, weight.shape[1]), weight.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Outputs:
    """Fused attention over (..., heads, length, features)."""
    _agree(query.shape[-1], key.shape[-1], "query and key")
    _agree(key.shape[-2], value.shape[-2], "key and value")
    if not enable_gqa:
        batch = broadcast(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    else:
        batch = query.shape[:-2]
    return TensorType((*batch, query.shape[-2], value.shape[-1]), query.dtype)


def multi_head_attention_forward(
    query: Tensor, key: Tensor, value: Tensor, embed_dim_to_check: int, num_heads: int,
    in_proj_weight: Tensor | None, in_proj_bias: Tensor | None, bias_k: Tensor | None, bias_v: Tensor | None,
    add_zero_attn: bool, dropout_p: float, out_proj_weight: Tensor, out_proj_bias: Tensor | None, training: bool = True,
    key_padding_mask: Tensor | None = None, need_weights: bool = True, attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False, q_proj_weight: Tensor | None = None, k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None, static_k: Tensor | None = None, static_v: Tensor | None = None,
    average_attn_weights: bool = True, is_causal: bool = False,
) -> Outputs:  # fmt: skip
    """Projections and attention over (length, batch, features); the weights are None unless wanted."""
    output = TensorType((*query.shape[:-1], out_proj_weight.shape[0]), query.dtype)
    if not need_weights:
        return (output, None)
    lengths = (query.shape[0], key.shape[0])
    batch = query.shape[1:-1]
    heads = () if average_attn_weights else (num_heads,)
    return (output, TensorType((*batch, *heads, *lengths), query.dtype))


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = "") -> Outputs:
    """Distances of all pairs of rows."""
    _agree(x1.shape[-1], x2.shape[-1], "cdist")
    return TensorType((*broadcast(x1.shape[:-2], x2.shape[:-2]), x1.shape[-2], x2.shape[-2]), result_type(x1, x2))


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Outputs:
    """The cosine of the angle along a dimension."""
    shape = broadcast(x1.shape, x2.shape)
    gone = axes(dim, len(shape))
    return TensorType(tuple(s for place, s in enumerate(shape) if place not in gone), floating(result_type(x1, x2)))


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Outputs:
    """Distances of corresponding rows."""
    shape = broadcast(x1.shape, x2.shape)
    return TensorType((*shape[:-1], *((1,) if keepdim else ())), result_type(x1, x2))


def tensordot(a: Tensor, b: Tensor, dims: object = 2) -> Outputs:
    """Sum over dimensions of both: the last ``dims`` of one with the first of the other, or two lists."""
    if isinstance(dims, Sequence):
        left, right = axes(integers(dims[0]), len(a.shape)), axes(integers(dims[1]), len(b.shape))
    else:
        count = int(repeated(dims, 1)[0])
        left, right = tuple(range(len(a.shape) - count, len(a.shape))), tuple(range(count))
    for first, second in zip(left, right, strict=True):
        _agree(a.shape[first], b.shape[second], "tensordot")
    kept = [size for place, size in enumerate(a.shape) if place not in left]
    return TensorType((*kept, *(s for place, s in enumerate(b.shape) if place not in right)), result_type(a, b))


def contract(equation: str, *operands: object) -> RuleOutcome:
    """``torch.einsum``."""
    return RuleOutcome(einsum(equation, operands))


def one_hot(input: Tensor, num_classes: int = -1) -> Outputs:
    """A new last dimension with a single 1."""
    if num_classes == -1:
        if input.data is None:
            raise ShapeError("the number of classes depends on data")
        num_classes = int(input.data.max()) + 1
    return TensorType((*input.shape, num_classes), Dtype.INT64)


PRODUCTS = merge(
    rules(OpKind.MATMUL, matmul, ("matmul",), BOTH),
    rules(OpKind.MATMUL, matmul, ("__matmul__",), METHOD, "matmul"),
    rules(OpKind.MATMUL, reflected_matmul, ("__rmatmul__",), METHOD, "rmatmul"),
    rules(OpKind.MATMUL, matmul, ("linalg.matmul",), FREE, "matmul"),
    rules(OpKind.MATMUL, mm, ("mm", "bmm"), BOTH, "mm"),
    rules(OpKind.MATMUL, mv, ("mv",), BOTH, "mm"),
    rules(OpKind.MATMUL, dot, ("dot", "vdot"), BOTH, "mm"),
    rules(OpKind.MATMUL, inner, ("inner",), BOTH),
    rules(OpKind.MATMUL, outer, ("outer", "ger"), BOTH, "outer"),
    rules(OpKind.MATMUL, kron, ("kron",), BOTH),
    rules(OpKind.MATMUL, cross, ("cross",), (*BOTH, "linalg.{}")),
    rules(OpKind.MATMUL, addmm, ("addmm",), IN_PLACE),
    rules(OpKind.MATMUL, baddbmm, ("baddbmm",), IN_PLACE, "addmm"),
    rules(OpKind.MATMUL, addbmm, ("addbmm",), IN_PLACE),
    rules(OpKind.MATMUL, addmv, ("addmv",), IN_PLACE, "addmm"),
    rules(OpKind.MATMUL, addr, ("addr",), IN_PLACE),
    rules(OpKind.MATMUL, chain_matmul, ("linalg.multi_dot", "functional.chain_matmul"), FREE, "multi_dot"),
    rules(OpKind.MATMUL, tensordot, ("tensordot",), ("functional.{}",)),
    rules(OpKind.LINEAR, linear, ("linear",), FUNCTIONAL),
    rules(OpKind.LINEAR, bilinear, ("bilinear",), FUNCTIONAL),
    rules(OpKind.EMBEDDING, embedding, ("embedding",), FUNCTIONAL),
    rules(OpKind.EMBEDDING, embedding_bag, ("embedding_bag",), FUNCTIONAL),
    rules(OpKind.ATTENTION, scaled_dot_product_attention, ("scaled_dot_product_attention",), FUNCTIONAL),
    rules(OpKind.ATTENTION, multi_head_attention_forward, ("multi_head_attention_forward",), FUNCTIONAL),
    rules(OpKind.EINSUM, contract, ("einsum",), ("functional.{}",)),
    rules(OpKind.NORM, cdist, ("cdist",), ("functional.{}",)),
    rules(OpKind.OTHER, cosine_similarity, ("cosine_similarity",), ("nn.functional.{}", "{}")),
    rules(OpKind.NORM, pairwise_distance, ("pairwise_distance",), FUNCTIONAL),
    rules(OpKind.ONE_HOT, one_hot, ("one_hot",), FUNCTIONAL),
)
