"""Whether the logits are capped by a tanh.

``bound * tanh(logits / bound)``, whichever way the two factors are written.

*Why it matters*: without the cap the highest logits, and so the sampled text at low temperature, differ.
"""

from collections.abc import Iterable

from analyzer.rule import Head, Match, Query, Rule, at, heads, model_example, skipped, unknown


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        yield _match(query, head)


def _match(query: Query, head: Head) -> Match:
    place = at("projection to the output", head.linear)
    if head.unsure is not None:
        reason = "a bent function of the logits is not recognised"
        return unknown(reason, place, at("not recognised", head.unsure), module=head.linear.module)
    if head.softcap is None:
        switches = skipped(query, head.linear, head.result)
        return Match("none", (place,), module=head.linear.module, depends_on=switches)
    return Match(
        head.softcap.bound, (place, at("cap", head.softcap.tanh, head.softcap.bound)), module=head.linear.module
    )


_REFERENCES = ("Gemma Team 2024, Gemma 2: Improving Open Language Models at a Practical Size, arXiv:2408.00118",)
_EXAMPLES = (model_example(end="return 30.0 * torch.tanh(self.head(x) / 30.0)", finds=30.0),)

RULE = Rule("LOG001", "logits-softcap", check, traits=("logits.softcap",), references=_REFERENCES, examples=_EXAMPLES)
