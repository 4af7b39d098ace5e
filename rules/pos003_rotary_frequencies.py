"""Base of the rotary frequencies, how they are stretched, the type of the angles, and the factor on cosines and sines.

Queries and keys are both multiplied by that factor, so the scores carry its square.

*Why it matters*: a wrong base or a lost scaling shows only in long contexts; angles in half precision lose positions.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Match,
    Query,
    Rotary,
    Rule,
    at,
    attention_example,
    attentions,
    frequencies,
    magnitude,
    per_stack,
    unknown,
    with_conditions,
)


def check(query: Query) -> Iterable[Match]:
    found = [match for one in query.facts(attentions) for match in _rotary_traits(query, one)]
    yield from with_conditions(query, per_stack(query, found), {"rope.theta": "theta"})


def _rotary_traits(query: Query, attention: Attention) -> Iterable[Match]:
    turned = attention.query.rotaries or attention.key.rotaries
    if turned:
        yield from _matches(query, attention.module, turned[0])


def _matches(query: Query, module: str, rotary: Rotary) -> Iterable[Match]:
    found, place = frequencies(query, rotary), at("rotation", rotary.output)
    if found.base is None or found.power is None:
        reason = "how the frequencies are made is not part of the traced code"
        yield unknown(reason, place, module=module, trait="rope.theta")
        yield unknown(reason, place, module=module, trait="rope.scaling")
    else:
        evidence = (at("powers of the base", found.power, found.base), place)
        yield Match(found.base, evidence, module=module, trait="rope.theta")
        if found.scaling is not None:
            yield Match(found.scaling.value, evidence, module=module, trait="rope.scaling")
    yield Match("float32" if found.upcast else "model", (place,), module=module, trait="rope.dtype")
    yield _length(query, module, rotary)


def _length(query: Query, module: str, rotary: Rotary) -> Match:
    trait, factor = "rope.attention_factor", magnitude(query, rotary)
    place = at("rotation", rotary.output)
    if factor is None:
        reason = "how cosines and sines are made is not part of the traced code"
        return unknown(reason, place, module=module, trait=trait)
    factors = tuple(at("factor on cosines and sines", term.op, term.number) for term in factor.terms)
    return Match(factor.constant, (*factors, place), module=module, trait=trait)


_TRAITS = ("rope.theta", "rope.scaling", "rope.dtype", "rope.attention_factor")
_REFERENCES = (
    "Su et al. 2021, RoFormer, arXiv:2104.09864",
    "Peng et al. 2023, YaRN, arXiv:2309.00071",
)
_EXAMPLES = (
    attention_example(
        """
        angle = torch.arange(7)[:, None].float() * self.frequencies
        angle = torch.cat((angle, angle), -1)
        q, k = (x * angle.cos() + torch.cat((-x[..., 4:], x[..., :4]), -1) * angle.sin() for x in (q, k))
        y = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, -1) @ v
        """,
        init="""
        self.qkv = nn.Linear(32, 96)
        frequencies = 1.0 / 500.0 ** (torch.arange(0, 8, 2).float() / 8)
        self.register_buffer("frequencies", frequencies, persistent=False)
        """,
        finds={"rope.theta": 500.0, "rope.scaling": "none", "rope.dtype": "float32", "rope.attention_factor": 1},
    ),
    attention_example(
        """
        angle = torch.outer(torch.arange(7).float(), 500.0 ** (-torch.arange(0, 8, 2).float() / 8))
        angle = torch.cat((angle, angle), -1)
        cos, sin = angle.cos() * 1.25, angle.sin() * 1.25
        q, k = (x * cos + torch.cat((-x[..., 4:], x[..., :4]), -1) * sin for x in (q, k))
        y = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, -1) @ v
        """,
        finds={"rope.attention_factor": 1.25},
    ),
)

RULE = Rule("POS003", "rotary-frequencies", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
