"""Whether the logits are cast to float32.

*Why it matters*: softmax over a large vocabulary in half precision loses the tail, and evaluation scores with it.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, at, heads, model_example


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        cast = [at("cast to float32", head.upcast)] if head.upcast else []
        evidence = (at("projection to the output", head.linear), *cast)
        yield Match("float32" if cast else "model", evidence, module=head.linear.module)


_REFERENCES = ("Micikevicius et al. 2017, Mixed Precision Training, arXiv:1710.03740",)
_EXAMPLES = (model_example(end="return self.head(x).float()", finds="float32"),)

RULE = Rule("LOG004", "logits-dtype", check, traits=("logits.dtype",), references=_REFERENCES, examples=_EXAMPLES)
