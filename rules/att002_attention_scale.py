"""The factor that reaches the attention scores, and the bound put on them.

The factor is the product of everything constant that queries, keys or their product are multiplied by before the
softmax, wherever it is written: on the queries, on the keys, on the scores, or inside the attention call. Factors that
a norm takes back do not count.

*Why it matters*: a scale that is applied twice, never, or with the wrong head size still trains and still loads, and
every output is off.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import isclose

from analyzer.rule import (
    Attention,
    Evidence,
    Factor,
    Match,
    Query,
    Rule,
    at,
    attention_example,
    attentions,
    expression_of,
    factors_of_one,
    for_each,
    is_learned,
    skipped,
    unknown,
)


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    yield _scale(query, attention)
    cap = attention.softcap
    scores, bounding = at("scores", attention.scores, cap), attention.bounding
    places = (at("bound", bounding, cap), scores) if bounding is not None else (scores,)
    switches = frozenset() if bounding else skipped(query, attention.scores, attention.softmax)
    value = "none" if cap is None else cap
    yield Match(value, places, module=attention.module, trait="attention.softcap", depends_on=switches)


def _scale(query: Query, attention: Attention) -> Match:
    factor = attention.factor
    ones = tuple(at("factor", op, one) for op, one in factors_of_one(query, attention))
    evidence = (*_evidence(attention, factor), *ones)
    if factor.mixed:
        reason = "parts of the queries or keys are multiplied by different factors"
        return unknown(reason, *evidence, module=attention.module, trait="attention.scale")
    learned = [op for op in factor.variables if is_learned(query, op)]
    if learned:
        text = f"{factor.expression} * learned" if factor.terms else "learned"
        more = tuple(at("learned factor", op) for op in learned)
        return Match(text, (*evidence, *more), module=attention.module, trait="attention.scale", expression=text)
    moving = " * a factor that depends on positions" if factor.variables else ""
    value = _value(attention, factor)
    if value == "inv_sqrt_head_dim" and _is_made_of_head_dim(attention, factor):
        evidence = tuple(replace(one, fields=frozenset()) for one in evidence)
    elif value == "inv_sqrt_head_dim":
        evidence = (*evidence, at("head size", attention.scores, attention.head_dim))
    return Match(
        value,
        evidence,
        module=attention.module,
        trait="attention.scale",
        expression=factor.expression + moving,
    )


def _value(attention: Attention, factor: Factor) -> object:
    value = factor.constant
    if isclose(float(value), attention.inverse_root, rel_tol=1e-4):
        return "inv_sqrt_head_dim"
    return "none" if isclose(float(value), 1.0, rel_tol=1e-6) else value


def _is_made_of_head_dim(attention: Attention, factor: Factor) -> bool:
    """Whether the code makes the factor of the size of a head, so that the two agree for every size."""
    size = expression_of(attention.head_dim)
    return size is not None and size in factor.expression


def _evidence(attention: Attention, factor: Factor) -> tuple[Evidence, ...]:
    factors = tuple(at("factor", term.op, term.number) for term in factor.terms)
    return (at("product of queries and keys", attention.scores), *factors)


_TRAITS = ("attention.scale", "attention.softcap")
_REFERENCES = (
    "Vaswani et al. 2017, Attention Is All You Need, 3.2.1, arXiv:1706.03762",
    "Gemma Team 2024, Gemma 2 (logit soft-capping), arXiv:2408.00118",
)
_EXAMPLES = (
    attention_example(
        "y = ((q * 8**-0.25) @ (k * 8**-0.25).transpose(-1, -2)).softmax(-1) @ v",
        finds={"attention.scale": "inv_sqrt_head_dim", "attention.softcap": "none"},
    ),
    attention_example(
        "y = (torch.tanh(q @ k.transpose(-1, -2) / 30.0) * 30.0).softmax(-1) @ v",
        finds={"attention.scale": "none", "attention.softcap": 30.0},
    ),
    attention_example(
        """
        q = q * (q.pow(2).mean(-1, keepdim=True) + 1e-6).rsqrt() * 3.0
        y = (q @ k.transpose(-1, -2) * 0.5).softmax(-1) @ v
        """,
        finds={"attention.scale": 1.5},
    ),
)

RULE = Rule("ATT002", "attention-scale", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
