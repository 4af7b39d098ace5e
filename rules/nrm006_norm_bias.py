"""Whether the norms add a learned bias.

*Why it matters*: a bias that a port leaves out is silently dropped from the checkpoint, one that it invents stays at
its initial value.
"""

from collections.abc import Iterable

from analyzer.rule import BlockNorm, Match, Query, Rule, asked, at, block_norms, for_each, model_example, without_norm


@for_each(block_norms)
def _recognised(query: Query, found: BlockNorm) -> Iterable[Match]:
    norm = found.norm
    place = (
        at("bias added", norm.affine.biased, built=True)
        if norm.affine.biased
        else at("norm without a bias", norm.output, built=True)
    )
    yield Match(norm.affine.bias is not None, (place,), module=found.module, depends_on=asked(query, [norm.core]))


def check(query: Query) -> Iterable[Match]:
    yield from _recognised(query)
    yield from without_norm(query, "norm.bias")


_REFERENCES = ("Ba, Kiros, Hinton 2016, Layer Normalization, arXiv:1607.06450",)
_EXAMPLES = (model_example("self.norm, self.up = nn.LayerNorm(8, bias=False), nn.Linear(8, 8)", finds=False),)

RULE = Rule("NRM006", "norm-bias", check, traits=("norm.bias",), references=_REFERENCES, examples=_EXAMPLES)
