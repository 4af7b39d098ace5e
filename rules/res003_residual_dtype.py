"""Whether the residual stream is kept in float32.

*float32* where the code itself casts a side of the addition up; *model* where the addition is done in whatever type
the weights have.

*Why it matters*: small updates vanish when they are added to a large stream in half precision.
"""

from collections.abc import Iterable

from analyzer.rule import Block, Match, Query, Rule, at, blocks, for_each, model_example


@for_each(blocks)
def check(query: Query, block: Block) -> Iterable[Match]:
    yield Match("float32" if block.upcast else "model", (at("residual add", block.add),), module=block.layer)


_REFERENCES = ("Gu, Dao 2023, Mamba: Linear-Time Sequence Modeling with Selective State Spaces, arXiv:2312.00752",)
_EXAMPLES = (model_example(forward="return x.to(torch.float32) + self.up(self.norm(x))", finds="float32"),)

RULE = Rule("RES003", "residual-dtype", check, traits=("residual.dtype",), references=_REFERENCES, examples=_EXAMPLES)
