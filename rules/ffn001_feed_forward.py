"""The feed-forward part: activation, gate, biases, width.

The activation is recognised by the values of the function between the projections, so that single calls, activation
tables and written-out arithmetic get the same name. A part is *gated* when two projections of one input are multiplied,
*fused* when both come from one matrix; its layout says which rows are the gate.

*Why it matters*: ``gelu`` in a configuration can be any of four functions; a swapped gate and up half loads silently.
"""

from collections.abc import Iterable

from analyzer.rule import (
    DecisionKind,
    FeedForward,
    Match,
    Query,
    Rule,
    asked,
    at,
    block_example,
    feed_forwards,
    for_each,
    fused_halves,
    unknown,
)

_TRAITS = ("mlp.activation", "mlp.gated", "mlp.fused", "mlp.fused_layout", "mlp.bias", "mlp.ratio", "mlp.clamp")


@for_each(feed_forwards)
def check(query: Query, found: FeedForward) -> Iterable[Match]:
    module, act = found.module, at("activation", found.activated, built=True)
    up = tuple(at("projection up", one.op) for one in found.up)
    down = at("projection down", found.down.op)
    if found.activation is None:
        reason = f"{found.activated.name} and what is around it, between the projections, is no activation with a name"
        yield unknown(reason, act, *up, module=module, trait="mlp.activation")
    else:
        tables = (at("choice", one.span) for one in query.controls(found.activated) if one.kind is DecisionKind.ENTRY)
        yield Match(found.activation, (act, *tables), module=module, trait="mlp.activation")
    yield Match(found.gated, (*up, down), module=module, trait="mlp.gated")
    if found.gated:
        yield Match(found.fused, up, module=module, trait="mlp.fused")
    if found.fused:
        yield _layout(query, found)
    yield _bias(query, found)
    sizes = (at("projection down", found.down.op, found.width, found.hidden),)
    if found.hidden:
        yield Match(round(int(found.width) / int(found.hidden), 6), sizes, module=module, trait="mlp.ratio")
    else:
        yield unknown("the stream has no features", *sizes, module=module, trait="mlp.ratio")
    clamps = ", ".join(_bounds(op.arguments.get("min"), op.arguments.get("max")) for op in found.clamps) or "none"
    places = tuple(at("clamp", op, *op.arguments.values()) for op in found.clamps) or (down,)
    yield Match(clamps, places, module=module, trait="mlp.clamp")


def _layout(query: Query, found: FeedForward) -> Match:
    layout, trait = fused_halves(query, found), "mlp.fused_layout"
    places = (*(at("half", op) for op, _ in found.parts), at("projection up", found.up[0].op))
    if layout is None:
        return unknown("the halves were not followed to rows of the matrix", *places, module=found.module, trait=trait)
    return Match(layout.value, places, module=found.module, trait=trait)


def _bias(query: Query, found: FeedForward) -> Match:
    inner = all(one.bias is not None for one in found.up)
    outer = found.down.bias is not None
    up = (at("projection up", one.op, built=True) for one in found.up)
    places = (*up, at("projection down", found.down.op, built=True))
    message = None if inner == outer else f"mlp.bias: {'up' if inner else 'down'} only"
    switches = asked(query, (one.op for one in (*found.up, found.down)))
    return Match(inner or outer, places, module=found.module, trait="mlp.bias", message=message, depends_on=switches)


def _bounds(low: object, high: object) -> str:
    return f"[{'-inf' if low is None else low}, {'inf' if high is None else high}]"


_REFERENCES = (
    "Shazeer 2020, GLU Variants Improve Transformer, arXiv:2002.05202",
    "Hendrycks, Gimpel 2016, Gaussian Error Linear Units, arXiv:1606.08415",
)
_EXAMPLES = (
    block_example(
        "self.up, self.down = nn.Linear(8, 64, bias=False), nn.Linear(32, 8, bias=False)",
        """
        gate, y = self.up(x).chunk(2, dim=-1)
        return self.down(y * (gate * torch.sigmoid(gate)))
        """,
        finds={
            "mlp.activation": "silu",
            "mlp.gated": True,
            "mlp.fused": True,
            "mlp.fused_layout": "[gate, up]",
            "mlp.bias": False,
            "mlp.ratio": 4.0,
            "mlp.clamp": "none",
        },
    ),
    block_example(
        "self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)",
        """
        y = self.up(x)
        return self.down(y * 0.5 * (1.0 + torch.tanh(0.79788456 * y * (1 + 0.044715 * y * y))))
        """,
        finds={"mlp.activation": "gelu_tanh", "mlp.gated": False, "mlp.fused": None, "mlp.bias": True},
    ),
    block_example(
        "self.up, self.down = nn.Linear(8, 32), nn.Linear(16, 8)",
        """
        y = self.up(x)
        return self.down(y[..., 0::2] * nn.functional.silu(y[..., 1::2]))
        """,
        finds={"mlp.fused_layout": "interleaved [up, gate]"},
    ),
    block_example(
        """
        self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)
        self.high, self.low = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        """,
        """
        y = self.up(x)
        high = nn.functional.softplus(self.high) * y * y
        low = (torch.expm1(y.clamp(max=-1e-6)) - y) * (0.5 + nn.functional.softplus(self.low))
        return self.down(torch.where(y > 0, high, low) + 0.5 * y)
        """,
        finds={"mlp.activation": "xielu", "mlp.gated": False},
    ),
)

RULE = Rule("FFN001", "feed-forward", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
