"""Scores that are masked with minus infinity by a mask that the input decides.

The mask is computed from an input (token ids, a padding mask), so that it may hide every key of a row. The softmax of
such a row is not a number, unless something after it replaces that. Where the analysed call leaves out masks that
``forward`` takes, the model is built once more and called with them.

*Why it matters*: one padded row poisons the gradients of the whole batch. A finite minimum, as most models use, gives a
harmless uniform row instead.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Match,
    Query,
    Rule,
    at,
    attention_example,
    attentions,
    calls_with_masks,
    infinite_mask,
    model_example,
    per_stack,
)


def check(query: Query) -> Iterable[Match]:
    found: dict[str, Match] = {}
    for call in calls_with_masks(query):
        for match in per_stack(call, _matches(call)):
            found.setdefault(match.module, match)
    yield from found.values()


def _matches(query: Query) -> Iterable[Match]:
    for attention in query.facts(attentions):
        mask = infinite_mask(query, attention)
        if not query.because("scores are masked with minus infinity", mask is not None, attention.softmax) or not mask:
            continue
        decided = query.because("the input decides what is masked", mask.from_input, mask.op)
        if decided and query.because("nothing replaces undefined weights", not mask.guarded, attention.softmax):
            evidence = (at("mask", mask.op.span), at("softmax", attention.softmax.span))
            message = "a row whose keys are all masked gives weights that are not numbers"
            yield Match(True, evidence, module=attention.module, message=message)


_REQUIRED = attention_example(
    """
    scores = q @ k.transpose(-1, -2) * 8**-0.5
    scores = scores.masked_fill(padding[:, None, None, :] == 0, float("-inf"))
    y = torch.softmax(scores, dim=-1) @ v
    """,
    inputs={"padding": ("int64", (2, 7))},
    finds=True,
)
_OPTIONAL = model_example(
    "self.qkv, self.out = nn.Linear(32, 96), nn.Linear(32, 32)",
    """
    q, k, v = self.qkv(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
    scores = q @ k.mT * 8**-0.5
    if attention_mask is not None:
        scores = scores.masked_fill(attention_mask[:, None, None, :] == 0, -math.inf)
    return x + self.out((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))
    """,
    prelude="import math",
    shared="attention_mask",
    inputs={"attention_mask": None},
    width=32,
    finds=True,
)

_EXAMPLES = (
    _REQUIRED,
    _REQUIRED.changed('float("-inf")', "torch.finfo(scores.dtype).min", finds=None),
    _OPTIONAL,
    _OPTIONAL.changed("-math.inf", "-1e9", finds=None),
)

RULE = Rule(
    "HAZ008", "infinite-mask", check, kind="hazard", severity="warning", confidence="medium", examples=_EXAMPLES
)
