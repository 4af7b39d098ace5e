"""What multiplies a branch before it joins the stream.

``residual.scale`` is the product of constant factors (a factor of one under the analysed configuration is *none*, and
depends on the field that sets it); ``residual.layer_scale`` says that a learned factor multiplies the branch.

*Why it matters*: the factor often depends on depth or on a field that other models of the family lack; without it the
stream grows or dies.
"""

from collections.abc import Iterable

from analyzer.rule import Block, Match, Query, Rule, at, blocks, fields_of, model_example, per_stack, product


def check(query: Query) -> Iterable[Match]:
    found = query.facts(blocks)
    yield from per_stack(query, map(_constant, found))
    yield from per_stack(query, map(_learned, found))


def _constant(block: Block) -> Match:
    constant = [scale for scale in block.scales if scale.value is not None]
    value = product(constant)
    evidence = [at("residual add", block.add), *(at("factor on the branch", one.op, one.value) for one in constant)]
    return Match(
        "none" if value == 1 else value,
        tuple(evidence),
        module=block.layer,
        trait="residual.scale",
        depends_on=fields_of(value),
    )


def _learned(block: Block) -> Match:
    learned = [at("learned factor", scale.op) for scale in block.scales if scale.learned]
    evidence = (at("residual add", block.add), *learned)
    return Match(bool(learned), evidence, module=block.layer, trait="residual.layer_scale")


RULE = Rule(
    "RES002",
    "residual-scale",
    check,
    traits=("residual.scale", "residual.layer_scale"),
    references=(
        "Touvron et al. 2021, Going deeper with Image Transformers (LayerScale), arXiv:2103.17239",
        "Yang et al. 2023, Tensor Programs VI: Feature Learning in Infinite-Depth Neural Networks, arXiv:2310.02244",
    ),
    examples=(
        model_example(
            "self.norm, self.up, self.scale = nn.LayerNorm(8), nn.Linear(8, 8), nn.Parameter(torch.full((8,), 0.1))",
            "return self.up(self.norm(x)) * self.scale * 0.5 + x",
            finds={"residual.scale": 0.5, "residual.layer_scale": True},
        ),
    ),
)
