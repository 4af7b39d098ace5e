"""Norms on queries and keys.

Found between the projections and the product of queries and keys: the width that is normalised together (one head, or
all heads at once), what the norm computes, and whether it comes before or after the rotation.

*Why it matters*: the three are independent, and ports get them wrong one at a time.
"""

from collections.abc import Iterable

from analyzer.rule import (
    UNRECOGNISED_NORM,
    Attention,
    Match,
    Query,
    Rule,
    at,
    attention_example,
    attentions,
    for_each,
    query_key_norm,
    unknown,
    unrecognised_norms,
)


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    module, found = attention.module, query_key_norm(query, attention)
    possible = [op for op in query.get(unrecognised_norms) if op in attention.query.steps | attention.key.steps]
    if found is None and possible:
        yield unknown(UNRECOGNISED_NORM, at("not recognised", possible[0]), module=module)
        return
    if found is None:
        yield Match("none", (at("product of queries and keys", attention.scores),), module=module)
        return
    evidence = (at("norm", found.norm.core, built=True),)
    yield Match("per_head" if found.per_head else "full", evidence, module=module)
    yield Match(found.norm.kind.value, evidence, module=module, trait="attention.qk_norm_type")
    if found.after_rotary is not None:
        order = "after_rope" if found.after_rotary else "before_rope"
        turned = (attention.query.rotaries or attention.key.rotaries)[0]
        yield Match(order, (*evidence, at("rotation", turned.output)), module=module, trait="attention.qk_norm_order")


_TRAITS = ("attention.qk_norm", "attention.qk_norm_type", "attention.qk_norm_order")
_REFERENCES = ("Henry et al. 2020, Query-Key Normalization for Transformers, arXiv:2010.04245",)
_EXAMPLES = (
    attention_example(
        "y = (self.norm(q) @ self.norm(k).transpose(-1, -2) * 8**-0.5).softmax(-1) @ v",
        init="self.qkv, self.norm = nn.Linear(32, 96), nn.LayerNorm(8)",
        finds={
            "attention.qk_norm": "per_head",
            "attention.qk_norm_type": "layernorm",
            "attention.qk_norm_order": None,
        },
    ),
)

RULE = Rule("ATT003", "query-key-norm", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
