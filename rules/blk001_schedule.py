"""What each layer of a stack is.

One entry a layer: how it mixes positions (by attention, a state-space model, linear attention, another recurrence,
convolution, a Fourier transform, pooling, a learned map over positions), the window of its attention, whether (and with
which base) it rotates, whether its feed-forward part is dense or chosen by a router, and what it keeps for the next
step. Where layers differ, the message gives the numbers of each kind as an expression over the layer index ``i``, and
the evidence shows the condition that made the difference with the configuration field behind it.

*Why it matters*: ports that treat all layers alike load and run, and are wrong in every fourth layer.
"""

from collections.abc import Iterable

from analyzer.rule import (
    LayerCondition,
    LayerKind,
    Match,
    Query,
    Rule,
    Span,
    Stack,
    at,
    deciding_conditions,
    grouped_layers,
    layer_pattern,
    list_place,
    main_stacks,
    model_example,
    repeating_fields,
    schedule,
    trace_cut,
    unknown,
)

_ASPECTS = ("mixers", "window", "chunked", "rotary", "theta", "dense", "sparse", "cache")


def check(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        place = at("first layer", stack.residuals[0].add)
        if trace_cut(query.model):
            yield unknown("the trace ended before the last layer", place, module=stack.pattern)
        else:
            yield _match(query, stack)


def _match(query: Query, stack: Stack) -> Match:
    kinds = schedule(query, stack)
    found = _conditions(query, stack, kinds)
    labels = grouped_layers(kinds)
    text = "; ".join(f"{label}: {layer_pattern(numbers, len(kinds))}" for label, numbers in labels.items())
    reason = f" ← {', '.join(dict.fromkeys(one.expression for one in found))}" if found else ""
    return Match(
        [kind.label for kind in kinds],
        (
            at("list of layers", list_place(query, stack)),
            at("first layer", stack.residuals[0].add),
            *(at("condition", one.span) for one in found),
            *(at("field", span) for one in found for span in _declared(query, one)),
        ),
        module=stack.pattern,
        depends_on=repeating_fields(query, stack).union(*(one.fields for one in found)),
        message=f"block.schedule = {text}{reason}",
    )


def _conditions(query: Query, stack: Stack, kinds: tuple[LayerKind, ...]) -> tuple[LayerCondition, ...]:
    """The conditions behind the first aspects that differ between layers."""
    found: dict[LayerCondition, None] = {}
    for aspect in _ASPECTS:
        values = [repr(getattr(kind, aspect)) for kind in kinds]
        for one in deciding_conditions(query, stack, values):
            found.setdefault(one)
    return tuple(found)


def _declared(query: Query, condition: LayerCondition) -> list[Span]:
    fields = (query.model.config.get(field.removeprefix("config.")) for field in sorted(condition.fields))
    return [field.span for field in fields if field is not None]


_REFERENCES = (
    "Beltagy et al. 2020, Longformer, arXiv:2004.05150",
    "Yang et al. 2025, RoPE to NoPE and Back Again, arXiv:2501.18795",
)
_EXAMPLES = (
    model_example(
        """
        self.norm, self.qkv, self.out = nn.LayerNorm(32), nn.Linear(32, 96), nn.Linear(32, 32)
        self.local = index % 2 == 1
        self.second_norm, self.up, self.down = nn.LayerNorm(32), nn.Linear(32, 64), nn.Linear(64, 32)
        """,
        """
        q, k, v = self.qkv(self.norm(x)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        row, column = torch.arange(7)[:, None], torch.arange(7)[None, :]
        seen = column <= row
        if self.local:
            seen = seen & (column > row - 3)
        weights = (q @ k.mT * 8**-0.5).masked_fill(~seen, -1e9).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).flatten(2))
        return x + self.down(torch.relu(self.up(self.second_norm(x))))
        """,
        width=32,
        finds=["attention, no rope, dense", "attention, window 3, no rope, dense"],
    ),
)

RULE = Rule("BLK001", "schedule", check, traits=("block.schedule",), references=_REFERENCES, examples=_EXAMPLES)
