"""Depth, width, vocabulary and context, as the built model shows them.

Layers are counted as they run, the width is that of the residual stream, the vocabulary the number of rows of the token
table. Only the context, which leaves no trace in a graph, is read from the configuration.

*Why it matters*: names of such fields differ between families, and a field may say something that the code ignores.
"""

from collections.abc import Iterable

from analyzer.rule import (
    VOCABULARY_FIELDS,
    Evidence,
    Match,
    Op,
    Query,
    Rule,
    StackSize,
    at,
    context,
    embeddings,
    fields_with,
    list_place,
    model_example,
    per_stack,
    stack_sizes,
    table_rows,
    unknown,
)


def check(query: Query) -> Iterable[Match]:
    for size in query.facts(stack_sizes):
        yield _layers(query, size)
        fields = size.hidden_fields
        yield Match(size.hidden, (_shown(size),), size.stack.pattern, "dims.hidden", depends_on=fields)
    yield from per_stack(query, [_vocabulary(query, found.lookup) for found in query.facts(embeddings)])
    if (field := context(query)) is not None:
        fields = frozenset({f"config.{field.name}"})
        yield Match(field.value, (at("field", field.span),), trait="dims.context", depends_on=fields)


def _layers(query: Query, size: StackSize) -> Match:
    module = size.stack.pattern
    if size.cut:
        return unknown("the trace ended before the last layer", _shown(size), module=module, trait="dims.layers")
    made = at("list of layers", list_place(query, size.stack))
    return Match(size.layers, (made, _shown(size)), module, "dims.layers", depends_on=size.layer_fields)


def _vocabulary(query: Query, lookup: Op) -> Match:
    rows = table_rows(query, lookup)
    place = at("token lookup", lookup, built=True)
    if not rows:
        return unknown("the shape of the token table is not known", place, module=lookup.module, trait="dims.vocab")
    fields = fields_with(query.model, VOCABULARY_FIELDS, rows)
    return Match(rows, (place,), lookup.module, "dims.vocab", depends_on=fields)


def _shown(size: StackSize) -> Evidence:
    return at("residual add", size.stack.residuals[0].add)


_TRAITS = ("dims.layers", "dims.hidden", "dims.vocab", "dims.context")
_REFERENCES = ("Vaswani et al. 2017, Attention Is All You Need, table 3, arXiv:1706.03762",)
_EXAMPLES = (model_example(finds={"dims.layers": 2, "dims.hidden": 8, "dims.vocab": 20, "dims.context": None}),)

RULE = Rule("DIM001", "sizes", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
