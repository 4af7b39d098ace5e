"""Query heads, key/value heads and their size.

Read from the shapes that meet in the product of queries and keys, and from how often keys are repeated before it. Keys
and values that are both expanded from one vector of lower rank are latent attention (*mla*), whatever the number of
heads after the expansion.

*Why it matters*: the key/value cache and every weight layout follow from these numbers.
"""

from collections.abc import Iterable
from dataclasses import replace

from analyzer.rule import (
    UNRECOGNISED_MIXER,
    Attention,
    Evidence,
    Match,
    Query,
    Rule,
    Stack,
    absent,
    at,
    attention_example,
    attentions,
    attentions_of,
    block_example,
    expression_of,
    kv_kind,
    latent,
    main_stacks,
    per_stack,
    unknown,
    unrecognised_mixer,
)

_TRAITS = ("attention.kv", "attention.head_dim", "dims.heads", "dims.kv_heads", "dims.head_dim")


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for one in query.facts(attentions) for match in _head_traits(query, one)])
    yield from (_without(query, stack) for stack in query.get(main_stacks) if not attentions_of(query, stack))


def _without(query: Query, stack: Stack) -> Match:
    if (mixer := unrecognised_mixer(query, stack)) is not None:
        return unknown(UNRECOGNISED_MIXER, at("not recognised", mixer), module=stack.pattern)
    return absent(query, stack, "none")


def _head_traits(query: Query, attention: Attention) -> Iterable[Match]:
    evidence = (at("product of queries and keys", attention.scores, attention.head_dim),)
    module = attention.module
    kind = kv_kind(query, attention)
    down = latent(query, attention)
    if kind is None:
        yield unknown("the shapes do not tell the heads apart", *evidence, module=module, trait="attention.kv")
    else:
        low = (at("projection to the latent vector", down.op),) if down else ()
        heads = (_heads(attention, latent=down is not None),)
        keys = tuple(at("projection of keys", one.op, built=True) for one in attention.key.projections)
        yield Match(kind.value, (*low, *heads, *keys), module=module, trait="attention.kv")
    yield Match(attention.head_dim, evidence, module=module, trait="attention.head_dim")
    yield Match(attention.head_dim, evidence, module=module, trait="dims.head_dim")
    yield _number(attention, attention.heads, "dims.heads")
    if down is None:
        yield _number(attention, attention.kv_heads, "dims.kv_heads")


def _heads(attention: Attention, *, latent: bool) -> Evidence:
    """The two numbers of heads. Their fields decide nothing where the code makes both of one value, for then they are
    always equal, nor where keys come from a latent vector."""
    heads, own = attention.heads, attention.kv_heads
    place = at("heads", attention.scores, heads, own)
    return replace(place, fields=frozenset()) if latent or expression_of(heads) == expression_of(own) else place


def _number(attention: Attention, heads: int | None, trait: str) -> Match:
    place = at("product of queries and keys", attention.scores, heads)
    if heads is None:
        return unknown("the shapes do not tell the heads apart", place, module=attention.module, trait=trait)
    return Match(heads, (place,), module=attention.module, trait=trait)


_REFERENCES = (
    "Ainslie et al. 2023, GQA, arXiv:2305.13245",
    "Shazeer 2019, Fast Transformer Decoding (multi-query attention), arXiv:1911.02150",
    "DeepSeek-AI 2024, DeepSeek-V2 (multi-head latent attention), arXiv:2405.04434",
)
_EXAMPLES = (
    attention_example(
        init="""
        self.q = nn.Linear(32, 32, bias=False)
        self.k, self.v = nn.Linear(32, 16), nn.Linear(32, 16)
        """,
        project="""
        q = self.q(x).view(2, 7, 4, 8).transpose(1, 2)
        k = self.k(x).view(2, 7, 2, 8).transpose(1, 2).repeat_interleave(2, 1)
        v = self.v(x).view(2, 7, 2, 8).transpose(1, 2).repeat_interleave(2, 1)
        """,
        finds={
            "attention.kv": "gqa",
            "dims.heads": 4,
            "dims.kv_heads": 2,
            "dims.head_dim": 8,
            "attention.head_dim": 8,
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
        weights = torch.einsum("bhqd,bhkd->bhqk", q, k).softmax(-1)
        return self.out(torch.einsum("bhqk,bhkd->bqhd", weights, v).flatten(2))
        """,
        width=32,
        finds={"attention.kv": "mla", "dims.heads": 4},
    ),
    attention_example(
        "y = (q @ k.mT).softmax(-1) @ v",
        init="self.down, self.q, self.up = nn.Linear(48, 12), nn.Linear(32, 32), nn.Linear(12, 64)",
        project="""
        q = self.q(x).view(2, 7, 4, 8).transpose(1, 2)
        k, v = self.up(self.down(image)).view(2, 5, 4, 16).transpose(1, 2).chunk(2, -1)
        """,
        inputs={"image": ("float32", (2, 5, 48))},
        finds={"attention.kv": "mha", "dims.heads": 4},
    ),
    block_example(
        "self.qkv, self.out = nn.Linear(32, 96), nn.Linear(32, 32)",
        """
        windows = x.view(6, 4, 32)
        q, k, v = self.qkv(windows).view(6, 4, 3, 4, 8).permute(2, 0, 3, 1, 4).reshape(3, 24, 4, 8)
        y = (q @ k.mT * 8**-0.5).softmax(-1) @ v
        return self.out(y.view(6, 4, 4, 8).transpose(1, 2).reshape(2, 12, 32))
        """,
        inputs={"x": ("float32", (2, 12, 32))},
        finds={"attention.kv": "mha", "dims.heads": 4, "dims.kv_heads": 4},
    ),
)

RULE = Rule("ATT001", "attention-heads", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
