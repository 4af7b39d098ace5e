"""Deliberate numerical guards.

``numerics.upcast`` lists what the code computes in float32 by its own word although its weights are in half precision;
``numerics.clamp`` the bounds put on activations inside layers; ``numerics.epsilon`` constants that keep a divisor from
zero (those of norms have a trait of their own). ``numerics.kept_float32`` lists the parameters that a class declares to
stay in float32.

*Why it matters*: papers leave these out; without them runs in half precision overflow, or differ in the last bits.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Dtype,
    Match,
    Op,
    Query,
    Rule,
    Stack,
    Upcast,
    at,
    bounds,
    clamps,
    divisor_guards,
    main_stacks,
    model_example,
    per_stack,
    upcasts,
    wildcard,
)


def check(query: Query) -> Iterable[Match]:
    if _in_half_precision(query):
        yield _upcasts(query.get(main_stacks)[0], query.facts(upcasts))
    yield from _kept(query)
    yield from per_stack(query, map(_clamp, query.facts(clamps)))
    yield from per_stack(query, [_epsilon(op, value) for op, value in query.facts(divisor_guards)])


def _kept(query: Query) -> Iterable[Match]:
    """Parameters that stay in float32, by pattern."""
    found = query.model.kept_in_float32
    if found:
        patterns = sorted({wildcard(name) for name in found})
        places = tuple(at("declaration", span) for span in dict.fromkeys(found.values()))
        modules = (name.rpartition(".")[0] for name in found)
        fields = frozenset(
            field for path in modules for one in query.conditions.over_module(path) for field in one.fields
        )
        yield Match(patterns, places, trait="numerics.kept_float32", depends_on=fields)


def _in_half_precision(query: Query) -> bool:
    """Whether the weights are in half precision, so that a cast to float32 shows."""
    wide = all(one.dtype is not Dtype.BFLOAT16 for one in query.model.parameters)
    return bool(query.get(main_stacks)) and not wide


def _upcasts(stack: Stack, found: tuple[Upcast, ...]) -> Match:
    first: dict[str, Op] = {}
    for one in found:
        first.setdefault(one.serves.value, one.op)
    places = tuple(at(f"float32 for {word}", op) for word, op in first.items())
    return Match(sorted(first), places or (at("first layer", stack.residuals[0].add),), trait="numerics.upcast")


def _clamp(op: Op) -> Match:
    low, high = bounds(op)
    text = f"[{'-inf' if low is None else low}, {'inf' if high is None else high}]"
    return Match(text, (at("clamp", op, low, high),), module=op.module, trait="numerics.clamp")


def _epsilon(op: Op, value: int | float) -> Match:
    return Match(value, (at("added to the divisor", op, value),), module=op.module, trait="numerics.epsilon")


_TRAITS = ("numerics.upcast", "numerics.clamp", "numerics.epsilon", "numerics.kept_float32")
_REFERENCES = ("Micikevicius et al. 2017, Mixed Precision Training, arXiv:1710.03740",)
_EXAMPLES = (
    model_example(
        "self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 32), nn.Linear(32, 8)",
        """
        y = nn.functional.relu(torch.clamp(self.up(self.norm(x)), min=-4.0, max=4.0))
        return x + self.down(y / (y.sum(-1, keepdim=True) + 1e-6))
        """,
        finds={"numerics.clamp": "[-4.0, 4.0]", "numerics.epsilon": 1e-06},
    ),
)

RULE = Rule("NUM001", "numerical-guards", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
