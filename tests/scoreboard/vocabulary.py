"""Which trait each measured key is about, and what a finding must say to agree with it.

A measured ``unknown`` or ``{"mixed": …}`` decides nothing, and a missing key means not applicable: neither gives an
expectation. Most traits do not depend on sizes and may be scored under any configuration; the others say which one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.truth import Measured

REQUIRED = frozenset(
    {
        *("norm.placement", "norm.type", "norm.eps", "norm.unit_offset", "norm.upcast", "residual.topology"),
        *("attention.kv", "attention.scale", "attention.qk_norm", "attention.softcap", "attention.qkv_bias"),
        *("attention.o_bias", "attention.window", "attention.softmax_dtype", "position.kind", "rope.layout"),
        *("rope.fraction", "rope.theta", "mlp.activation", "mlp.gated", "mlp.bias", "moe.experts", "moe.top_k"),
        *("moe.scoring", "moe.normalize_topk", "moe.shared_experts", "embedding.scale", "embedding.tied"),
        *("logits.softcap", "logits.scale", "dims.heads", "dims.kv_heads", "params.total"),
        *("dims.layers", "dims.hidden", "dims.vocab"),
    }
)
"""Traits whose share is the headline."""


@dataclass(frozen=True, slots=True)
class With:
    """Expected: the value is ``word``, or a list that has it."""

    word: str


@dataclass(frozen=True, slots=True)
class Not:
    """Expected: any value but this one."""

    value: Any


class Scope(StrEnum):
    """The configuration under which an expectation holds: any, the class's default, or the small one of the run."""

    ANY = "any"
    DEFAULT = "default"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the truth says about one trait of one model."""

    trait: str
    value: Any
    scope: Scope = Scope.ANY


Reader = Callable[[Any, Measured], Iterator[Expectation]]


def expectations(measured: Measured) -> Iterator[Expectation]:
    """Everything that the measured traits of one model decide."""
    for key, value in measured.traits.items():
        if decided(value) and (reader := READERS.get(key)):
            yield from reader(value, measured)


def decided(value: Any) -> bool:
    return value != "unknown" and not isinstance(value, dict)


def _word(trait: str, names: Mapping[Any, Any] | None = None, scope: Scope = Scope.ANY) -> Reader:
    """The value itself, or its name in TRAITS vocabulary; with ``names``, other values decide nothing."""

    def read(value: Any, _: Measured) -> Iterator[Expectation]:
        if names is None:
            yield Expectation(trait, value, scope)
        elif value in names:
            yield Expectation(trait, names[value], scope)

    return read


def _factor(trait: str, neutral: Any, scope: Scope = Scope.ANY) -> Reader:
    """A number, ``none`` when it changes nothing."""

    def read(value: Any, _: Measured) -> Iterator[Expectation]:
        yield Expectation(trait, "none") if value == neutral else Expectation(trait, value, scope)

    return read


def _rotary(value: Any, row: Measured) -> Iterator[Expectation]:
    added = row.traits.get("added_to_embedding")
    if value:
        yield Expectation("position.kind", With("rope"))
    elif added == ["learned_absolute"]:
        yield Expectation("position.kind", With("learned"))
    else:
        yield Expectation("position.kind", Not("rope"))


def _fraction(value: Any, row: Measured) -> Iterator[Expectation]:
    if "rotary_fraction_default" not in row.traits:
        yield Expectation("rope.fraction", value, Scope.SMALL)


def _scale(value: Any, row: Measured) -> Iterator[Expectation]:
    if value == "other":
        yield Expectation("attention.scale", row.traits["attention_scale"], Scope.SMALL)
    else:
        yield Expectation("attention.scale", {"head_dim**-0.5": "inv_sqrt_head_dim", "none": "none"}[value])


def _embedding(value: Any, row: Measured) -> Iterator[Expectation]:
    words = {"none": "none", "sqrt(hidden)": "sqrt_hidden"}
    scope = Scope.SMALL if value == "other" else Scope.ANY
    yield Expectation("embedding.scale", words.get(value, row.traits["embedding_multiplier"]), scope)


def _qkv_bias(value: Any, row: Measured) -> Iterator[Expectation]:
    flags = {"q": value, "k": row.traits.get("k_bias"), "v": row.traits.get("v_bias")}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        return
    letters = ",".join(letter for letter, flag in flags.items() if flag)
    yield Expectation("attention.qkv_bias", {"": False, "q,k,v": True}.get(letters, letters))


def _mlp_bias(value: Any, row: Measured) -> Iterator[Expectation]:
    if value == row.traits.get("mlp_bias_out"):
        yield Expectation("mlp.bias", value)


def _fused(value: Any, row: Measured) -> Iterator[Expectation]:
    """Where only some parts are gated, what is measured of those says nothing of the others."""
    if row.traits.get("mlp_gated") is True:
        yield Expectation("mlp.fused", value)


def _scoring(value: Any, row: Measured) -> Iterator[Expectation]:
    after = row.traits.get("moe_score_after_topk")
    if value != "none":
        yield Expectation("moe.scoring", value)
        yield Expectation("moe.order", "score_then_topk")
    elif after not in (None, "none", "unknown"):
        yield Expectation("moe.scoring", after)
        yield Expectation("moe.order", "topk_then_score")


def _qk_order(value: Any, row: Measured) -> Iterator[Expectation]:
    if row.traits.get("qk_norm") in ("per_head", "full_width"):
        yield Expectation(
            "attention.qk_norm_order", {"before_rotary": "before_rope", "after_rotary": "after_rope"}[value]
        )


def _final(value: Any, row: Measured) -> Iterator[Expectation]:
    """The measured path is that of the last norm, which may be the blocks' own or part of a prediction head."""
    if "." not in row.main_stack:
        # The path of a whole model, not of its layers: the norm inside it may be the last one.
        return
    inside = f"{value.rpartition('.')[0]}." if value else ""
    if inside and not row.main_stack.startswith(inside) and any(path.startswith(inside) for path in row.stack_traits):
        # The norm of another stack, which the result passes later.
        return
    if not value or value.startswith(f"{row.main_stack}."):
        yield Expectation("norm.final", False)
    elif value.partition(".")[0] == row.main_stack.partition(".")[0]:
        yield Expectation("norm.final", True)


def _kv(value: Any, _: Measured) -> Iterator[Expectation]:
    yield Expectation("attention.kv", value.lower(), Scope.DEFAULT)


_FLAG = {True: Not("none"), False: "none"}
_NORMS = {"rmsnorm": "rmsnorm", "layernorm": "layernorm", "batch_norm": "batchnorm", "group_norm": "groupnorm"}

READERS: Mapping[str, Reader] = {
    "norm_placement": _word("norm.placement"),
    "residual_topology": _word("residual.topology", {"sequential": "sequential", "parallel": With("parallel")}),
    "norm_type": _word("norm.type", _NORMS),
    "norm_eps": _word("norm.eps", scope=Scope.SMALL),
    "norm_bias": _word("norm.bias"),
    "norm_one_plus_weight": _word("norm.unit_offset", {True: True, False: False}),
    "norm_computed_in_float32": _word("norm.upcast", {True: "float32", False: "none"}),
    "final_norm": _final,
    "residual_multiplier": _factor("residual.scale", 1.0, Scope.SMALL),
    "layer_scale": _word("residual.layer_scale"),
    "attention_heads_kind_default": _kv,
    "attention_scale_kind": _scale,
    "attention_softcap": _factor("attention.softcap", False),
    "attention_sinks": _word("attention.sinks"),
    "softmax_float32": _word("attention.softmax_dtype", {True: "float32", False: "model"}),
    "qk_norm": _word("attention.qk_norm", {False: "none", "per_head": "per_head", "full_width": "full"}),
    "qk_norm_kind": _word("attention.qk_norm_type", _NORMS),
    "qk_norm_position": _qk_order,
    "qkv": _word("attention.qkv_fused", {"separate": False, "fused_qkv": Not(False)}),
    "q_bias": _qkv_bias,
    "o_bias": _word("attention.o_bias"),
    "num_heads_default": _word("dims.heads", scope=Scope.DEFAULT),
    "num_kv_heads_default": _word("dims.kv_heads", scope=Scope.DEFAULT),
    "rotary": _rotary,
    "rotary_layout": _word(
        "rope.layout", {"half": "half", "interleaved": "interleaved", "interleaved_in_half_out": "interleaved"}
    ),
    "rotary_fraction": _fraction,
    "rotary_fraction_default": _word("rope.fraction", scope=Scope.DEFAULT),
    "mlp_activation": _word("mlp.activation"),
    "mlp_gated": _word("mlp.gated"),
    "fused_gate_up": _fused,
    "mlp_bias_in": _mlp_bias,
    "moe_score_before_topk": _scoring,
    "moe_topk_normalised": _word("moe.normalize_topk"),
    "moe_shared_expert": _word("moe.shared_experts", {True: Not(0), False: 0}),
    "moe_experts_default": _word("moe.experts", scope=Scope.DEFAULT),
    "moe_topk_default": _word("moe.top_k", scope=Scope.DEFAULT),
    "moe_grouped_routing": _word("moe.groups", _FLAG),
    "moe_score_bias": _word("moe.selection_bias", _FLAG),
    "moe_routed_scale": _factor("moe.scale", None, Scope.SMALL),
    "embedding_multiplier_kind": _embedding,
    "embedding_norm": _word("embedding.norm"),
    "tied_embeddings_default": _word("embedding.tied", scope=Scope.DEFAULT),
    "lm_head_bias": _word("logits.bias"),
    "logit_softcap": _factor("logits.softcap", False),
    "logit_scale": _factor("logits.scale", 1.0, Scope.SMALL),
}


def agrees(expected: Any, got: Any) -> bool:
    """Does a finding's value say what was measured? Numbers agree within one part in ten thousand."""
    match expected:
        case With(word):
            return got == word or (isinstance(got, list | tuple) and word in got) or _variant(word, got)
        case Not(value):
            return not agrees(value, got) and not (isinstance(got, list | tuple) and value in got)
        case bool():
            return got is expected
        case int() | float():
            return _number(got) and abs(got - expected) <= 1e-4 * max(abs(expected), abs(got))
        case str() if "," in expected:
            return isinstance(got, str) and set(got.replace(",", " ").split()) == set(expected.split(","))
        case _:
            return bool(got == expected)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _variant(word: str, got: Any) -> bool:
    """``shared_norm_parallel`` is a kind of ``parallel``."""
    return isinstance(got, str) and got.endswith(f"_{word}")
