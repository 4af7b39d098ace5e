"""Which keys a query sees: the mask and its window.

Read from how the mask is made: comparisons of positions with each other (*causal*), with a distance (a window), of
their quotients (*chunked*), of the groups that rows and columns belong to: tokens of one group may see each other on
top of what is causal (*prefix*: a prompt, an image), or nothing else (*block*). The window counts the visible tokens
including the query's own; where an image is cut into tiles that do not see each other, those of a tile.

*Why it matters*: whether the bound is inclusive is off by one in half of all ports.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Evidence,
    Match,
    Query,
    Rule,
    at,
    attention_example,
    attentions,
    block_example,
    mask_of,
    per_stack,
    tiles_of,
    uncut_fields,
    unknown,
    with_conditions,
)


def check(query: Query) -> Iterable[Match]:
    found = [match for one in query.facts(attentions) for match in _mask_traits(query, one)]
    yield from with_conditions(query, per_stack(query, found), {"attention.window": "window"})


def _mask_traits(query: Query, attention: Attention) -> Iterable[Match]:
    found, module = mask_of(query, attention), attention.module
    places: tuple[Evidence, ...] = tuple(at("comparison", op, found.window) for op in found.evidence)
    evidence = places or (at("softmax", attention.softmax),)
    if found.banded:
        reason = "scores are computed for a part of the keys only, and where that lies is not followed"
        for trait in ("attention.mask", "attention.window"):
            yield unknown(reason, *evidence, module=module, trait=trait)
        return
    if found.kind is None:
        reason = "a stored mask takes part, and how it was made is not known"
        yield unknown(reason, *evidence, module=module, trait="attention.mask")
    else:
        yield Match(found.kind.value, evidence, module=module, trait="attention.mask")
    tiles = tiles_of(query, attention) if found.window is None else None
    if tiles is not None:
        places = (at("cut into tiles", tiles.cut, tiles.size), at("softmax", attention.softmax))
        message = f"attention.window = {int(tiles.size)}: tiles that do not see each other"
        yield Match(tiles.size, places, module=module, trait="attention.window", message=message)
        return
    window = "none" if found.window is None else found.window
    switches = found.absent | uncut_fields(query, attention) if found.window is None else frozenset()
    yield Match(window, evidence, module=module, trait="attention.window", depends_on=switches)


_GROUPS = {"groups": ("int64", (2, 7))}

_TRAITS = ("attention.mask", "attention.window")
_REFERENCES = ("Beltagy et al. 2020, Longformer (sliding windows), arXiv:2004.05150",)
_EXAMPLES = (
    attention_example(
        """
        rows, columns = torch.arange(7)[:, None], torch.arange(7)[None, :]
        seen = (columns <= rows) & (columns > rows - 3)
        y = (q @ k.transpose(-1, -2) * 8**-0.5).masked_fill(~seen, -1e9).softmax(-1) @ v
        """,
        finds={"attention.mask": "causal", "attention.window": 3},
    ),
    attention_example(finds={"attention.mask": "bidirectional", "attention.window": "none"}),
    block_example(
        "self.norm, self.qkv, self.out = nn.LayerNorm(32), nn.Linear(32, 96), nn.Linear(32, 32)",
        """
        tiles = self.norm(x).view(2, 3, 4, 2, 4, 32).transpose(2, 3).reshape(12, 16, 32)
        q, k, v = self.qkv(tiles).view(12, 16, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        y = (q @ k.mT * 8**-0.5).softmax(-1) @ v
        y = self.out(y.transpose(1, 2).reshape(12, 16, 32))
        return x + y.view(2, 3, 2, 4, 4, 32).transpose(2, 3).reshape(2, 12, 8, 32)
        """,
        inputs={"x": ("float32", (2, 12, 8, 32))},
        finds={"attention.mask": "bidirectional", "attention.window": 16},
    ),
    attention_example(
        """
        rows = torch.arange(7)
        seen = (rows[None, :] <= rows[:, None])[None, None]
        seen = seen | (groups[:, None, :, None] == groups[:, None, None, :])
        y = (q @ k.transpose(-1, -2) * 8**-0.5).masked_fill(~seen, -1e9).softmax(-1) @ v
        """,
        inputs=_GROUPS,
        finds={"attention.mask": "prefix", "attention.window": "none"},
    ),
    attention_example(
        """
        apart = groups[:, None, :, None] - groups[:, None, None, :]
        hidden = torch.zeros(2, 1, 7, 7).masked_fill(apart != 0, -100.0)
        y = (q @ k.transpose(-1, -2) * 8**-0.5 + (self.bias + hidden)).softmax(-1) @ v
        """,
        init="self.qkv, self.bias = nn.Linear(32, 96), nn.Parameter(torch.zeros(4, 7, 7))",
        inputs=_GROUPS,
        finds={"attention.mask": "block", "attention.window": "none"},
    ),
    attention_example(
        """
        chunks = torch.arange(7) // 3
        hidden = chunks[None, :] > chunks[:, None]
        y = (q @ k.transpose(-1, -2) * 8**-0.5).masked_fill(hidden, -1e9).softmax(-1) @ v
        """,
        finds="block",
    ),
    attention_example(
        """
        rows = torch.arange(7)
        hidden = (rows[None, :] > rows[:, None]) & (groups[:, None, :, None] != groups[:, None, None, :])
        y = (q @ k.transpose(-1, -2) * 8**-0.5).masked_fill(hidden, -1e9).softmax(-1) @ v
        """,
        inputs=_GROUPS,
        finds="prefix",
    ),
)

RULE = Rule("ATT007", "attention-mask", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
