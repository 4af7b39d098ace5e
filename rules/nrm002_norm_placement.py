"""Where the blocks normalise.

Read from the residual equation of each block: ``x + f(norm(x))`` is *pre*, ``norm(x + f(x))`` is *post*,
``x + norm(f(x))`` is *post_in_residual*, ``x + norm(f(norm(x)))`` is *sandwich*. The names that norms carry in the code
decide nothing: a ``post_attention_layernorm`` often is the norm before the feed-forward part.

*Why it matters*: placement decides whether a deep model trains without warm-up, and a port with the wrong one diverges
from the first layer on.
"""

from collections.abc import Iterable

from analyzer.rule import (
    UNRECOGNISED_NORM,
    Block,
    Evidence,
    Match,
    Placement,
    Query,
    Rule,
    at,
    blocks,
    model_example,
    per_stack,
    unknown,
)

_WORDS = {Placement.PRE, Placement.POST, Placement.POST_IN_RESIDUAL, Placement.SANDWICH, Placement.NONE}


def check(query: Query) -> Iterable[Match]:
    by_layer: dict[str, list[Block]] = {}
    for block in query.facts(blocks):
        by_layer.setdefault(block.layer, []).append(block)
    yield from per_stack(query, [_layer(path, found) for path, found in by_layer.items()])


def _layer(path: str, found: list[Block]) -> Match:
    evidence = tuple(dict.fromkeys(one for block in found for one in _evidence(block)))
    kinds = [block.placement for block in found]
    if Placement.UNKNOWN in kinds:
        undecided = next(block for block in found if block.placement is Placement.UNKNOWN)
        if undecided.undecided is not None:
            place = at("not recognised", undecided.undecided)
            return unknown(UNRECOGNISED_NORM, *_evidence(undecided), place, module=path)
        return unknown("a branch reads the stream both through a norm and past it", *_evidence(undecided), module=path)
    if len(set(kinds)) == 1 and kinds[0] in _WORDS:
        return Match(kinds[0].value, evidence, module=path)
    return Match("mixed", evidence, module=path, message=f"by block: {', '.join(kinds)}")


def _evidence(block: Block) -> tuple[Evidence, ...]:
    before = [at("norm before the branch", norm.core) for branch in block.branches for norm in branch.before]
    inside = [at("norm at the end of the branch", one.inside.core) for one in block.branches if one.inside]
    after = [at("norm after the addition", block.after.core)] if block.after else []
    return (at("residual add", block.add), *before, *inside, *after)


_REFERENCES = (
    "Xiong et al. 2020, On Layer Normalization in the Transformer Architecture, arXiv:2002.04745",
    "Ding et al. 2021, CogView (sandwich layer norm), arXiv:2105.13290",
)
_EXAMPLES = (
    model_example(
        forward="""
        residual = x
        x = self.up(self.norm(x))
        return x + residual
        """,
        model="self.embed, self.last_norm, self.head = nn.Embedding(20, 8), nn.LayerNorm(8), nn.Linear(8, 20)",
        end="return self.head(self.last_norm(x))",
        finds="pre",
    ),
    model_example(
        "self.before, self.after, self.up = nn.LayerNorm(8), nn.LayerNorm(8), nn.Linear(8, 8)",
        "return x + self.after(self.up(self.before(x)))",
        finds="sandwich",
    ),
)

RULE = Rule("NRM002", "norm-placement", check, traits=("norm.placement",), references=_REFERENCES, examples=_EXAMPLES)
