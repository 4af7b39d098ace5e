"""How positions enter a stack.

The offset of a learned table is the number of rows before that of the first position.

Rotated queries and keys, a learned or computed table that is added to the stream, a bias on the scores (by distance or
by learned bucket), a convolution; or nothing at all.

*Why it matters*: decides how far a model extrapolates, and what a port has to precompute.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Example,
    Match,
    Position,
    PositionKind,
    Query,
    Rule,
    Stack,
    at,
    attention_positions,
    attentions_of,
    first_row,
    main_stacks,
    opaque_table,
    positions_before,
    unfollowed,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    for stack in query.get(main_stacks):
        own = attentions_of(query, stack)
        inside = [one for attention in own for one in attention_positions(query, attention)]
        before = positions_before(query, stack)
        yield _opaque(query, stack, before) or _match(stack, [*inside, *before])
        yield from _offsets(query, stack, before)


def _offsets(query: Query, stack: Stack, before: Iterable[Position]) -> Iterable[Match]:
    """The first row of each learned table that is looked up by positions."""
    for one in before:
        found = first_row(query, one)
        if found is not None:
            place = at("lookup of positions", found.lookup, found.row)
            yield Match(found.row, (place,), module=stack.pattern, trait="position.offset")


def _opaque(query: Query, stack: Stack, before: Iterable[Position]) -> Match | None:
    """What to say where a stored table is filled with numbers of which it does not show how they came about."""
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


def _match(stack: Stack, found: list[Position]) -> Match:
    first: dict[PositionKind, Position] = {}
    for one in found:
        first.setdefault(one.kind, one)
    evidence = tuple(at(one.kind.value, one.op) for one in first.values())
    words = sorted(kind.value for kind in first)
    if not words:
        return Match("none", (at("first layer", stack.residuals[0].add),), module=stack.pattern)
    return Match(words[0] if len(words) == 1 else words, evidence, module=stack.pattern)


RULE = Rule(
    "POS001",
    "position-kind",
    check,
    traits=("position.kind", "position.offset"),
    references=(
        "Su et al. 2021, RoFormer, arXiv:2104.09864",
        "Press et al. 2021, Train Short, Test Long (ALiBi), arXiv:2108.12409",
        "Raffel et al. 2019, T5 (relative position bias), arXiv:1910.10683",
    ),
    examples=(
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Linear(32, 96)
                    self.ash = nn.Linear(32, 32)

                def forward(self, fern):
                    moss, reed, rush = self.oak(fern).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
                    dew = torch.softmax(moss @ reed.transpose(-1, -2) * 8**-0.5, -1) @ rush
                    return fern + self.ash(dew.transpose(1, 2).reshape(2, 7, 32))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.bark = nn.Embedding(50, 32)
                    self.ring = nn.Embedding(16, 32)
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, seed):
                    fern = self.bark(seed) + self.ring(torch.arange(7))
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"position.kind": "learned"},
            inputs={"seed": ("int64", (2, 7))},
        ),
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + self.elm(fern)


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.word, self.kind = nn.Embedding(32, 8), nn.Embedding(2, 8)
                    self.register_buffer("kinds", torch.zeros(1, 16, dtype=torch.long))
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, moss):
                    kinds = torch.gather(self.kinds.expand(2, -1), 1, torch.arange(7).expand(2, -1))
                    fern = self.word(moss) + self.kind(kinds)
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"position.kind": "none"},
            inputs={"moss": ("int64", (2, 7))},
        ),
    ),
)
