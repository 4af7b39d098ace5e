"""How much it costs to get a trait wrong: the order in which reports list what a paper leaves out.

The table is the ranking. An entry says how far off a reimplementation is that guesses the trait wrong, and which values
a reader assumes anyway. Reports leave out traits that have such a value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from analyzer.report import Json


class Impact(StrEnum):
    """What differs if a trait is wrong, from the worst to the mildest.

    ``function``: the model computes another function; outputs are unrelated. ``weights``: tensors are missing,
    superfluous or have another layout, so that a checkpoint does not load or loads wrongly. ``constant``: a number in
    the function differs; outputs drift. ``edge``: outputs differ for padded, masked or very long inputs. ``rounding``:
    outputs differ in half precision only. ``training``: the same weights give the same outputs, but training gives
    other weights.
    """

    FUNCTION = "function"
    WEIGHTS = "weights"
    CONSTANT = "constant"
    EDGE = "edge"
    ROUNDING = "rounding"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class TraitImpact:
    """The impact of getting ``trait`` wrong, a name or a family (``numerics.*``).

    Readers take ``assumed`` values for granted: reports leave them out. ``usual`` values are those of most models:
    reports list them after the unusual ones.
    """

    trait: str
    impact: Impact
    why: str
    assumed: tuple[Json, ...] = ()
    usual: tuple[Json, ...] = ()


F, W, C, E, R, T = Impact
TRAIT_IMPACTS: tuple[TraitImpact, ...] = (
    # function: every activation of every layer differs
    TraitImpact("norm.placement", F, "the residual stream is another one", usual=("pre",)),
    TraitImpact("residual.topology", F, "the branches read other inputs", ("sequential",)),
    TraitImpact("norm.type", F, "another statistic is divided by", usual=("rmsnorm", "layernorm")),
    TraitImpact("norm.unit_offset", F, "every scale is off by one", (False,)),
    TraitImpact("position.kind", F, "the order of tokens enters elsewhere", usual=("rope",)),
    TraitImpact("position.layout", F, "the table's columns are in another order"),
    TraitImpact("rope.layout", F, "other pairs are rotated"),
    TraitImpact("rope.fraction", F, "dimensions that should turn stand still", (1.0,)),
    TraitImpact("attention.mask", F, "other tokens are seen", ("causal", "bidirectional")),
    TraitImpact("attention.window", F, "other tokens are seen", ("none",)),
    TraitImpact("sequence.pooling", F, "another vector stands for the sequence"),
    TraitImpact("attention.kv_from", F, "other keys and values are attended to", ("own",)),
    TraitImpact("attention.qk_norm", F, "queries and keys have another length", ("none",)),
    TraitImpact("attention.qk_norm_type", F, "queries and keys have another length"),
    TraitImpact("attention.qk_norm_order", F, "the norm's weight meets other dimensions"),
    TraitImpact("attention.scale", F, "the softmax is sharper or flatter", ("inv_sqrt_head_dim",)),
    TraitImpact("attention.gate", F, "a factor on every head is missing", ("none",)),
    TraitImpact("attention.sinks", F, "the weights of attention sum to less than one", (False,)),
    TraitImpact("mlp.activation", F, "another nonlinearity", usual=("silu", "gelu")),
    TraitImpact("mlp.gated", F, "a product is missing", (False,)),
    TraitImpact("mlp.clamp", F, "large values pass", ("none",)),
    TraitImpact("state.decay", F, "the state forgets otherwise"),
    TraitImpact("state.decay_from", F, "the state forgets otherwise", ("data",)),
    TraitImpact("state.update", F, "the state keeps what it should replace", usual=("add",)),
    TraitImpact("state.step", F, "the state forgets otherwise", usual=("softplus",)),
    TraitImpact("state.step_clamp", F, "the state forgets otherwise", ("none", "[0.0, inf]")),
    TraitImpact("embedding.scale", F, "the stream starts at another size", ("none",)),
    TraitImpact("embedding.norm", F, "the stream starts at another size", (False,)),
    TraitImpact("residual.scale", F, "branches weigh more or less", ("none",)),
    TraitImpact("residual.layer_scale", F, "branches weigh more or less", (False,)),
    TraitImpact("norm.final", F, "the head reads unnormalised sums", usual=(True,)),
    TraitImpact("moe.scoring", F, "experts are chosen and weighted otherwise", usual=("softmax",)),
    TraitImpact("moe.order", F, "experts are weighted otherwise", usual=("score_then_topk",)),
    TraitImpact("moe.normalize_topk", F, "experts' weights do not sum to one", usual=(True,)),
    TraitImpact("moe.selection_bias", F, "other experts are chosen", ("none",)),
    TraitImpact("moe.groups", F, "other experts are chosen", ("none",)),
    TraitImpact("moe.scale", F, "routed experts weigh more or less", (1, 1.0, "none")),
    TraitImpact("moe.weighted", F, "experts read or make something of another size", ("output",)),
    TraitImpact("moe.shared_gate", F, "the shared expert counts too much", ("none",)),
    TraitImpact("moe.shared_experts", F, "a branch is missing", (0,)),
    TraitImpact("moe.layers", F, "layers are of another kind"),
    TraitImpact("block.schedule", F, "layers are of another kind"),
    TraitImpact("logits.scale", F, "logits are sharper or flatter", ("none",)),
    TraitImpact("logits.softcap", F, "large logits pass", ("none",)),
    TraitImpact("attention.softcap", F, "large scores pass", ("none",)),
    # weights: the checkpoint does not fit
    TraitImpact("attention.kv", W, "heads have other sizes", ("mha",)),
    TraitImpact("state.*", W, "projections, convolution and state have other sizes"),
    TraitImpact("mla.*", W, "projections and heads have other sizes"),
    TraitImpact("attention.qkv_bias", W, "biases are missing or made up", (False,)),
    TraitImpact("attention.o_bias", W, "a bias is missing or made up", (False,)),
    TraitImpact("mlp.bias", W, "biases are missing or made up", (False,)),
    TraitImpact("norm.bias", W, "a bias is missing or made up"),
    TraitImpact("logits.bias", W, "a bias is missing or made up", (False,)),
    TraitImpact("embedding.tied", W, "a table is missing or made up"),
    TraitImpact("position.offset", W, "every token reads another row of the table", (0,)),
    TraitImpact("attention.qkv_fused", W, "the matrix is cut in other places", (False,)),
    TraitImpact("mlp.fused_layout", W, "gate and up change places", usual=("[gate, up]",)),
    TraitImpact("mlp.fused", W, "the matrix is cut in other places", (False,)),
    TraitImpact("weights.*", W, "matrices are transposed", usual=("[out, in]",)),
    TraitImpact("shapes.*", W, "dimensions are merged in another order", usual=("head_then_feature", "consecutive")),
    # constant: the same function with another number
    TraitImpact("rope.theta", C, "angles grow faster or slower", (10000, 10000.0)),
    TraitImpact("rope.scaling", C, "angles are stretched", ("none",)),
    TraitImpact("rope.attention_factor", C, "the softmax is sharper or flatter", (1, 1.0)),
    TraitImpact("norm.eps", C, "matters where activations are small, most in half precision", usual=(1e-5, 1e-6)),
    TraitImpact("dims.ffn", C, "another width"),
    TraitImpact("dims.head_dim", C, "another width"),
    TraitImpact("dims.vocab", C, "another table, often padded"),
    TraitImpact("dims.context", C, "another length"),
    # edge: masks and padding
    TraitImpact("masking.*", E, "padded or fully masked rows come out otherwise", usual=("finite_minimum",)),
    TraitImpact("attention.cache", E, "other states are kept between steps", ("kv", "none")),
    # rounding: half precision
    TraitImpact("norm.upcast", R, "statistics lose digits", usual=("float32",)),
    TraitImpact("norm.cast_before_weight", R, "the product with the weight is rounded elsewhere", usual=(True,)),
    TraitImpact("attention.softmax_dtype", R, "weights of attention lose digits", usual=("float32",)),
    TraitImpact("rope.dtype", R, "angles of far positions collapse", usual=("float32",)),
    TraitImpact("moe.router_dtype", R, "near ties fall otherwise"),
    TraitImpact("embedding.scale_dtype", R, "the factor on the embeddings is rounded elsewhere", ("none", "float32")),
    TraitImpact("residual.dtype", R, "the stream loses digits", ("model",)),
    TraitImpact("logits.dtype", R, "logits lose digits", ("model",)),
    TraitImpact("numerics.*", R, "a guard is missing"),
    # training: initial weights and dropout
    TraitImpact("init.*", T, "training starts elsewhere"),
    TraitImpact("attention.dropout", T, "another regularisation", (0, 0.0)),
    TraitImpact("dropout.*", T, "another regularisation", (0, 0.0)),
)
"""The most harmful first, also within one impact. Sizes that every configuration states are not listed."""


def impact_of(trait: str) -> TraitImpact | None:
    """The entry of ``trait``, or of its family. None for traits that nobody misses, such as the number of layers."""
    exact = next((row for row in TRAIT_IMPACTS if row.trait == trait), None)
    return exact or next((row for row in TRAIT_IMPACTS if fnmatchcase(trait, row.trait)), None)


def is_one_of(value: Json, known: Iterable[Json]) -> bool:
    """Whether ``value`` is among ``known``. Unlike in Python, ``true`` and ``1`` differ."""
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in known)


def rank(trait: str, values: Iterable[Json] = ()) -> int:
    """The rank of a trait with these values, from 1. Traits without an entry come last."""
    row, shown = impact_of(trait), tuple(values)
    if row is None:
        return len(_ORDER) + 1
    return _ORDER.index((row.trait, bool(shown) and all(is_one_of(value, row.usual) for value in shown))) + 1


_ORDER = [
    (row.trait, usual) for impact in Impact for usual in (False, True) for row in TRAIT_IMPACTS if row.impact is impact
]
"""Traits with unusual values come before those with usual ones of the same impact."""
