"""Residual blocks: where their norms stand, what multiplies them, what their branches contain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.dataflow.layout import casts_up
from analyzer.facts.dataflow.learned import weight_side
from analyzer.facts.mixers.branch_content import Content, content
from analyzer.facts.norms.norms import Norm
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.norms.unrecognised import unrecognised_norms
from analyzer.facts.residual.parallel_streams import collapsed
from analyzer.facts.residual.residual import Residual, addends
from analyzer.facts.residual.scaling import CARRY, Scale, strip_scales
from analyzer.facts.stacks.stacks import Layer, Stack, stacks
from analyzer.graph import Group, Op, OpKind, Phase
from analyzer.query import Query


class Placement(StrEnum):
    """From the residual equation: ``x + f(norm(x))``, ``norm(x + f(x))``, ``x + norm(f(x))``,
    ``x + norm(f(norm(x)))``, ``x + f(x)``; ``norm(x + f(norm(x)))`` and ``norm(x + norm(f(x)))`` carry both names."""

    PRE = "pre"
    POST = "post"
    POST_IN_RESIDUAL = "post_in_residual"
    SANDWICH = "sandwich"
    NONE = "none"
    PRE_AND_POST = "pre+post"
    INSIDE_AND_POST = "post_in_residual+post"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Summand:
    """One summand beside the stream: what it contains, the norms that first see the stream, the norm at its end."""

    root: Op
    region: frozenset[Op]
    content: Content
    before: tuple[Norm, ...]
    partly: bool
    """Some of the branch reads the stream past those norms."""
    inside: Norm | None
    scales: tuple[Scale, ...]
    undecided: Op | None = None
    """What may be a norm at its beginning or its end, where none was recognised there."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One residual addition of a layer with its branches (several when they are summed first)."""

    residual: Residual
    layer: str
    stack: Stack
    branches: tuple[Summand, ...]
    after: Norm | None
    """The norm that the stream itself passes: behind the addition, or (in the last block) before it."""
    unsure: Op | None = None
    """What may be a norm that the stream itself passes, where none was recognised."""

    @property
    def add(self) -> Op:
        return self.residual.add

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Multipliers on the whole branch and on its parts."""
        return (*self.residual.branch_scales, *(scale for branch in self.branches for scale in branch.scales))

    @property
    def norms(self) -> tuple[Norm, ...]:
        """The norms of the block's residual equation: before, inside, after."""
        inside = (branch.inside for branch in self.branches)
        before = (norm for branch in self.branches for norm in branch.before)
        return tuple(dict.fromkeys(norm for norm in (*before, *inside, self.after) if norm is not None))

    @property
    def undecided(self) -> Op | None:
        """What may be a norm of the residual equation and was not recognised as one; None if there is nothing."""
        branches = (branch.undecided for branch in self.branches if _counts(branch, self.branches))
        return next((op for op in branches if op is not None), self.unsure)

    @property
    def placement(self) -> Placement:
        if self.undecided is not None:
            return Placement.UNKNOWN
        found = {_placement(branch, self.after) for branch in self.branches if _counts(branch, self.branches)}
        return found.pop() if len(found) == 1 else Placement.UNKNOWN

    @property
    def contents(self) -> tuple[Content, ...]:
        return tuple(dict.fromkeys(branch.content for branch in self.branches))

    @property
    def upcast(self) -> bool:
        """Whether the code itself casts the stream to float32 before the addition."""
        return casts_up(self.residual.carried)


_PLACEMENTS = {
    (True, False, False): Placement.PRE,
    (False, False, True): Placement.POST,
    (False, True, False): Placement.POST_IN_RESIDUAL,
    (True, True, False): Placement.SANDWICH,
    (False, False, False): Placement.NONE,
    (True, False, True): Placement.PRE_AND_POST,
    (False, True, True): Placement.INSIDE_AND_POST,
    (True, True, True): Placement.UNKNOWN,
}


def _placement(branch: Summand, after: Norm | None) -> Placement:
    if branch.partly:
        return Placement.UNKNOWN
    return _PLACEMENTS[bool(branch.before), branch.inside is not None, after is not None]


def _counts(branch: Summand, branches: tuple[Summand, ...]) -> bool:
    """A summand without work of its own (a bias, a position table) decides nothing beside ones that have it."""
    return branch.content is not Content.OTHER or all(one.content is Content.OTHER for one in branches)


def blocks(query: Query) -> tuple[Block, ...]:
    """Every residual block of every stack, in order of execution within each stack."""
    return tuple(block for stack in query.facts(stacks) for block in _of_stack(query, stack))


def _of_stack(query: Query, stack: Stack) -> Iterable[Block]:
    norm_of = query.get(norm_of_operation)
    additions = {residual.add for residual in stack.residuals}
    for layer in stack.layers:
        for residual in layer.residuals:
            branches = tuple(_branch(query, residual, part, norm_of) for part in addends(query, residual, additions))
            normed = any(branch.before or branch.inside for branch in branches)
            after = _after(query, residual, norm_of, layer, normed)
            first = None if normed or after else _on_stream(residual, norm_of, layer)
            unsure = None if normed or after or first else _unsure(query, residual)
            yield Block(residual, layer.path, stack, branches, after or first, unsure)


# -- norms around a branch ------------------------------------------------------------------------------------------


def _branch(query: Query, residual: Residual, part: Op, norm_of: Mapping[Op, Norm]) -> Summand:
    stripped = strip_scales(query, part)
    region = _within(query, residual, part)
    points = collapsed(query, residual.stream, region) if residual.streams else (residual.stream,)
    entries = [op for point in points for op in _entries(query, point, region)]
    roots = {*points, *(strip_scales(query, point).root for point in points)}
    before = tuple(dict.fromkeys(norm_of[op] for op in entries if _enters(query, op, norm_of, roots)))
    past = [op for op in entries if not _enters(query, op, norm_of, roots)]
    inside = norm_of.get(stripped.root)
    if inside is not None and (inside.output is not stripped.root or inside in before):
        inside = None
    return Summand(
        root=stripped.root,
        region=region,
        content=content(query, region),
        before=before,
        partly=bool(before and past),
        inside=inside,
        scales=stripped.scales if part is not residual.root else (),
        undecided=_undecided(query, region, roots, () if before else past, None if inside else stripped.root),
    )


def _undecided(query: Query, region: frozenset[Op], roots: set[Op], past: Iterable[Op], end: Op | None) -> Op | None:
    """What may be a norm among the operations ``past`` that first read the stream, or at the ``end`` of the branch."""
    past = tuple(past)
    possible = query.get(unrecognised_norms)
    first = (op for op, source in possible.items() if op in region and strip_scales(query, source).root in roots)
    unknown = (op for op in (*past, *((end,) if end else ())) if op.kind is OpKind.UNKNOWN)
    if (found := next(first, None) if past else None) is not None:
        return found
    if end is not None and (last := _unbiased(query, end)) in possible and last in region:
        return last
    return next(unknown, None)


def _unbiased(query: Query, op: Op) -> Op:
    """``op`` without a learned bias and what multiplies it."""
    found = weight_side(op) if op.kind is OpKind.ADD else None
    return strip_scales(query, found[0]).root if found else op


def _unsure(query: Query, residual: Residual) -> Op | None:
    """What may be a norm of the stream: all that reads the sum, or what the stream comes from."""
    possible = query.get(unrecognised_norms)
    readers = query.consumers(residual.add, CARRY)
    for core, source in possible.items():
        own = source is residual.add or strip_scales(query, source).root is residual.add
        if own and readers <= {core, *query.within(residual.add, core)}:
            return core
    stream = _unbiased(query, residual.stream)
    return stream if stream in possible else None


def _within(query: Query, residual: Residual, part: Op) -> frozenset[Op]:
    """What computes ``part`` of the branch from the stream."""
    if part is residual.root:
        return residual.region
    found, stack = {part}, [part]
    while stack:
        for source in query.operands(stack.pop()):
            if source in residual.region and source not in found:
                found.add(source)
                stack.append(source)
    return frozenset(found)


_ENTRY = CARRY | {OpKind.SLICE, OpKind.SPLIT, OpKind.PAD, OpKind.FOLD, OpKind.INDEX}


def _entries(query: Query, stream: Op, region: frozenset[Op]) -> tuple[Op, ...]:
    """The first operations of ``region`` that do more with the stream than hand it on, and lead to the end."""
    found: dict[Op, None] = {}
    stack, seen = [stream], {stream}
    while stack:
        for user in query.users(stack.pop()):
            if user in seen or user not in region or user.phase is not Phase.FORWARD:
                continue
            seen.add(user)
            if user.kind in _ENTRY:
                stack.append(user)
            else:
                found[user] = None
    return tuple(sorted(found, key=lambda op: op.index))


def _enters(query: Query, op: Op, norm_of: Mapping[Op, Norm], stream: set[Op]) -> bool:
    """Whether ``op`` is part of a norm of the stream, or of positions picked from it."""
    norm = norm_of.get(op)
    if norm is None:
        return False
    root = strip_scales(query, norm.input).root
    while root not in stream and root.kind in Group.SELECTION and root.operands:
        root = strip_scales(query, root.operands[0].source).root
    return root in stream


def _after(query: Query, residual: Residual, norm_of: Mapping[Op, Norm], layer: Layer, normed: bool) -> Norm | None:
    """The norm that the stream itself passes after the addition, if it goes on only through that.

    A norm behind the last layer is the stack's, not the block's.
    """
    found = {norm_of.get(op) for op in query.consumers(residual.add, CARRY)}
    norm = found.pop() if len(found) == 1 else None
    if norm is None or strip_scales(query, norm.input).root is not residual.add:
        return None
    own = norm.module.startswith(layer.path + ".")
    between = not normed and residual is not layer.residuals[-1]
    return norm if own or between or (not normed and _in_a_layer(query, norm)) else None


def _in_a_layer(query: Query, norm: Norm) -> bool:
    """Whether a norm lies in a layer of a stack, or there are no layers to lie in."""
    layers = {layer.path for stack in query.facts(stacks) for layer in stack.layers}
    return "" in layers or not layers.isdisjoint(query.tree.ancestors(norm.module))


def _on_stream(residual: Residual, norm_of: Mapping[Op, Norm], layer: Layer) -> Norm | None:
    """The norm of the layer itself whose output is the stream: ``y + f(y)`` with ``y = norm(x)``."""
    norm = norm_of.get(residual.stream)
    if norm is None or norm.output is not residual.stream or not norm.module.startswith(layer.path + "."):
        return None
    return norm
