"""A declaration of shared parameters that names a parameter which the model does not have.

The class says which parameters share one tensor, by name or pattern; here one of the names fits no parameter.

*Why it matters*: nothing is shared where sharing was meant, or building the model fails as soon as the configuration
asks for it. A renamed module is the usual cause.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, at, block_example, unmatched_claims


def check(query: Query) -> Iterable[Match]:
    for claim, word in query.facts(unmatched_claims):
        message = f"the class declares that {word} is shared, and the model has no such parameter"
        yield Match(True, (at("declaration", claim.span),), module=claim.module, message=message)


_MATCHING = block_example(
    "self.embed, self.head = nn.Embedding(32, 8), nn.Linear(8, 32, bias=False)",
    "return self.head(self.embed(x))",
    class_body='_tied_weights_keys = {"head.weight": "embed.weight"}',
    inputs={"x": ("int64", (2, 7))},
    finds=None,
)

_REFERENCES = ("Press, Wolf 2017, Using the Output Embedding to Improve Language Models, arXiv:1608.05859",)
_EXAMPLES = (_MATCHING.changed("embed.weight", "tokens.weight", finds=True), _MATCHING)

RULE = Rule(
    "HAZ009",
    "tying-mismatch",
    check,
    kind="hazard",
    severity="warning",
    stage="preview",
    references=_REFERENCES,
    examples=_EXAMPLES,
)
