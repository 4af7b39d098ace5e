"""What a model keeps between two steps of generation, and how much of it one more token needs.

Read from the tensors that the forward call leaves in its cache: keys and values of every token (*kv*), the vector that
both are expanded from (*latent*), those of the last tokens only (*window*), or a state whose size does not grow. The
number of bytes is for one sequence, in the types that the code keeps the tensors in where weights are bfloat16; the
message splits it by kind.

*Why it matters*: memory for long contexts is this figure; estimates that assume keys and values in every layer are off
by up to an order of magnitude.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Kept,
    Match,
    Query,
    Rule,
    Stack,
    at,
    attentions,
    cache_kind,
    fields_of,
    kept,
    model_example,
    per_stack,
    repeating_fields,
    stacks,
)


def check(query: Query) -> Iterable[Match]:
    found, tensors = query.facts(attentions), query.facts(kept)
    matches = [_attention(query, one) for one in found]
    matches += [_without_attention(one) for one in tensors if one.attention is None]
    yield from per_stack(query, matches)
    if tensors:
        yield _bytes(query, tensors)
    elif found:
        yield Match(0, (at("first attention", found[0].product),), trait="cache.bytes_per_token")


def _attention(query: Query, attention: Attention) -> Match:
    kind, tensors = cache_kind(query, attention)
    places = tuple(at("kept", one.op, one.window) for one in tensors)
    places = places or (at("attention", attention.product),)
    return Match(kind.value, places, module=attention.module)


def _without_attention(one: Kept) -> Match:
    return Match(one.kind.value, (at("kept", one.op),), module=one.op.module)


def _bytes(query: Query, tensors: tuple[Kept, ...]) -> Match:
    growing = [one for one in tensors if one.grows]
    parts: dict[str, int] = {}
    for one in tensors:
        parts[_label(one)] = parts.get(_label(one), 0) + one.bytes
    total = sum(one.bytes for one in growing)
    split = ", ".join(f"{label} {count:,}" for label, count in sorted(parts.items()))
    places = tuple(dict.fromkeys(at("kept", one.op) for one in tensors))[:8]
    message = f"cache.bytes_per_token = {total} ← {split}"
    depth = (repeating_fields(query, stack) for stack in query.facts(stacks) if _keeps(stack, growing))
    fields = frozenset[str]().union(*depth, *(fields_of(one.sizes) for one in growing))
    return Match(total, places, trait="cache.bytes_per_token", message=message, depends_on=fields)


def _keeps(stack: Stack, tensors: Iterable[Kept]) -> bool:
    paths = {layer.path for layer in stack.layers}
    return any(one.layer in paths for one in tensors)


def _label(one: Kept) -> str:
    if not one.grows:
        return "fixed state, in all:"
    if one.bounded:
        bound = "a window" if one.window is None else f"the last {one.window} tokens"
        return f"each of {bound}:"
    return f"{one.kind.value}, each token:"


_TRAITS = ("attention.cache", "cache.bytes_per_token")
_REFERENCES = (
    "Pope et al. 2022, Efficiently Scaling Transformer Inference, arXiv:2211.05102",
    "DeepSeek-AI 2024, DeepSeek-V2 (multi-head latent attention), arXiv:2405.04434",
)
_EXAMPLES = (
    model_example(
        "self.norm, self.qkv, self.out = nn.LayerNorm(32), nn.Linear(32, 96), nn.Linear(32, 32)",
        """
        q, k, v = self.qkv(self.norm(x)).view(2, -1, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        store.keys.append(k)
        store.values.append(v)
        y = torch.softmax(q @ k.mT * 8**-0.5, -1) @ v
        return x + self.out(y.transpose(1, 2).flatten(2))
        """,
        prelude="""
        class Store:
            def __init__(self):
                self.keys = []
                self.values = []
        """,
        start="x, store = self.embed(input_ids), Store()",
        end="return x, store",
        shared="store",
        width=32,
        finds={"attention.cache": "kv", "cache.bytes_per_token": 512},
    ),
)

RULE = Rule("CCH001", "cache", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
