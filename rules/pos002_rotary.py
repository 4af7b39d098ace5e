"""Rotary embeddings: which features form a pair, and how many of a head's features are rotated.

The pairs are read off the arithmetic, relative to the features as they were projected: permutations that are done
first, and complex multiplication, give the same answer as any other spelling.

``rope.turning`` is the share of the rotated features whose frequency is not zero, where code fills up with zeros.

*Why it matters*: with the other layout every weight loads, and attention is scrambled from the first position on.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Evidence,
    Match,
    Query,
    Rotary,
    Rule,
    at,
    attention_example,
    attentions,
    frequencies,
    per_stack,
    rotaries,
    rotated_share,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    found = query.facts(attentions)
    inside = {one for attention in found for side in (attention.query, attention.key) for one in side.rotaries}
    matches = [match for one in found for match in _rotation_traits(query, one)]
    matches += [_layout(one.module, (one,)) for one in query.facts(rotaries) if one not in inside]
    yield from per_stack(query, matches)


def _rotation_traits(query: Query, attention: Attention) -> Iterable[Match]:
    turned = attention.query.rotaries or attention.key.rotaries
    if not turned:
        return
    yield _layout(attention.module, turned)
    terms = [operand.source for one in turned for mix in one.mixes for operand in mix.operands]
    if odd := [op for op in terms if op.at_odds]:
        reason = "by the configuration the sizes of head and rotation do not agree"
        yield unknown(reason, at("sizes at odds", odd[0]), module=attention.module, trait="rope.fraction")
        return
    share, found = rotated_share(attention), frequencies(query, turned[0])
    turning = found.share
    places = _places(turned, whole=share == 1)
    yield Match(share, places, module=attention.module, trait="rope.fraction")
    if turning < 1:
        message = f"rope.turning = {round(turning, 6)}: the other frequencies are zero, pairs span all rotated features"
        powers = (at("powers of the base", found.power, found.base),) if found.power else ()
        appended = tuple(at("zeros appended", op, *op.outputs[0].shape) for op in found.zeros)
        evidence = (*powers, *appended, *places)
        yield Match(round(turning, 6), evidence, module=attention.module, trait="rope.turning", message=message)


def _layout(module: str, turned: tuple[Rotary, ...]) -> Match:
    """The layout of rotations in one module, of attention or of something beside it (an indexer)."""
    evidence = (
        *(at("rotation", one.output) for one in turned),
        *(at("pairs", op) for one in turned[:1] for op in one.pairing[:3]),
    )
    layouts = {one.layout for one in turned}
    layout = layouts.pop() if len(layouts) == 1 else None
    if layout is None:
        return unknown("the pairs follow neither layout", *evidence, module=module, trait="rope.layout")
    return Match(layout.value, evidence, module=module, trait="rope.layout")


def _places(turned: tuple[Rotary, ...], whole: bool) -> tuple[Evidence, ...]:
    """The rotations, with the sizes that say how many features turn where not all do."""
    return tuple(at("rotation", one.output, *([] if whole else one.output.outputs[0].shape[-1:])) for one in turned)


_TRAITS = ("rope.layout", "rope.fraction", "rope.turning")
_REFERENCES = ("Su et al. 2021, RoFormer, arXiv:2104.09864",)
_EXAMPLES = (
    attention_example(
        "y = torch.softmax(rotated(q) @ rotated(k).transpose(-1, -2) * 8**-0.5, -1) @ v",
        prelude="""
        def rotated(x):
            angle = torch.arange(7)[:, None] / 10000 ** (torch.arange(0, 8, 2) / 8)
            sin, cos = angle.sin(), angle.cos()
            left, right = x[..., ::2], x[..., 1::2]
            return torch.stack((left * cos - right * sin, right * cos + left * sin), -1).flatten(-2)
        """,
        finds={"rope.layout": "interleaved", "rope.fraction": 1.0},
    ),
    attention_example(
        "y = torch.softmax(rotated(q) @ rotated(k).transpose(-1, -2) * 8**-0.5, -1) @ v",
        prelude="""
        def rotated(x):
            angle = torch.arange(7)[:, None] / 10000 ** (torch.arange(0, 4, 2) / 4)
            angle = torch.cat((angle, angle), -1)
            part, rest = x[..., :4], x[..., 4:]
            half = torch.cat((-part[..., 2:], part[..., :2]), -1)
            return torch.cat((part * angle.cos() + half * angle.sin(), rest), -1)
        """,
        finds={"rope.layout": "half", "rope.fraction": 0.5},
    ),
)

RULE = Rule("POS002", "rotary", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
