"""The vocabulary of traits: name, type, values and meaning of each."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait of models.

    Attributes:
        name: Area and name, ``norm.type``. A name that ends in ``.*`` stands for a family of traits.
        type: ``word``, ``bool``, ``number``, ``expression``, ``list``, ``fact``, or alternatives joined by ``|``.
        meaning: What the value says, in a sentence.
        values: The possible words.
        absent: The value of a model without the structure that the trait describes. None: such a model has no finding.
        open: There may be other words than ``values``.
    """

    name: str
    type: str
    meaning: str
    values: tuple[str, ...] = ()
    absent: object = None
    open: bool = False


def _words(name: str, meaning: str, *values: str, absent: object = None, open: bool = False) -> Trait:  # noqa: A002
    return Trait(name, "word", meaning, values, absent, open)


def _flag(name: str, meaning: str) -> Trait:
    return Trait(name, "bool", meaning, absent=False)


def _number(name: str, meaning: str, absent: object = None) -> Trait:
    return Trait(name, "number", meaning, absent=absent)


def _factor(name: str, meaning: str, *values: str) -> Trait:
    """A trait whose value is ``none``, a number, or an expression of configuration fields. ``values`` are words that
    some factors have beside these."""
    return Trait(name, "word|number|expression", meaning, ("none", *values), "none")


RESIDUAL_STREAM = (
    _words(
        "norm.placement",
        "Where a block normalises: its input (pre), the sum (post), the branch before it is added (post_in_residual), "
        "input and branch (sandwich).",
        *("pre", "post", "post_in_residual", "sandwich", "mixed", "none"),
        absent="none",
    ),
    _words(
        "norm.type",
        "What the normalisation computes, told by its arithmetic.",
        *("rmsnorm", "layernorm", "layernorm_nonparametric", "batchnorm", "groupnorm", "l2norm", "scalenorm"),
        "dynamic_tanh",
        open=True,
    ),
    _number("norm.eps", "The constant that keeps the division finite."),
    _flag("norm.unit_offset", "The scale is one plus the weight."),
    _words("norm.upcast", "Type in which the statistics are computed.", "float32", "none"),
    _flag("norm.cast_before_weight", "Casts back to the model's type before the weight is applied."),
    _flag("norm.bias", "The normalisation adds a learned bias."),
    _flag("norm.final", "The stream is normalised once more after the last block."),
    _words(
        "residual.topology",
        "How attention and feed-forward sit on the stream: one after the other, or both reading one input.",
        *("sequential", "parallel", "shared_norm_parallel", "hyper_connections", "reversible"),
        open=True,
    ),
    _factor("residual.scale", "Constant factor on a branch before it is added."),
    _flag("residual.layer_scale", "A learned vector multiplies each branch."),
    _words("residual.dtype", "Type in which the stream is kept.", "model", "float32"),
    Trait("block.schedule", "list", "Kind of every layer: mixer, window, rotary settings, feed-forward, cache."),
)

ATTENTION = (
    _words(
        "attention.kv",
        "Key/value heads against query heads; mla compresses keys and values jointly to a low rank.",
        *("mha", "gqa", "mqa", "mla", "none"),
        absent="none",
    ),
    _factor(
        "attention.scale",
        "Whole factor that reaches the scores, wherever it is applied but in the rotation.",
        "inv_sqrt_head_dim",
    ),
    _factor("attention.softcap", "Bound of the tanh that caps the scores."),
    _words(
        "attention.qk_norm",
        "Width over which queries and keys are normalised.",
        *("none", "per_head", "full"),
        absent="none",
    ),
    _words("attention.qk_norm_type", "What that normalisation computes.", "rmsnorm", "layernorm", "l2norm", open=True),
    _words("attention.qk_norm_order", "Before or after the rotation.", "before_rope", "after_rope"),
    Trait("attention.qkv_bias", "bool|word", "Bias in the query, key and value projections, by letter if they differ."),
    _flag("attention.o_bias", "Bias in the output projection."),
    Trait("attention.qkv_fused", "bool|word", "One matrix makes queries, keys and values; the word is its layout."),
    _words(
        "attention.mask",
        "Which keys a query sees.",
        *("causal", "bidirectional", "prefix", "chunked", "block"),
        open=True,
    ),
    _factor("attention.window", "Number of tokens visible to the left."),
    _flag("attention.sinks", "Learned logits take part in the softmax."),
    _words("attention.softmax_dtype", "Type in which the softmax is computed.", "float32", "model"),
    _words("attention.gate", "Gate on the attention output.", "none", "sigmoid", absent="none", open=True),
    _number("attention.dropout", "Probability of dropping an attention weight in training.", absent=0.0),
    Trait("attention.head_dim", "number|expression", "Size of one query head."),
    _words(
        "attention.kv_from",
        "Whose keys and values a layer attends to: its own, or those of an earlier layer (layer 18).",
        "own",
        open=True,
    ),
    _number("mla.kv_lora_rank", "Size of the vector that keys and values are expanded from."),
    Trait("mla.q_lora_rank", "number|word", "Size of the vector that queries are expanded from.", ("none",)),
    _number("mla.rope_head_dim", "Features of a query head of latent attention that are rotated."),
    _number("mla.nope_head_dim", "Features of a query head of latent attention that are not rotated."),
    _number("mla.value_head_dim", "Size of one value head of latent attention."),
    _words("attention.cache", "What is kept between steps.", "kv", "latent", "window", "state", "none", absent="none"),
)

CARRIED_STATE = (
    Trait("state.shape", "list", "Sizes of the state that a layer carries along positions, for one sequence."),
    _number("state.heads", "Heads that have a state each."),
    _number("state.key_heads", "Heads with keys of their own, where several states share one key."),
    _number("state.conv_width", "Positions that the convolution before the state sees."),
    _words(
        "state.update",
        "A token is added to the state, or after what the state holds for its key is taken away.",
        *("add", "delta"),
    ),
    _words(
        "state.decay",
        "How many numbers of the state decay alike.",
        *("scalar", "per_head", "per_channel", "per_channel_and_state"),
    ),
    _words("state.decay_from", "What the decay is computed from.", "data", "learned", "fixed"),
    _words("state.step", "Activation that makes the size of a step.", "softplus", "sigmoid", open=True),
    _factor("state.step_clamp", "Bounds put on the size of a step."),
    _number("state.chunk", "Positions that the code works on at once."),
)

POSITIONS = (
    Trait(
        "position.kind",
        "word|list",
        "How positions enter the main stack; a list when several do.",
        ("rope", "learned", "sinusoidal", "alibi", "relative_bias", "conv", "none"),
        "none",
        open=True,
    ),
    _words("rope.layout", "Rotated pairs: (i, i + d/2) or (2i, 2i + 1).", "half", "interleaved"),
    _number("rope.fraction", "Share of the head that is rotated, from 0 to 1."),
    _number("rope.turning", "Share of the rotated features whose frequency is not zero."),
    _number("rope.theta", "Base of the frequencies."),
    _words(
        "rope.scaling",
        "How frequencies are stretched for longer contexts.",
        *("none", "linear", "dynamic", "yarn", "longrope", "llama3", "mrope"),
        open=True,
    ),
    _number(
        "rope.attention_factor",
        "Factor on cosines and sines; scores of rotated queries and keys carry its square.",
    ),
    _words("rope.dtype", "Type in which the angles and the rotation are computed.", "float32", "model"),
    _words(
        "position.layout", "Sines, then cosines; or one after the other, feature by feature.", "half", "interleaved"
    ),
    _number("position.offset", "Rows of a learned table before that of the first position."),
)

FEED_FORWARD = (
    _words(
        "mlp.activation",
        "The non-linear function itself, whatever the configuration calls it.",
        *("silu", "gelu", "gelu_tanh", "relu", "relu2", "quick_gelu", "xielu"),
        open=True,
    ),
    _flag("mlp.gated", "One projection is multiplied by the activation of another."),
    _flag("mlp.fused", "Gate and up projection share one matrix."),
    _words(
        "mlp.fused_layout",
        "Order of the rows of a shared matrix: a block each, or one row of each in turn.",
        *("[gate, up]", "[up, gate]", "interleaved [gate, up]", "interleaved [up, gate]"),
    ),
    _flag("mlp.bias", "The projections have a bias."),
    _number("mlp.ratio", "Inner width divided by the model's."),
    _factor("mlp.clamp", "Bounds put on the inner values."),
    _number("moe.experts", "Routed experts in a sparse layer.", absent=0),
    _number("moe.top_k", "Experts that one token is sent to.", absent=0),
    _number("moe.shared_experts", "Experts that every token passes.", absent=0),
    _words("moe.scoring", "Function from router logits to scores.", "softmax", "sigmoid", open=True),
    _words("moe.order", "Scores first, or choice first.", "score_then_topk", "topk_then_score"),
    _flag("moe.normalize_topk", "Weights of the chosen experts are divided by their sum."),
    _words(
        "moe.selection_bias",
        "A bias that takes part in the choice, and whether it reaches the weights too.",
        *("none", "selection_only", "selection_and_weight"),
        absent="none",
    ),
    _number("moe.scale", "Factor on the weights of routed experts."),
    _factor("moe.groups", "Routing limited to groups of experts, and how a group is scored."),
    _words(
        "moe.weighted",
        "What a chosen expert's weight multiplies: what the expert reads, what it makes, or what is in between.",
        *("input", "inner", "output"),
    ),
    _words(
        "moe.shared_gate",
        "Gate that the token puts on the result of an expert that every token passes.",
        *("none", "sigmoid"),
        open=True,
    ),
    _words("moe.router_dtype", "Type in which the router computes.", "float32", "model"),
    Trait("moe.layers", "list|expression", "Which layers are sparse."),
)

SEQUENCES = (
    _words(
        "sequence.pooling",
        "What makes one vector of a sequence: a position that stands for it, a mean, or attention by a learned query.",
        *("first", "last", "last_unpadded", "marker", "mean", "masked_mean", "max", "attention"),
    ),
)

WEIGHTS = tuple(
    _words(f"weights.{name}", f"Last two axes of the stored matrices of {meaning}.", "[out, in]", "[in, out]")
    for name, meaning in (("attention", "attention"), ("mlp", "feed-forward parts"), ("experts", "experts"))
)

ENDS = (
    _factor("embedding.scale", "Factor on the embedded tokens.", "sqrt_hidden"),
    _words("embedding.scale_dtype", "Type that the factor is rounded to before it is applied.", "model", "float32"),
    _flag("embedding.norm", "A normalisation follows the embedding directly."),
    _flag("embedding.tied", "Input embedding and output head are one tensor."),
    _factor("logits.softcap", "Bound of the tanh that caps the logits."),
    _factor("logits.scale", "Factor on the logits."),
    _flag("logits.bias", "The output head has a bias."),
    _words("logits.dtype", "Type of the logits.", "float32", "model"),
)

SIZES = (
    _number("init.std", "Standard deviation of initial weights, by kind of parameter."),
    _words("init.scheme", "Distribution of initial weights, by kind of parameter.", "normal", "uniform", open=True),
    _words("init.norm", "What the scales of norms start as.", "ones", "zeros", open=True),
    _words("init.bias", "What biases start as.", "zeros", open=True),
    _words("init.other", "How parameters of other kinds start out.", open=True),
    _number("dims.layers", "Blocks in the stack."),
    _number("dims.hidden", "Width of the residual stream."),
    _number("dims.heads", "Query heads."),
    _number("dims.kv_heads", "Key/value heads."),
    _number("dims.head_dim", "Size of one head."),
    _number("dims.ffn", "Inner width of the feed-forward part."),
    _number("dims.vocab", "Rows of the token embedding."),
    _number("dims.context", "Positions that the model is made for."),
    _number("params.total", "Parameters, shared ones counted once."),
    _number("params.active", "Parameters that one token passes."),
    _number("cache.bytes_per_token", "Cache that one more token needs, in bfloat16."),
    Trait("numerics.*", "fact", "Deliberate guards: upcasts, clamps, added constants, finite minima, casts back."),
    _words(
        "masking.position_ids",
        "How positions come about when the caller gives none: counted whatever is padding, counted over what is not "
        "padding (by the mask or the tokens), or not at all: the call needs them.",
        *("arange", "from_mask", "input"),
    ),
    _words(
        "masking.pooled_position",
        "The position that stands for a sequence: by number, the last that is not padding, or where a certain token "
        "stands.",
        *("first", "last", "last_unpadded", "marker"),
    ),
    _words(
        "masking.variable_length",
        "What keeps sequences apart that are packed in one row without padding: positions that start again, or an "
        "input that says what belongs together.",
        *("positions", "groups"),
    ),
    Trait("masking.*", "fact", "Padding, masks and what they assume."),
    _number("dropout.layer", "Probability of leaving out a whole layer in training."),
    _number("dropout.*", "Probability of dropping, by place: attention, residual, embedding.", absent=0.0),
    Trait("shapes.*", "fact", "Reshapes and broadcasts of note: order of heads, repetition of keys and values."),
)

VOCABULARY: tuple[Trait, ...] = (
    RESIDUAL_STREAM + ATTENTION + CARRIED_STATE + POSITIONS + FEED_FORWARD + WEIGHTS + ENDS + SEQUENCES + SIZES
)


def vocabulary() -> tuple[Trait, ...]:
    """All traits, in the order in which documents list them."""
    return VOCABULARY


def find_trait(name: str) -> Trait | None:
    """The trait ``name``, or the family that it belongs to. None if the vocabulary has neither."""
    exact = next((trait for trait in VOCABULARY if trait.name == name), None)
    return exact or next((trait for trait in VOCABULARY if fnmatchcase(name, trait.name)), None)
