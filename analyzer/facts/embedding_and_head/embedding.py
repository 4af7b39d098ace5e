"""Token embeddings: the table, and what happens to its rows before the first block."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass
from math import isclose

from analyzer.facts.dataflow.layout import width
from analyzer.facts.dataflow.learned import Learned, learned
from analyzer.facts.dataflow.token_lookups import token_lookups
from analyzer.facts.norms.norms import Norm
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.norms.unrecognised import unrecognised_norms
from analyzer.facts.residual.scaling import CARRY, Scale
from analyzer.facts.stacks.blocks import blocks
from analyzer.facts.stacks.main_stacks import main_stacks, start
from analyzer.facts.stacks.stacks import Stack, wildcard
from analyzer.graph import Op, Operand, OpKind
from analyzer.query import Query, constant_side, sides


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """The lookup that a main stack starts from.

    ``scales`` are the constant factors between lookup and stack, ``unread`` a factor whose number is not known;
    ``norm`` the first normalisation that the embedded tokens pass before the stack (that is no part of its blocks).
    """

    lookup: Op
    table: Learned | None
    stack: Stack
    scales: tuple[Scale, ...]
    unread: Op | None
    norm: Norm | None
    undecided: Op | None = None
    """Where there is no norm, what may be one in an arithmetic that is not recognised."""

    @property
    def factor(self) -> float:
        """The product of all constant factors."""
        product = 1.0
        for scale in self.scales:
            product *= scale.factor
        return product

    @property
    def is_root_of_width(self) -> bool:
        """Whether the factor is the square root of the embedding width (as rounded in half precision)."""
        return isclose(self.factor, float(width(self.lookup)) ** 0.5, rel_tol=4e-3)


def embeddings(query: Query) -> tuple[Embedding, ...]:
    """The embedding of each main stack that starts from tokens (one that several stacks share, for each of them)."""
    found = (_of_stack(query, stack) for stack in query.get(main_stacks))
    return tuple(embedding for embedding in found if embedding is not None)


def _of_stack(query: Query, stack: Stack) -> Embedding | None:
    first = start(stack)
    for lookup in query.facts(token_lookups):
        if lookup is first or query.reaches(lookup, first):
            table = lookup.operand("weight")
            path = _path(query, lookup, first)
            widths = {int(width(lookup)), int(width(first))}
            scales, unread = _scales(query, widths, path)
            parameter = learned(table) if table is not None else None
            norm = _norm(query, width(first), path)
            undecided = None if norm else _undecided(query, lookup, first, path)
            return Embedding(lookup, parameter, stack, scales, unread, norm, undecided)
    return None


_ON_THE_WAY = CARRY | {
    OpKind.ADD,
    OpKind.MUL,
    OpKind.DIV,
    OpKind.WHERE,
    OpKind.SCATTER,
    OpKind.MASKED_FILL,
    OpKind.CAT,
    OpKind.SLICE,
    OpKind.INDEX,
    OpKind.LINEAR,
    OpKind.PAD,
    OpKind.JOIN,
    OpKind.STACK,
}


def _path(query: Query, lookup: Op, first: Op) -> frozenset[Op]:
    """The operations that hand the rows on to the stack: norms, sums, factors, and what stores and selects."""
    if lookup is first:
        return frozenset()
    norm_of = query.get(norm_of_operation)
    between = query.within(lookup, first) | {first}
    found: set[Op] = set()
    for op in sorted(between, key=lambda one: one.index):
        reads = query.operands(op)
        if (lookup in reads or not found.isdisjoint(reads)) and (op.kind in _ON_THE_WAY or op in norm_of):
            found.add(op)
    return frozenset(found)


def _scales(query: Query, widths: set[int], path: Collection[Op]) -> tuple[tuple[Scale, ...], Op | None]:
    norm_of = query.get(norm_of_operation)
    found: list[Scale] = []
    unread: Op | None = None
    for op in sorted(path, key=lambda one: one.index):
        if op in norm_of or op.kind not in (OpKind.MUL, OpKind.DIV) or int(width(op)) not in widths:
            continue
        if (constant := constant_side(op)) is not None:
            found.append(Scale(op, value=constant[1], divides=op.kind is OpKind.DIV))
        elif _by_one_number(op):
            unread = op
    return tuple(found), unread


def _by_one_number(op: Op) -> bool:
    """Whether one side is a single number that is not learned (a buffer, something computed)."""
    return any(
        isinstance(side, Op) and learned(side) is None and all(size == 1 for size in side.outputs[0].shape)
        for side in sides(op) or ()
    )


def is_one_number(operand: Operand) -> bool:
    """Whether an operand is a tensor of a single number."""
    return all(int(size) == 1 for size in operand.source.outputs[operand.output].shape)


def _norm(query: Query, hidden: int, path: Collection[Op]) -> Norm | None:
    """The first norm of the embedding's width before anything is added residually, that is none of the blocks'."""
    norm_of = query.get(norm_of_operation)
    added = _first_addition(query, path)
    repeated = {wildcard(norm.module) for block in query.facts(blocks) for norm in block.norms}
    inside = {norm_of[op] for op in path if op in norm_of and wildcard(norm_of[op].module) not in repeated}
    before = [norm for norm in inside if norm.core in path and norm.core.index < added]
    found = [norm for norm in before if width(norm.core) == hidden]
    return min(found, key=lambda norm: norm.core.index, default=None)


def _first_addition(query: Query, path: Collection[Op]) -> int:
    """The position of the first residual addition among ``path``, or one behind everything."""
    return min((block.add.index for block in query.facts(blocks) if block.add in path), default=sys.maxsize)


def _undecided(query: Query, lookup: Op, first: Op, path: Collection[Op]) -> Op | None:
    """The first operation between lookup and stack that may normalise what was looked up."""
    possible, end = query.get(unrecognised_norms), min(first.index, _first_addition(query, path))
    between = (op for op in possible if lookup.index < op.index <= end and int(width(op)) == int(width(first)))
    return next((op for op in between if query.reaches(lookup, op) and (op is first or query.reaches(op, first))), None)


def tying_fields(query: Query) -> frozenset[str]:
    """The configuration fields (``config.tie_word_embeddings``) that switch the sharing of the two tables: those that
    the code asked for, where it did."""
    fields = (name for name in query.model.config if name.rpartition(".")[2] == "tie_word_embeddings")
    switches = frozenset(f"config.{name}" for name in fields)
    asked = switches & {field for one in query.model.decisions for field in one.fields}
    return asked or switches
