"""Which normalisation the blocks use.

Recognised by arithmetic, not by the name of the class: what is subtracted, what is divided by, and whether anything is
learned. A class that calls itself a layer norm may well be a root mean square norm.

*Why it matters*: a port with the wrong statistic loads every weight and computes something else.
"""

from collections.abc import Iterable

from analyzer.rule import BlockNorm, Match, Query, Rule, at, block_norms, for_each, model_example, without_norm


@for_each(block_norms)
def _recognised(query: Query, found: BlockNorm) -> Iterable[Match]:
    norm = found.norm
    evidence = (at("statistic", norm.statistic.op, built=True), at("division by it", norm.core))
    yield Match(norm.kind.value, evidence, module=found.module)


def check(query: Query) -> Iterable[Match]:
    yield from _recognised(query)
    yield from without_norm(query, "norm.type")


_REFERENCES = (
    "Ba, Kiros, Hinton 2016, Layer Normalization, arXiv:1607.06450",
    "Zhang, Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467",
)
_EXAMPLES = (
    model_example(
        "self.scale, self.up = nn.Parameter(torch.ones(8)), nn.Linear(8, 8, bias=False)",
        "return x + self.up(self.scale * (x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6)))",
        finds="rmsnorm",
    ),
    model_example(forward="return self.norm(x + self.up(x))", finds="layernorm"),
)

RULE = Rule("NRM001", "norm-type", check, traits=("norm.type",), references=_REFERENCES, examples=_EXAMPLES)
