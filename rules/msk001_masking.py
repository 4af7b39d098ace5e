"""What stands where a key is hidden, and what the code knows of padding.

``masking.value`` says whether hidden scores become the lowest finite number, minus infinity or another number;
``masking.experts`` says the same of experts outside of the chosen groups; ``masking.padding_row`` is the row of the
token table that stands for padding.

*Why it matters*: a row that is hidden entirely gives not-a-number with minus infinity, and an average of all keys with
a finite filler.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    MaskFill,
    Match,
    Query,
    Router,
    Rule,
    at,
    attention_example,
    attentions,
    group_fill,
    mask_fill,
    padding_row,
    per_stack,
    routers,
    token_lookups,
)


def check(query: Query) -> Iterable[Match]:
    found = [match for one in query.facts(attentions) if (match := _filled(query, one)) is not None]
    yield from per_stack(query, found)
    yield from per_stack(query, [match for one in query.facts(routers) if (match := _experts(one)) is not None])
    for lookup in query.facts(token_lookups):
        if (row := padding_row(lookup)) is not None:
            yield Match(row, (at("token lookup", lookup, row),), module=lookup.module, trait="masking.padding_row")


def _filled(query: Query, attention: Attention) -> Match | None:
    fill = mask_fill(query, attention)
    if fill is None:
        return None
    return Match(_value(fill), (at("filled", fill.op),), module=attention.module, trait="masking.value")


def _experts(router: Router) -> Match | None:
    fill = group_fill(router)
    if fill is None:
        return None
    return Match(_value(fill), (at("filled", fill.op),), module=router.module, trait="masking.experts")


def _value(fill: MaskFill) -> object:
    return fill.value if fill.filler == "number" else fill.filler.value


_TRAITS = ("masking.value", "masking.experts", "masking.padding_row")
_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, 3.2.3, arXiv:1706.03762",)
_EXAMPLES = (
    attention_example(
        """
        seen = torch.ones(7, 7).tril().bool()
        y = (q @ k.mT * 8**-0.5).masked_fill(~seen, torch.finfo(torch.float32).min).softmax(-1) @ v
        """,
        init="self.embed, self.qkv = nn.Embedding(20, 32, padding_idx=3), nn.Linear(32, 96)",
        project="q, k, v = self.qkv(self.embed(ids)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)",
        inputs={"ids": ("int64", (2, 7))},
        finds={"masking.value": "finite_minimum", "masking.padding_row": 3},
    ),
    attention_example(
        """
        hidden = torch.full((7, 7), float("-inf")).triu(1)
        y = (q @ k.mT * 8**-0.5 + hidden).softmax(-1) @ v
        """,
        finds={"masking.value": "-inf", "masking.padding_row": None},
    ),
)

RULE = Rule("MSK001", "masking", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
