"""Whether embedded tokens are normalised before the first block.

A norm on the stream itself, between the token table and the first block; the norm inside the first block's branch is
no part of it.

*Why it matters*: it is a parameter of its own in the checkpoint, and changes the scale that all residual branches add
to.
"""

from collections.abc import Iterable

from analyzer.rule import UNRECOGNISED_NORM, Match, Query, Rule, at, embeddings, model_example, unknown


def check(query: Query) -> Iterable[Match]:
    for found in query.facts(embeddings):
        if found.undecided is not None:
            places = (at("token lookup", found.lookup), at("not recognised", found.undecided))
            yield unknown(UNRECOGNISED_NORM, *places, module=found.lookup.module)
            continue
        norm = [at("norm on the embedding", found.norm.core)] if found.norm else []
        yield Match(bool(norm), (at("token lookup", found.lookup), *norm), module=found.lookup.module)


_REFERENCES = ("Dettmers et al. 2021, 8-bit Optimizers via Block-wise Quantization, arXiv:2110.02861",)
_EXAMPLES = (
    model_example(
        model="self.embed, self.first_norm, self.head = nn.Embedding(20, 8), nn.LayerNorm(8), nn.Linear(8, 20)",
        start="x = self.first_norm(self.embed(input_ids))",
        finds=True,
    ),
)

RULE = Rule("EMB002", "embedding-norm", check, traits=("embedding.norm",), references=_REFERENCES, examples=_EXAMPLES)
