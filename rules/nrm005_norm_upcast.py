"""Whether the norms compute their statistics in float32, and when they go back.

``norm.upcast`` is about casts that the code itself writes (a library call that accumulates in float32 inside needs
none). ``norm.cast_before_weight`` says that the result is cast back before the weight is applied: the product then is
rounded in the model's type.

*Why it matters*: squares overflow in float16, and the order of cast and weight changes the last bits of every layer,
which is what remains when two implementations agree on all else.
"""

from collections.abc import Iterable

from analyzer.rule import BlockNorm, Match, Query, Rule, at, block_norms, for_each, model_example, without_norm


@for_each(block_norms)
def _recognised(query: Query, found: BlockNorm) -> Iterable[Match]:
    norm, module = found.norm, found.module
    place = at("cast to float32", norm.cast) if norm.cast else at("statistic", norm.statistic.op, built=True)
    yield Match("float32" if norm.cast else "none", (place,), module=module)
    if norm.cast_before_weight is not None:
        place = at("weight applied", norm.affine.weighted or norm.core)
        yield Match(norm.cast_before_weight, (place,), module=module, trait="norm.cast_before_weight")


def check(query: Query) -> Iterable[Match]:
    yield from _recognised(query)
    yield from without_norm(query, "norm.upcast", "norm.cast_before_weight")


_TRAITS = ("norm.upcast", "norm.cast_before_weight")
_REFERENCES = ("Micikevicius et al. 2017, Mixed Precision Training, arXiv:1710.03740",)
_EXAMPLES = (
    model_example(
        "self.scale, self.up = nn.Parameter(torch.ones(8)), nn.Linear(8, 8)",
        """
        y = x.to(torch.float32)
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-5)
        return x + self.up(self.scale * y.to(x.dtype))
        """,
        finds={"norm.upcast": "float32", "norm.cast_before_weight": True},
    ),
    model_example(finds={"norm.upcast": "none", "norm.cast_before_weight": None}),
)

RULE = Rule("NRM005", "norm-upcast", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
