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
    Match,
    Query,
    Rule,
    at,
    attention_example,
    attentions,
    dropouts,
    per_stack,
    sinks,
    upcast,
)


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, [match for one in query.facts(attentions) for match in _softmax_traits(query, one)])
    yield from per_stack(query, map(_dropped, filter(_on_weights, query.facts(dropouts))))


def _on_weights(dropout: Dropout) -> bool:
    return dropout.place is DropoutPlace.ATTENTION


def _dropped(dropout: Dropout) -> Match:
    place = at("dropout", dropout.op, *dropout.op.arguments.values())
    return Match(dropout.probability, (place,), module=dropout.module, trait="attention.dropout")


def _softmax_traits(query: Query, attention: Attention) -> Iterable[Match]:
    module, softmax = attention.module, at("softmax", attention.softmax)
    if not attention.fused:
        cast = upcast(attention)
        evidence = (softmax,) if cast is None else (softmax, at("float32", cast))
        yield Match("model" if cast is None else "float32", evidence, module=module, trait="attention.softmax_dtype")
    found = sinks(query, attention)
    evidence = (softmax,) if found is None else (softmax, at("learned logits", found))
    yield Match(found is not None, evidence, module=module, trait="attention.sinks")


_TRAITS = ("attention.softmax_dtype", "attention.sinks", "attention.dropout")
_REFERENCES = ("Xiao et al. 2023, Efficient Streaming Language Models with Attention Sinks, arXiv:2309.17453",)
_EXAMPLES = (
    attention_example(
        """
        scores = q @ k.transpose(-1, -2) * 8**-0.5
        scores = torch.cat([scores, self.sinks.reshape(1, 4, 1, 1).expand(2, 4, 7, 1)], dim=-1)
        y = torch.softmax(scores, dim=-1, dtype=torch.float32)[..., :-1].to(v.dtype) @ v
        """,
        init="self.qkv, self.sinks = nn.Linear(32, 96), nn.Parameter(torch.zeros(4))",
        finds={"attention.softmax_dtype": "float32", "attention.sinks": True},
    ),
)

RULE = Rule("ATT005", "attention-softmax", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
