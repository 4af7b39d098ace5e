"""The epsilon of the blocks' norms.

The constant that is added to the statistic (or bounds it from below) before the division, with the configuration field
that it comes from.

*Why it matters*: epsilons differ by a factor of a million between models; in half precision a port with another one
drifts visibly on inputs of small variance.
"""

from collections.abc import Iterable

from analyzer.rule import (
    BlockNorm,
    Match,
    NormKind,
    Query,
    Rule,
    at,
    block_norms,
    for_each,
    model_example,
    unknown,
    without_norm,
)

_WITHOUT = {NormKind.DYNAMIC_TANH, NormKind.L2NORM, NormKind.SCALENORM}


@for_each(block_norms)
def _recognised(query: Query, found: BlockNorm) -> Iterable[Match]:
    norm = found.norm
    if norm.statistic.eps is not None:
        guard = at("epsilon", norm.statistic.guard or norm.statistic.op, norm.statistic.eps)
        yield Match(norm.statistic.eps, (guard, at("statistic", norm.statistic.op)), module=found.module)
    elif norm.kind not in _WITHOUT:
        reason = "no number is added to the statistic, or the library's default depends on the element type"
        yield unknown(reason, at("statistic", norm.statistic.op), module=found.module)


def check(query: Query) -> Iterable[Match]:
    yield from _recognised(query)
    yield from without_norm(query, "norm.eps")


_REFERENCES = ("Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",)
_EXAMPLES = (
    model_example(
        "self.scale, self.up = nn.Parameter(torch.ones(8)), nn.Linear(8, 8)",
        "return x + self.up(x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.scale)",
        finds=1e-05,
    ),
)

RULE = Rule("NRM003", "norm-eps", check, traits=("norm.eps",), references=_REFERENCES, examples=_EXAMPLES)
