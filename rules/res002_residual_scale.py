"""What multiplies a branch before it joins the stream.

``residual.scale`` is the product of constant factors (a factor of one under the analysed configuration is *none*, and
depends on the field that sets it); ``residual.layer_scale`` says that a learned factor multiplies the branch.

*Why it matters*: the factor often depends on depth or on a field that other models of the family lack; without it the
stream grows or dies.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Block,
    Evidence,
    Match,
    Query,
    Rule,
    at,
    blocks,
    fields_of,
    for_each,
    model_example,
    product,
    unknown,
    unread_scale,
)


@for_each(blocks)
def check(query: Query, block: Block) -> Iterable[Match]:
    add = at("residual add", block.add)
    yield _constant(block, add)
    learned = [at("learned factor", scale.op) for scale in block.scales if scale.learned]
    yield Match(bool(learned), (add, *learned), module=block.layer, trait="residual.layer_scale")


def _constant(block: Block, add: Evidence) -> Match:
    unread = next((branch.root for branch in block.branches if unread_scale(branch.root)), None)
    if unread is not None:
        reason = "the factor is a number that the code does not show"
        return unknown(reason, add, at("factor", unread), module=block.layer)
    constant = [scale for scale in block.scales if scale.value is not None]
    value = product(constant)
    factors = [at("factor on the branch", one.op, one.value) for one in constant]
    word = "none" if value == 1 else value
    return Match(word, (add, *factors), module=block.layer, depends_on=fields_of(value))


_TRAITS = ("residual.scale", "residual.layer_scale")
_REFERENCES = (
    "Touvron et al. 2021, Going deeper with Image Transformers (LayerScale), arXiv:2103.17239",
    "Yang et al. 2023, Tensor Programs VI: Feature Learning in Infinite-Depth Neural Networks, arXiv:2310.02244",
)
_EXAMPLES = (
    model_example(
        "self.norm, self.up, self.scale = nn.LayerNorm(8), nn.Linear(8, 8), nn.Parameter(torch.full((8,), 0.1))",
        "return self.up(self.norm(x)) * self.scale * 0.5 + x",
        finds={"residual.scale": 0.5, "residual.layer_scale": True},
    ),
)

RULE = Rule("RES002", "residual-scale", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
