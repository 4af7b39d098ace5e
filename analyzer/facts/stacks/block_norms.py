"""The norms of residual blocks, each with the layer that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analyzer.facts.norms.norms import Norm, norms
from analyzer.facts.norms.operations import norm_of_operation
from analyzer.facts.stacks.blocks import Block, blocks
from analyzer.facts.stacks.stacks import Stack, layer_paths
from analyzer.graph import Op
from analyzer.query import Query


@dataclass(frozen=True, slots=True, eq=False)
class BlockNorm:
    """One norm of a block's residual equation."""

    norm: Norm
    block: Block

    @property
    def module(self) -> str:
        """The norm's own module path where it lies in the layer, else the layer's."""
        inside = self.norm.module.startswith(self.block.layer + ".")
        return self.norm.module if inside or not self.block.layer else self.block.layer


def block_norms(query: Query) -> tuple[BlockNorm, ...]:
    """Every norm before, inside or after a block, once, in order of blocks.

    Norms within branches are not among them, except in stacks whose blocks have no others, and nothing that may be one.
    """
    by_stack: dict[Stack, list[Block]] = {}
    for block in query.facts(blocks):
        by_stack.setdefault(block.stack, []).append(block)
    return tuple(one for found in by_stack.values() for one in (_around(found) or _inside(query, found)))


def undecided_norms(query: Query) -> tuple[tuple[Op, Block], ...]:
    """What may be a norm of a block's residual equation and was not recognised as one, with its block."""
    return tuple((block.undecided, block) for block in query.facts(blocks) if block.undecided is not None)


def inner_norms(query: Query) -> tuple[Norm, ...]:
    """Norms with a weight that run inside the layers of stacks but are no part of a residual equation."""
    own = {one.norm for one in query.facts(block_norms)}
    layers = query.get(layer_paths)
    inside = [norm for norm in query.facts(norms) if norm.affine.weight is not None and norm not in own]
    return tuple(norm for norm in inside if not layers.isdisjoint(query.tree.ancestors(norm.module)))


def _around(found: Iterable[Block]) -> list[BlockNorm]:
    return list({norm: BlockNorm(norm, block) for block in found for norm in block.norms}.values())


def _inside(query: Query, found: Iterable[Block]) -> list[BlockNorm]:
    if any(block.undecided is not None for block in found):
        return []
    norm_of = query.get(norm_of_operation)
    pairs = {norm_of[op]: block for block in found for op in sorted(block.residual.region & norm_of.keys(), key=_order)}
    return [BlockNorm(norm, block) for norm, block in pairs.items()]


def _order(op: Op) -> int:
    return op.index
