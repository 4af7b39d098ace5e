"""Biases of the attention's projections, and whether one matrix makes queries, keys and values.

*Why it matters*: the commonest reason for missing or unexpected keys when weights are converted.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Branch,
    Evidence,
    Match,
    Query,
    Rule,
    asked,
    at,
    attention_example,
    attentions,
    biases,
    block_example,
    for_each,
    fused,
    fused_layout,
)


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    module, found = attention.module, biases(attention)
    if found:
        letters = ",".join(letter for letter, present in found.items() if present)
        value = letters if 0 < sum(found.values()) < len(found) else bool(letters)
        switches = asked(query, (one.op for side in _sides(attention).values() for one in side.projections))
        places = _projections(attention)
        yield Match(value, places, module=module, trait="attention.qkv_bias", depends_on=switches)
        joint = fused(attention)
        places = tuple(at("one projection", one.op, built=True) for one in joint) or _projections(attention)
        layout = fused_layout(query, attention) if joint else None
        message = None if layout is None else f"attention.qkv_fused = true: {layout}"
        yield Match(bool(joint), places, module=module, trait="attention.qkv_fused", message=message)
    last = attention.output.projection
    if last is not None:
        place, switches = at("projection", last.op, built=True), asked(query, [last.op])
        yield Match(last.bias is not None, (place,), module=module, trait="attention.o_bias", depends_on=switches)


def _projections(attention: Attention) -> tuple[Evidence, ...]:
    sides = _sides(attention).items()
    return tuple(at(f"projection of {name}", one.op, built=True) for name, side in sides for one in side.projections)


def _sides(attention: Attention) -> dict[str, Branch]:
    return {"queries": attention.query, "keys": attention.key, "values": attention.value}


_TRAITS = ("attention.qkv_bias", "attention.o_bias", "attention.qkv_fused")
_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, 3.2.2, arXiv:1706.03762",)
_EXAMPLES = (
    block_example(
        """
        self.q, self.v = nn.Linear(32, 32), nn.Linear(32, 32)
        self.k, self.out = nn.Linear(32, 32, bias=False), nn.Linear(32, 32, bias=False)
        """,
        """
        q, k, v = (linear(x).view(2, 7, 4, 8).transpose(1, 2) for linear in (self.q, self.k, self.v))
        weights = torch.softmax(q @ k.mT * 8**-0.5, -1)
        return self.out((weights @ v).transpose(1, 2).reshape(2, 7, 32))
        """,
        width=32,
        finds={"attention.qkv_bias": "q,v", "attention.o_bias": False, "attention.qkv_fused": False},
    ),
    attention_example(
        "y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)",
        project="q, k, v = (part.view(2, 7, 4, 8).transpose(1, 2) for part in self.qkv(x).split(32, dim=-1))",
        finds={"attention.qkv_bias": True, "attention.o_bias": True, "attention.qkv_fused": True},
    ),
)

RULE = Rule("ATT004", "attention-projections", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
