"""In which type the attention's softmax runs, whether learned logits take part in it, and dropout on its result.

The type counts only where the code itself asks for float32: by the softmax's own argument or by a cast of the scores.
A *sink* is a learned logit beside the scores; it takes probability without contributing a value.

*Why it matters*: softmax in half precision loses small weights; a dropped sink changes every row.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Attention,
    Dropout,
    DropoutPlace,
    Example,
    Match,
    Query,
    Rule,
    at,
    attentions,
    dropouts,
    per_stack,
    sinks,
    upcast,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for one in query.facts(attentions) for match in _each(query, one)])
    yield from per_stack(query, map(_dropped, filter(_on_weights, query.facts(dropouts))))


def _on_weights(dropout: Dropout) -> bool:
    return dropout.place is DropoutPlace.ATTENTION


def _dropped(dropout: Dropout) -> Match:
    place = at("dropout", dropout.op, *dropout.op.arguments.values())
    return Match(dropout.probability, (place,), module=dropout.module, trait="attention.dropout")


def _each(query: Query, attention: Attention) -> Iterable[Match]:
    module, softmax = attention.module, at("softmax", attention.softmax)
    if not attention.fused:
        cast = upcast(attention)
        evidence = (softmax,) if cast is None else (softmax, at("float32", cast))
        yield Match("model" if cast is None else "float32", evidence, module=module, trait="attention.softmax_dtype")
    found = sinks(query, attention)
    evidence = (softmax,) if found is None else (softmax, at("learned logits", found))
    yield Match(found is not None, evidence, module=module, trait="attention.sinks")


RULE = Rule(
    "ATT005",
    "attention-softmax",
    check,
    traits=("attention.softmax_dtype", "attention.sinks", "attention.dropout"),
    references=("Xiao et al. 2023, Efficient Streaming Language Models with Attention Sinks, arXiv:2309.17453",),
    examples=(
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.Linear(32, 96)
                    self.dam = nn.Parameter(torch.zeros(4))
                    self.ash = nn.Linear(32, 32)

                def forward(self, fern):
                    moss, reed, rush = self.oak(fern).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
                    dew = moss @ reed.transpose(-1, -2) * 8**-0.5
                    rim = torch.cat([dew, self.dam.reshape(1, 4, 1, 1).expand(2, 4, 7, 1)], dim=-1)
                    mist = torch.softmax(rim, dim=-1, dtype=torch.float32)[..., :-1].to(rush.dtype)
                    return self.ash((mist @ rush).transpose(1, 2).reshape(2, 7, 32))
            """,
            {"attention.softmax_dtype": "float32", "attention.sinks": True},
            inputs={"fern": ("float32", (2, 7, 32))},
        ),
    ),
)
