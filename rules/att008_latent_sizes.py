"""Sizes of latent attention: the ranks of its projections and the parts of its heads.

Keys and values are expanded from one vector of rank `mla.kv_lora_rank`; queries may be expanded from one of rank
`mla.q_lora_rank`. Of each query and key head, `mla.rope_head_dim` features are rotated and `mla.nope_head_dim` are not.
Value heads have a size of their own.

*Why it matters*: kernels, caches and weight layouts of latent attention are made for these five numbers, and a head's
value size is often not its key size.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    LatentSizes,
    Match,
    Query,
    Rule,
    asked,
    at,
    attentions,
    block_example,
    for_each,
    latent_sizes,
    unknown,
)


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    sizes = latent_sizes(query, attention)
    if sizes is None:
        return
    module = attention.module
    down = at("projection to the latent vector", sizes.down.op, sizes.rank)
    yield Match(sizes.rank, (down,), module=module, trait="mla.kv_lora_rank")
    yield _query_rank(query, attention, sizes)
    scores = at("product of queries and keys", attention.scores, sizes.nope)
    place = ("product of queries and keys", attention.scores) if sizes.turned is None else ("rotation", sizes.turned)
    turned = at(*place, sizes.rope)
    yield Match(sizes.rope, (turned,), module=module, trait="mla.rope_head_dim")
    yield Match(sizes.nope, (scores,), module=module, trait="mla.nope_head_dim")
    product = at("product with the values", attention.product, sizes.value)
    if sizes.value is None:
        yield unknown("the product does not tell the values' features", product, module=module, trait=_VALUE)
    else:
        yield Match(sizes.value, (product,), module=module, trait=_VALUE)


def _query_rank(query: Query, attention: Attention, sizes: LatentSizes) -> Match:
    module, trait = attention.module, "mla.q_lora_rank"
    if sizes.query_down is not None:
        place = at("projection of queries to a low rank", sizes.query_down.op, sizes.query_rank)
        return Match(sizes.query_rank, (place,), module=module, trait=trait)
    places = tuple(at("projection of queries", one.op) for one in attention.query.projections)
    made = [one.op for one in attention.query.projections]
    return Match("none", places, module=module, trait=trait, depends_on=asked(query, [*made, attention.scores]))


_VALUE = "mla.value_head_dim"
_TRAITS = ("mla.kv_lora_rank", "mla.q_lora_rank", "mla.rope_head_dim", "mla.nope_head_dim", _VALUE)
_REFERENCES = ("DeepSeek-AI 2024, DeepSeek-V2 (multi-head latent attention), arXiv:2405.04434",)
_TURN = """
def turn(x, angles):
    first, second = x.chunk(2, -1)
    return x * angles.cos() + torch.cat((-second, first), -1) * angles.sin()
"""
_EXAMPLES = (
    block_example(
        """
        self.low, self.q = nn.Linear(32, 20, bias=False), nn.Linear(20, 48, bias=False)
        self.down, self.up = nn.Linear(32, 16, bias=False), nn.Linear(12, 72, bias=False)
        self.out = nn.Linear(40, 32)
        """,
        """
        angles = torch.outer(torch.arange(7).float(), 10000.0 ** (-torch.arange(0, 4, 2).float() / 4))
        angles = torch.cat((angles, angles), -1)
        still, turned = self.q(self.low(x)).view(2, 7, 4, 12).transpose(1, 2).split([8, 4], -1)
        latent, shared = self.down(x).split([12, 4], -1)
        k, v = self.up(latent).view(2, 7, 4, 18).transpose(1, 2).split([8, 10], -1)
        q = torch.cat((still, turn(turned, angles)), -1)
        k = torch.cat((k, turn(shared[:, None], angles).expand(2, 4, 7, 4)), -1)
        y = (q @ k.mT * 12**-0.5).softmax(-1) @ v
        return self.out(y.transpose(1, 2).flatten(2))
        """,
        width=32,
        prelude=_TURN,
        finds={
            "mla.kv_lora_rank": 12,
            "mla.q_lora_rank": 20,
            "mla.rope_head_dim": 4,
            "mla.nope_head_dim": 8,
            "mla.value_head_dim": 10,
        },
    ),
    block_example(
        """
        self.q, self.down, self.up = nn.Linear(32, 32), nn.Linear(32, 12), nn.Linear(12, 64)
        self.out = nn.Linear(32, 32)
        """,
        """
        q = self.q(x).view(2, 7, 4, 8).transpose(1, 2)
        k, v = self.up(self.down(x)).view(2, 7, 4, 16).transpose(1, 2).chunk(2, -1)
        return self.out(((q @ k.mT).softmax(-1) @ v).transpose(1, 2).flatten(2))
        """,
        width=32,
        finds={"mla.kv_lora_rank": 12, "mla.q_lora_rank": "none", "mla.rope_head_dim": 0, "mla.value_head_dim": 8},
    ),
    block_example(
        "self.qkv, self.out = nn.Linear(32, 96), nn.Linear(32, 32)",
        """
        q, k, v = self.qkv(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        return self.out(((q @ k.mT).softmax(-1) @ v).transpose(1, 2).flatten(2))
        """,
        width=32,
        finds={"mla.kv_lora_rank": None, "mla.value_head_dim": None},
    ),
)

RULE = Rule("ATT008", "latent-sizes", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
