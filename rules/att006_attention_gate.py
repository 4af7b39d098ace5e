"""A gate on the attention's output.

An activation of the input that multiplies the result of the attention before the output projection.

*Why it matters*: it is easy to take for a feed-forward gate, and ports that leave it out still produce text.
"""

from collections.abc import Iterable

from analyzer.rule import Attention, Match, Query, Rule, at, attentions, block_example, for_each, unknown


@for_each(attentions)
def check(query: Query, attention: Attention) -> Iterable[Match]:
    gate = attention.output.gate
    if gate is None and (unsure := attention.output.unsure) is not None:
        reason = "the result is multiplied by a function of the input that is not recognised"
        yield unknown(reason, at("not recognised", unsure), module=attention.module)
    elif gate is None:
        yield Match("none", (at("product with the values", attention.product),), module=attention.module)
    else:
        yield Match(gate.kind.value, (at("gate", gate),), module=attention.module)


_REFERENCES = ("Qiu et al. 2025, Gated Attention for Large Language Models, arXiv:2505.06708",)
_EXAMPLES = (
    block_example(
        "self.qkv, self.gate, self.out = nn.Linear(32, 96), nn.Linear(32, 32), nn.Linear(32, 32)",
        """
        q, k, v = self.qkv(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        y = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, -1) @ v
        return self.out(torch.sigmoid(self.gate(x)) * y.transpose(1, 2).reshape(2, 7, 32))
        """,
        width=32,
        finds="sigmoid",
    ),
)

RULE = Rule("ATT006", "attention-gate", check, traits=("attention.gate",), references=_REFERENCES, examples=_EXAMPLES)
