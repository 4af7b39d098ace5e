"""The norms of residual blocks, each with the layer that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.facts.blocks import Block, blocks
from analyzer.facts.norms import Norm
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
    """Every norm before, inside or after a block, once, in order of blocks; norms within branches are not among
    them."""
    found: dict[Norm, BlockNorm] = {}
    for block in query.facts(blocks):
        for norm in block.norms:
            found.setdefault(norm, BlockNorm(norm, block))
    return tuple(found.values())
