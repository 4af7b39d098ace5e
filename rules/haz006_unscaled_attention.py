"""Attention scores that nothing scales before the softmax.

No factor reaches the scores, neither on queries or keys nor inside the attention call, be it a constant other than one,
learned, or one that a configuration field gives. A norm on queries and keys bounds the scores in its own way and is no
factor.

*Why it matters*: dot products grow with the size of a head. Some models make up for it in their initialisation or by
norms; a port that adds the usual factor, or a kernel that applies it by default, breaks them.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Match,
    Query,
    Rule,
    Term,
    at,
    attention_example,
    attentions,
    factors_of_one,
    for_each,
    origin_of,
)


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    factor = attention.factor
    bare = not any(map(_scales, factor.terms)) and not factor.variables and not factor.mixed
    if query.because("no factor reaches the scores", bare, attention.scores):
        given = [(term.op, term.number) for term in factor.terms]
        ones = tuple(at("factor of one", op, one) for op, one in (*given, *factors_of_one(query, attention)))
        evidence = (at("scores", attention.scores), *ones, at("softmax", attention.softmax))
        message = "nothing scales the attention scores before the softmax"
        yield Match(True, evidence, module=attention.module, message=message)


def _scales(term: Term) -> bool:
    origin = origin_of(term.number)
    return term.value != 1 or bool(origin and origin.fields)


_UNSCALED = attention_example("y = torch.softmax(q @ k.transpose(-1, -2), dim=-1) @ v", finds=True)

_REFERENCES = (
    "Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762",
    "Raffel et al. 2020, Exploring the Limits of Transfer Learning with T5, arXiv:1910.10683",
)
_EXAMPLES = (_UNSCALED, _UNSCALED.changed("q @ k", "(q * 8**-0.5) @ k", finds=None))

RULE = Rule(
    "HAZ006", "unscaled-attention", check, kind="hazard", severity="info", references=_REFERENCES, examples=_EXAMPLES
)
