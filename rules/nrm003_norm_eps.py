"""The epsilon of the blocks' norms.

The constant that is added to the statistic (or bounds it from below) before the division, with the configuration field
that it comes from.

*Why it matters*: epsilons differ by a factor of a million between models; in half precision a port with another one
drifts visibly on inputs of small variance.
"""

from collections.abc import Iterable

from analyzer.rule import BlockNorm, Match, NormKind, Query, Rule, at, block_norms, model_example, per_stack, unknown

_WITHOUT = {NormKind.DYNAMIC_TANH, NormKind.L2NORM, NormKind.SCALENORM}


def check(query: Query) -> Iterable[Match]:
    found = (one for one in query.facts(block_norms) if one.norm.eps is not None or one.norm.kind not in _WITHOUT)
    yield from per_stack(query, map(_match, found))


def _match(found: BlockNorm) -> Match:
    norm = found.norm
    if norm.eps is None:
        reason = "no number is added to the statistic, or the library's default depends on the element type"
        return unknown(reason, at("statistic", norm.statistic), module=found.module)
    guard = at("epsilon", norm.guard or norm.statistic, norm.eps)
    return Match(norm.eps, (at("statistic", norm.statistic), guard), module=found.module)


RULE = Rule(
    "NRM003",
    "norm-eps",
    check,
    traits=("norm.eps",),
    references=("Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",),
    examples=(
        model_example(
            "self.scale, self.up = nn.Parameter(torch.ones(8)), nn.Linear(8, 8)",
            "return x + self.up(x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.scale)",
            finds=1e-05,
        ),
    ),
)
