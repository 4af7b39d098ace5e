"""The constant factor on the logits, on the head's input or its result.

The value is what the logits are multiplied by; the message says which operator the code uses. A factor of one under
the analysed configuration is *none*, and depends on the field that sets it.

*Why it matters*: multiplying where the original divides is the classic mistake in ports of models with scaled logits.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Head,
    Match,
    Query,
    Rule,
    Scale,
    at,
    block_example,
    fields_of,
    heads,
    model_example,
    origin_of,
    product,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        yield _match(head)


def _match(head: Head) -> Match:
    place = at("projection to the output", head.linear)
    if head.unread is not None:
        reason = "the factor is a number that the code does not show"
        return unknown(reason, place, at("factor", head.unread), module=head.linear.module)
    value = product(head.scales)
    return Match(
        "none" if value == 1 else value,
        (place, *(at("factor", scale.op, scale.value) for scale in head.scales)),
        module=head.linear.module,
        depends_on=fields_of(value),
        message="; ".join(_operator(one) for one in head.scales if one.value is not None) or None,
    )


def _operator(scale: Scale) -> str:
    written = f" ← {origin.expression}" if (origin := origin_of(scale.value)) else ""
    return f"{'divided' if scale.divides else 'multiplied'} by {scale.value}{written}"


_REFERENCES = ("Yang et al. 2022, Tensor Programs V: Tuning Large Neural Networks, arXiv:2203.03466",)
_EXAMPLES = (
    model_example(end="return self.head(x) / 16.0", finds=0.0625),
    block_example(
        "self.norm, self.left, self.right = nn.LayerNorm(8), nn.Linear(8, 5), nn.Linear(8, 5)",
        """
        x = self.norm(x)
        return (self.left(x[:, 0]) + self.right(x[:, 1])) / 2
        """,
        finds=0.5,
    ),
)

RULE = Rule("LOG002", "logits-scale", check, traits=("logits.scale",), references=_REFERENCES, examples=_EXAMPLES)
