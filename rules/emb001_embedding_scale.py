"""The factor on embedded tokens before the first block.

``embedding.scale_dtype`` is *model* where the factor itself is rounded to the type of the weights before it is applied.
*sqrt_hidden* where it is the square root of the embedding's width, else the number; a factor of one under the analysed
configuration is *none*, and depends on the field that sets it.

*Why it matters*: a stream that starts at another scale than the model was trained with shifts the balance between
embedding and blocks in every layer.
"""

from collections.abc import Iterable
from dataclasses import replace

from analyzer.rule import (
    Dtype,
    Embedding,
    Match,
    Query,
    Rule,
    at,
    embeddings,
    expression_of,
    fields_of,
    is_one_number,
    model_example,
    product,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    for found in query.facts(embeddings):
        yield _match(found)
        yield from _rounded(found)


def _match(found: Embedding) -> Match:
    lookup = at("token lookup", found.lookup)
    if found.unread is not None:
        reason = "the factor is a number that the code does not show"
        return unknown(reason, lookup, at("factor", found.unread), module=found.lookup.module)
    value = product(found.scales)
    word = "none" if value == 1 else "sqrt_hidden" if found.is_root_of_width else value
    relative = word == "sqrt_hidden" and _is_made_of_width(found, value)
    factors = [at("factor", scale.op, scale.value) for scale in found.scales]
    if relative:
        factors = [replace(one, fields=frozenset()) for one in factors]
    fields = frozenset[str]() if relative else fields_of(value)
    made = expression_of(value)
    return Match(word, (lookup, *factors), module=found.lookup.module, depends_on=fields, expression=made)


def _is_made_of_width(found: Embedding, value: object) -> bool:
    """Whether the code makes the factor of the width, so that it is the root of every width."""
    width = expression_of(found.lookup.outputs[0].shape[-1])
    return width is not None and width in (expression_of(value) or "")


def _rounded(found: Embedding) -> Iterable[Match]:
    """The type that the factors are kept in where they are tensors of one number."""
    for scale in found.scales:
        kinds = {one.source.outputs[one.output].dtype for one in scale.op.operands if is_one_number(one)}
        if kinds:
            word = "float32" if Dtype.FLOAT32 in kinds else "model"
            place = at("factor", scale.op, built=True)
            yield Match(word, (place,), module=found.lookup.module, trait="embedding.scale_dtype")


_TRAITS = ("embedding.scale", "embedding.scale_dtype")
_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, 3.4, arXiv:1706.03762",)
_EXAMPLES = (model_example(start="x = self.embed(input_ids) * 8**0.5", finds="sqrt_hidden"),)

RULE = Rule("EMB001", "embedding-scale", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
