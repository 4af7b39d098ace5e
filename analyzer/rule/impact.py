"""What it costs to get a fact wrong: the order in which facts are told that a paper leaves out.

The table is the ranking. A row says how far a reimplementation is off that guesses wrong, and what a reader takes for
granted where nothing is said: a fact that is as everybody assumes is not worth a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from analyzer.report import Json


class Impact(StrEnum):
    """From the worst to the mildest.

    ``function``: another function; outputs have nothing to do with each other. ``weights``: tensors that are missing,
    superfluous or laid out otherwise, so that a checkpoint does not load or loads wrongly. ``constant``: the function
    with another number in it; outputs drift. ``rounding``: the same in exact arithmetic, not in half precision.
    ``edge``: differs for padded, masked or very long inputs. ``training``: same outputs from the same weights, another
    result of training.
    """

    FUNCTION = "function"
    WEIGHTS = "weights"
    CONSTANT = "constant"
    EDGE = "edge"
    ROUNDING = "rounding"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Row:
    """``trait`` (or a family, ``numerics.*``), its impact, and the values that go without saying. ``usual`` values are
    what most models do: they are told, but a reader's guess is often right, so what is otherwise comes first."""

    trait: str
    impact: Impact
    why: str
    assumed: tuple[Json, ...] = ()
    usual: tuple[Json, ...] = ()


F, W, C, E, R, T = Impact
TABLE: tuple[Row, ...] = (
    # every activation of every layer is another one
    Row("norm.placement", F, "the residual stream is another one", usual=("pre",)),
    Row("residual.topology", F, "the branches read other inputs", ("sequential",)),
    Row("norm.type", F, "another statistic is divided by", usual=("rmsnorm", "layernorm")),
    Row("norm.unit_offset", F, "every scale is off by one", (False,)),
    Row("position.kind", F, "the order of tokens enters elsewhere", usual=("rope",)),
    Row("position.layout", F, "the table's columns are in another order"),
    Row("rope.layout", F, "other pairs are rotated"),
    Row("rope.fraction", F, "dimensions that should turn stand still", (1.0,)),
    Row("attention.mask", F, "other tokens are seen", ("causal", "bidirectional")),
    Row("attention.window", F, "other tokens are seen", ("none",)),
    Row("attention.qk_norm", F, "queries and keys have another length", ("none",)),
    Row("attention.qk_norm_type", F, "queries and keys have another length"),
    Row("attention.qk_norm_order", F, "the norm's weight meets other dimensions"),
    Row("attention.scale", F, "the softmax is sharper or flatter", ("inv_sqrt_head_dim",)),
    Row("attention.gate", F, "a factor on every head is missing", ("none",)),
    Row("attention.sinks", F, "the weights of attention sum to less than one", (False,)),
    Row("mlp.activation", F, "another nonlinearity", usual=("silu", "gelu")),
    Row("mlp.gated", F, "a product is missing", (False,)),
    Row("mlp.clamp", F, "large values pass", ("none",)),
    Row("embedding.scale", F, "the stream starts at another size", ("none",)),
    Row("embedding.norm", F, "the stream starts at another size", (False,)),
    Row("residual.scale", F, "branches weigh more or less", ("none",)),
    Row("residual.layer_scale", F, "branches weigh more or less", (False,)),
    Row("norm.final", F, "the head reads unnormalised sums", usual=(True,)),
    Row("moe.scoring", F, "experts are chosen and weighted otherwise", usual=("softmax",)),
    Row("moe.order", F, "experts are weighted otherwise", usual=("score_then_topk",)),
    Row("moe.normalize_topk", F, "experts' weights do not sum to one", usual=(True,)),
    Row("moe.selection_bias", F, "other experts are chosen", ("none",)),
    Row("moe.groups", F, "other experts are chosen", ("none",)),
    Row("moe.scale", F, "routed experts weigh more or less", (1, 1.0, "none")),
    Row("moe.shared_experts", F, "a branch is missing", (0,)),
    Row("moe.layers", F, "layers are of another kind"),
    Row("block.schedule", F, "layers are of another kind"),
    Row("logits.scale", F, "logits are sharper or flatter", ("none",)),
    Row("logits.softcap", F, "large logits pass", ("none",)),
    Row("attention.softcap", F, "large scores pass", ("none",)),
    # the checkpoint does not fit
    Row("attention.kv", W, "heads have other sizes", ("mha",)),
    Row("attention.qkv_bias", W, "biases are missing or made up", (False,)),
    Row("attention.o_bias", W, "a bias is missing or made up", (False,)),
    Row("mlp.bias", W, "biases are missing or made up", (False,)),
    Row("norm.bias", W, "a bias is missing or made up"),
    Row("logits.bias", W, "a bias is missing or made up", (False,)),
    Row("embedding.tied", W, "a table is missing or made up"),
    Row("position.offset", W, "every token reads another row of the table", (0,)),
    Row("attention.qkv_fused", W, "the matrix is cut in other places", (False,)),
    Row("mlp.fused", W, "the matrix is cut in other places", (False,)),
    Row("shapes.*", W, "dimensions are merged in another order", usual=("head_then_feature", "consecutive")),
    # the same function with another number
    Row("rope.theta", C, "angles grow faster or slower", (10000, 10000.0)),
    Row("rope.scaling", C, "angles are stretched", ("none",)),
    Row("norm.eps", C, "matters where activations are small, most in half precision", usual=(1e-5, 1e-6)),
    Row("dims.ffn", C, "another width"),
    Row("dims.head_dim", C, "another width"),
    Row("dims.vocab", C, "another table, often padded"),
    Row("dims.context", C, "another length"),
    # masks and padding
    Row("masking.*", E, "padded or fully masked rows come out otherwise", usual=("finite_minimum",)),
    Row("attention.cache", E, "other states are kept between steps", ("kv", "none")),
    # half precision
    Row("norm.upcast", R, "statistics lose digits", usual=("float32",)),
    Row("norm.cast_before_weight", R, "the product with the weight is rounded elsewhere", usual=(True,)),
    Row("attention.softmax_dtype", R, "weights of attention lose digits", usual=("float32",)),
    Row("rope.dtype", R, "angles of far positions collapse", usual=("float32",)),
    Row("moe.router_dtype", R, "near ties fall otherwise"),
    Row("embedding.scale_dtype", R, "the factor on the embeddings is rounded elsewhere", ("none", "float32")),
    Row("residual.dtype", R, "the stream loses digits", ("model",)),
    Row("logits.dtype", R, "logits lose digits", ("model",)),
    Row("numerics.*", R, "a guard is missing"),
    # training
    Row("init.*", T, "training starts elsewhere"),
    Row("attention.dropout", T, "another regularisation", (0, 0.0)),
    Row("dropout.*", T, "another regularisation", (0, 0.0)),
)
"""Most harmful first, inside an impact too. Sizes that every configuration states are not listed."""


def row_of(trait: str) -> Row | None:
    """The row of ``trait``, its family's if it has none of its own; None for facts that are never missed."""
    exact = next((row for row in TABLE if row.trait == trait), None)
    return exact or next((row for row in TABLE if fnmatchcase(trait, row.trait)), None)


def is_one_of(value: Json, known: Iterable[Json]) -> bool:
    """Whether a value is among the known ones; true and 1 are not the same."""
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in known)


def rank(trait: str, values: Iterable[Json] = ()) -> int:
    """The place in the ranking from 1 of a trait with these values; facts without a row come last."""
    row, shown = row_of(trait), tuple(values)
    if row is None:
        return len(_ORDER) + 1
    return _ORDER.index((row.trait, bool(shown) and all(is_one_of(value, row.usual) for value in shown))) + 1


_ORDER = [(row.trait, usual) for impact in Impact for usual in (False, True) for row in TABLE if row.impact is impact]
"""Inside an impact what is not usual comes first."""
