"""Whether the output head adds a bias.

*Why it matters*: a bias of the size of the vocabulary is easily lost in conversion, and shifts every probability.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, asked, at, heads, model_example


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        evidence = (
            at("projection to the output", head.linear, built=True),
            *([at("bias", head.bias)] if head.bias else []),
        )
        switches = asked(query, [head.linear])
        yield Match(head.bias is not None, evidence, module=head.linear.module, depends_on=switches)


_REFERENCES = ("Press, Wolf 2016, Using the Output Embedding to Improve Language Models, arXiv:1608.05859",)
_EXAMPLES = (model_example(model="self.embed, self.head = nn.Embedding(20, 8), nn.Linear(8, 20)", finds=True),)

RULE = Rule("LOG003", "logits-bias", check, traits=("logits.bias",), references=_REFERENCES, examples=_EXAMPLES)
