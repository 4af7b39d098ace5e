"""Whose keys and values a layer attends to: its own, or those of an earlier layer of the stack.

*Why it matters*: a layer that uses another's keys has none of its own in the cache or in the checkpoint, and which
layer it takes them from is a choice that shapes do not show.
"""

from collections.abc import Iterable
from dataclasses import replace

from analyzer.rule import (
    Attention,
    Certainty,
    Match,
    Query,
    Rule,
    Stack,
    at,
    attentions_of,
    key_makers,
    lender,
    model_example,
    per_stack,
    stacks,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for stack in query.facts(stacks) for match in _matches(query, stack)])


def _matches(query: Query, stack: Stack) -> list[Match]:
    found = [_match(query, stack, one) for one in attentions_of(query, stack)]
    if len({match.value for match in found}) < 2:
        return found
    # Layers of one class differ: the configuration decides, also where its code does not tell by which field.
    return [replace(match, certainty=Certainty.DEFAULT) for match in found]


def _match(query: Query, stack: Stack, attention: Attention) -> Match:
    lent = lender(query, attention, stack)
    keys = tuple(at("projection of keys", one.op) for one in key_makers(query, attention))
    value = "own" if lent is None else f"layer {lent.index}"
    product = at("product of queries and keys", attention.scores)
    return Match(value, (*keys, product), module=attention.module)


_REFERENCES = (
    "Brandon et al. 2024, Reducing Transformer Key-Value Cache Size with Cross-Layer Attention, arXiv:2405.12981",
)
_EXAMPLES = (
    model_example(
        """
        self.norm, self.q, self.out = nn.LayerNorm(8), nn.Linear(8, 8), nn.Linear(8, 8)
        self.kv = nn.Linear(8, 16) if index < 1 else None
        """,
        """
        y = self.norm(x)
        if self.kv is not None:
            store.pair = self.kv(y).chunk(2, -1)
        k, v = store.pair
        return x + self.out(torch.softmax(self.q(y) @ k.mT * 8**-0.5, -1) @ v)
        """,
        prelude="""
        class Store:
            pair = None
        """,
        start="x, store = self.embed(input_ids), Store()",
        shared="store",
        layers=3,
        finds={"attention.kv_from": {"own", "layer 0"}},
    ),
    model_example(
        "self.norm, self.qkv, self.out = nn.LayerNorm(8), nn.Linear(8, 24), nn.Linear(8, 8)",
        """
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        return x + self.out(torch.softmax(q @ k.mT * 8**-0.5, -1) @ v)
        """,
        finds="own",
    ),
)

RULE = Rule("ATT009", "key-sharing", check, traits=("attention.kv_from",), references=_REFERENCES, examples=_EXAMPLES)
