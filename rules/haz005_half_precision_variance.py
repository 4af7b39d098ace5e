"""A norm, written out in the code, whose statistics are computed in the model's own type.

The mean of squares (or the variance) is taken without a cast to float32 before it. A single call of the library is not
meant, as its kernel sums in float32 itself.

*Why it matters*: in half precision squares overflow or lose their small parts, and the error is passed on to every
feature by the division.
"""

from collections.abc import Iterable

from analyzer.rule import Dtype, Match, Norm, NormKind, OpKind, Query, Rule, at, block_example, for_each, norms

_SUMS = {NormKind.RMSNORM, NormKind.LAYERNORM, NormKind.LAYERNORM_NONPARAMETRIC}


@for_each(norms)
def check(query: Query, norm: Norm) -> Iterable[Match]:
    if norm.kind not in _SUMS or not query.because("the norm is written out", not norm.single_call, norm.core):
        return
    own = norm.cast is None and norm.statistic.op.outputs[0].dtype in _weights(query)
    if query.because("the statistic has the type of the weights, without a cast to float32", own, norm.statistic.op):
        evidence = (at("statistic", norm.statistic.op), at("division by it", norm.core))
        message = f"the statistics of this {norm.kind.value} are computed in the model's own type"
        yield Match(True, evidence, module=norm.module, message=message)


def _weights(query: Query) -> frozenset[Dtype]:
    """The types of the model's parameters in the traced call."""
    return frozenset(op.outputs[0].dtype for op in query.graph.of_kind(OpKind.PARAMETER))


_WITHOUT_CAST = block_example(
    "self.scale = nn.Parameter(torch.ones(8))",
    "return self.scale * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))",
    finds=True,
)

_REFERENCES = ("Micikevicius et al. 2018, Mixed Precision Training, arXiv:1710.03740",)
_EXAMPLES = (_WITHOUT_CAST, _WITHOUT_CAST.changed("x.pow", "x.float().pow", finds=None))

RULE = Rule(
    "HAZ005",
    "half-precision-variance",
    check,
    kind="hazard",
    severity="warning",
    references=_REFERENCES,
    examples=_EXAMPLES,
)
