"""What makes one vector of a sequence, or of a map of features.

A position that stands for it (*first*, *last*, *last_unpadded*, *marker*), the *mean* or *max* of all positions, the
mean of those that a mask leaves (*masked_mean*), or *attention* by a learned query.

*Why it matters*: embeddings of a port that pools otherwise are of the right shape and useless; a mean without a mask
counts padding.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, at, model_example, sequence_poolings, unknown

REASON = "the position is looked up, by arithmetic that follows no known form"


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(sequence_poolings):
        place = at("pooled", one.op)
        if one.kind is None:
            yield unknown(REASON, place, module=one.stack.pattern)
        else:
            yield Match(one.kind, (place,), module=one.stack.pattern)


_POOLED = {
    "self.head(self.last_norm(x)[:, 0])": "first",
    "self.head(self.last_norm(x).mean(1))": "mean",
    "self.head(self.last_norm(x)).amax(dim=1)": "max",
    "(x * (input_ids != 3)[..., None]).sum(1) / (input_ids != 3).sum(1, keepdim=True)": "masked_mean",
    "nn.functional.adaptive_avg_pool1d(self.last_norm(x).mT, 1)": "mean",
    "nn.functional.scaled_dot_product_attention(self.ask.expand(2, 1, 8), self.head(x), self.head(x))": "attention",
    "self.head(self.last_norm(x))": None,
    "self.last_norm(x).mean(-1)": None,
}

_REFERENCES = (
    "Reimers, Gurevych 2019, Sentence-BERT, arXiv:1908.10084",
    "Zhai et al. 2021, Scaling Vision Transformers (attention pooling), arXiv:2106.04560",
)
_EXAMPLES = tuple(
    model_example(
        model="""
        self.embed, self.last_norm, self.head = nn.Embedding(20, 8), nn.LayerNorm(8), nn.Linear(8, 8)
        self.ask = nn.Parameter(torch.zeros(1, 1, 8))
        """,
        end=f"return {pooled}",
        finds=finds,
    )
    for pooled, finds in _POOLED.items()
)

RULE = Rule(
    "SEQ001", "sequence-pooling", check, traits=("sequence.pooling",), references=_REFERENCES, examples=_EXAMPLES
)
