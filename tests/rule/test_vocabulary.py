"""The vocabulary of traits keeps every name that was published."""

from __future__ import annotations

import pytest

from analyzer.rule.vocabulary import Trait, find_trait, vocabulary

PUBLISHED = """
norm.placement norm.type norm.eps norm.unit_offset norm.upcast norm.cast_before_weight norm.bias norm.final
residual.topology residual.scale residual.layer_scale residual.dtype block.schedule attention.kv
attention.scale attention.softcap attention.qk_norm attention.qk_norm_type attention.qk_norm_order
attention.qkv_bias attention.o_bias attention.qkv_fused attention.mask attention.window attention.sinks
attention.softmax_dtype attention.gate attention.dropout attention.head_dim attention.cache position.kind
rope.layout rope.fraction rope.theta rope.scaling rope.dtype position.offset mlp.activation mlp.gated
mlp.fused mlp.bias mlp.ratio mlp.clamp moe.experts moe.top_k moe.shared_experts moe.scoring moe.order
moe.normalize_topk moe.selection_bias moe.scale moe.groups moe.router_dtype moe.layers embedding.scale
embedding.norm embedding.tied logits.softcap logits.scale logits.bias logits.dtype init.std init.scheme
dims.layers dims.hidden dims.heads dims.kv_heads dims.head_dim dims.ffn dims.vocab dims.context params.total
params.active cache.bytes_per_token
"""


def test_every_published_name_is_there_once() -> None:
    names = [trait.name for trait in vocabulary()]
    assert len(names) == len(set(names))
    assert set(PUBLISHED.split()) <= set(names)


@pytest.mark.parametrize("trait", vocabulary(), ids=lambda trait: trait.name)
def test_rows_are_complete(trait: Trait) -> None:
    assert trait.meaning.endswith(".")
    if trait.values and isinstance(trait.absent, str):
        assert trait.absent in trait.values


def test_family_member_is_found() -> None:
    found = find_trait("numerics.upcast")
    assert found is not None
    assert found.name == "numerics.*"
    assert find_trait("colour.red") is None
