"""The position whose vector stands for the whole sequence, and what it assumes of padding.

``first`` and ``last`` are picked by number, whatever stands there; ``last_unpadded`` is looked up from a mask, a length
or the padding token; ``marker`` is where a certain token stands (the end of a text).

*Why it matters*: ``last`` is right only for rows that are padded on the left or not at all, ``first`` only for rows
that are padded on the right. A batch padded on the other side is classified by its padding, without any error.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, at, model_example, poolings, unknown

REASON = "the position is looked up, by arithmetic that follows no known form"


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(poolings):
        place = at("position picked", one.op)
        if one.which is None:
            yield unknown(REASON, place, module=one.stack.pattern)
        else:
            yield Match(one.which.value, (place,), module=one.stack.pattern)


_PICKED = {
    "self.head(self.last_norm(x)[:, 0])": "first",
    "self.head(self.last_norm(x))[:, -1, :]": "last",
    "self.last_norm(x)[torch.arange(2), (torch.arange(7) * (input_ids != 3)).argmax(-1)]": "last_unpadded",
    "self.head(x)[torch.arange(2), torch.eq(input_ids, 3).int().argmax(-1) - 1]": "last_unpadded",
    "self.head(self.last_norm(x)[torch.arange(2), (input_ids == 3).int().argmax(dim=-1)])": "marker",
    "self.head(self.last_norm(x).mean(1))": None,
    "self.head(self.last_norm(x)[:, 2:])": None,
}

_REFERENCES = ("Devlin et al. 2019, BERT, arXiv:1810.04805",)
_EXAMPLES = tuple(
    model_example(
        model="self.embed, self.last_norm, self.head = nn.Embedding(20, 8), nn.LayerNorm(8), nn.Linear(8, 3)",
        end=f"return {picked}",
        finds=finds,
    )
    for picked, finds in _PICKED.items()
)

RULE = Rule(
    "MSK003", "pooled-position", check, traits=("masking.pooled_position",), references=_REFERENCES, examples=_EXAMPLES
)
