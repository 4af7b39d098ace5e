"""Attention scores that are divided by the root of the head's size twice.

Several separate factors reach the scores, together the usual one squared (or cubed): the inverse square root on the
queries and once more inside the attention call, for instance, or half of it each on queries and keys and the whole
inside the call. A single factor that is the inverse of the size is intended.

*Why it matters*: the model trains and loads, but its attention is flatter than it was meant to be.
"""

from collections.abc import Iterable
from math import isclose

from analyzer.rule import Attention, Match, Query, Rule, at, attention_example, attentions, for_each


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    scales = [term for term in attention.factor.terms if term.value != 1]
    repeated = any(_is(attention.factor.value, attention.inverse_root**power) for power in (2, 3))
    if query.because("several factors together are the usual one more than once", len(scales) > 1 and repeated):
        evidence = tuple(at("factor", term.op, term.number) for term in scales)
        yield Match(True, evidence, module=attention.module, message="the attention scores are scaled twice")


def _is(value: float | None, wanted: float) -> bool:
    return value is not None and isclose(value, wanted, rel_tol=1e-6)


_TWICE = attention_example("y = nn.functional.scaled_dot_product_attention(q * 8**-0.5, k, v)", finds=True)

_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762",)
_EXAMPLES = (
    _TWICE,
    _TWICE.changed("q * 8**-0.5, k", "q * 8**-0.25, k * 8**-0.25", finds=True),
    _TWICE.changed("k, v)", "k, v, scale=1.0)", finds=None),
)

RULE = Rule(
    "HAZ007",
    "scaled-twice",
    check,
    kind="hazard",
    severity="warning",
    stage="preview",
    references=_REFERENCES,
    examples=_EXAMPLES,
)
