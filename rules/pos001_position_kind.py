"""How positions enter a stack.

Rotated queries and keys, a learned or computed table that is added to the stream, a bias on the scores (by distance or
by learned bucket), a convolution; or nothing at all.

``position.offset`` is the number of rows in a learned table before that of the first position.

*Why it matters*: decides how far a model extrapolates, and what a port has to precompute.
"""

from collections.abc import Iterable

from analyzer.rule import (
    UNRECOGNISED_MIXER,
    Match,
    Position,
    PositionKind,
    Query,
    Rule,
    Stack,
    absent,
    at,
    attention_positions,
    attentions_of,
    first_row,
    main_stacks,
    model_example,
    opaque_table,
    positions_before,
    possible_position,
    unfollowed,
    unknown,
    unrecognised_mixer,
)


def check(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        own = attentions_of(query, stack)
        inside = [one for attention in own for one in attention_positions(query, attention)]
        before = positions_before(query, stack)
        yield _opaque(query, stack, before) or _match(query, stack, [*inside, *before])
        yield from _offsets(query, stack, before)


def _offsets(query: Query, stack: Stack, before: Iterable[Position]) -> Iterable[Match]:
    """The first row of each learned table that is looked up by positions."""
    for one in before:
        found = first_row(query, one)
        if found is not None:
            place = at("lookup of positions", found.lookup, found.row)
            yield Match(found.row, (place,), module=stack.pattern, trait="position.offset")


def _opaque(query: Query, stack: Stack, before: Iterable[Position]) -> Match | None:
    """An undecided match if a stored table takes part and the code does not show how its numbers are made."""
    for one in before:
        tables = [operand.source for operand in one.op.operands if one.kind is PositionKind.LEARNED]
        if any(unfollowed(query, table) for table in tables):
            reason = "the table is filled by a function that is too long to be followed"
            return unknown(reason, at("added", one.op), module=stack.pattern)
        values = filter(None, (opaque_table(query, table) for table in tables))
        for value in values:
            places = (at("table", value), at("added", one.op))
            return unknown(
                "the table is filled with numbers computed outside of tensors", *places, module=stack.pattern
            )
    return None


def _match(query: Query, stack: Stack, found: list[Position]) -> Match:
    first: dict[PositionKind, Position] = {}
    for one in found:
        first.setdefault(one.kind, one)
    evidence = tuple(at(one.kind.value, one.op) for one in first.values())
    words = sorted(kind.value for kind in first)
    if not words:
        return _without(query, stack)
    return Match(words[0] if len(words) == 1 else words, evidence, module=stack.pattern)


def _without(query: Query, stack: Stack) -> Match:
    """None were recognised, which proves nothing where something may be one."""
    if (possible := possible_position(query, stack)) is not None:
        return unknown(possible.reason, at("not recognised", possible.op), module=stack.pattern)
    if (mixer := unrecognised_mixer(query, stack)) is not None:
        return unknown(UNRECOGNISED_MIXER, at("not recognised", mixer), module=stack.pattern)
    return absent(query, stack, "none")


_TRAITS = ("position.kind", "position.offset")
_REFERENCES = (
    "Su et al. 2021, RoFormer, arXiv:2104.09864",
    "Press et al. 2021, Train Short, Test Long (ALiBi), arXiv:2108.12409",
    "Raffel et al. 2019, T5 (relative position bias), arXiv:1910.10683",
)
_EXAMPLES = (
    model_example(
        "self.qkv, self.out = nn.Linear(32, 96), nn.Linear(32, 32)",
        """
        q, k, v = self.qkv(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        y = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, -1) @ v
        return x + self.out(y.transpose(1, 2).reshape(2, 7, 32))
        """,
        model="self.embed, self.positions = nn.Embedding(50, 32), nn.Embedding(16, 32)",
        start="x = self.embed(input_ids) + self.positions(torch.arange(7))",
        end="return x",
        finds="learned",
    ),
    model_example(
        "self.up = nn.Linear(8, 8)",
        "return x + self.up(x)",
        model="""
        self.embed, self.kind = nn.Embedding(32, 8), nn.Embedding(2, 8)
        self.register_buffer("kinds", torch.zeros(1, 16, dtype=torch.long))
        """,
        start="""
        kinds = torch.gather(self.kinds.expand(2, -1), 1, torch.arange(7).expand(2, -1))
        x = self.embed(input_ids) + self.kind(kinds)
        """,
        end="return x",
        finds="none",
    ),
)

RULE = Rule("POS001", "position-kind", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
