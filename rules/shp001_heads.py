"""How features become heads, and how shared key heads are repeated.

``shapes.head_split`` says whether neighbouring features belong to one head (the head is the outer axis of the reshape)
or to different heads. ``shapes.kv_repeat`` says whether the query heads that share a key head follow each other or lie
apart by the number of key heads.

*Why it matters*: both are silent reshapes; the other order loads every weight and scrambles the heads.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Match,
    Query,
    Rule,
    at,
    attention_example,
    attentions,
    for_each,
    repeat_order,
    repetitions,
    split_order,
)


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    split, repeated = split_order(query, attention), repeat_order(query, attention)
    if split is not None:
        places = tuple(at("projection of queries", one.op) for one in attention.query.projections)
        yield Match(split.value, places, module=attention.module, trait="shapes.head_split")
    if repeated is not None:
        places = (
            *(at("repeated", op) for op in repetitions(attention)),
            at("keys as the scores read them", attention.key.end),
        )
        yield Match(repeated.value, places, module=attention.module, trait="shapes.kv_repeat")


_TRAITS = ("shapes.head_split", "shapes.kv_repeat")
_REFERENCES = ("Ainslie et al. 2023, GQA, arXiv:2305.13245",)
_EXAMPLES = (
    attention_example(
        init="self.q, self.k, self.v = nn.Linear(32, 32), nn.Linear(32, 16), nn.Linear(32, 16)",
        project="""
        q = self.q(x).view(2, 7, 4, 8).transpose(1, 2)
        k, v = (
            linear(x).view(2, 7, 2, 8).transpose(1, 2).repeat_interleave(2, 1) for linear in (self.k, self.v)
        )
        """,
        finds={"shapes.head_split": "head_then_feature", "shapes.kv_repeat": "consecutive"},
    ),
    attention_example(
        init="self.q, self.k, self.v = nn.Linear(32, 32), nn.Linear(32, 16), nn.Linear(32, 16)",
        project="""
        q = self.q(x).view(2, 7, 8, 4).permute(0, 3, 1, 2)
        k = self.k(x).view(2, 7, 8, 2).permute(0, 3, 1, 2).repeat(1, 2, 1, 1)
        v = self.v(x).view(2, 7, 8, 2).permute(0, 3, 1, 2).repeat(1, 2, 1, 1)
        """,
        finds={"shapes.head_split": "feature_then_head", "shapes.kv_repeat": "strided"},
    ),
)

RULE = Rule("SHP001", "head-shapes", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
