"""Whether the token table and the output head share their weights.

True where both operations read one parameter, or where the class ties the two under the analysed configuration.

*Why it matters*: a tied head is missing from the checkpoint, and the number of parameters differs by the size of the
vocabulary times the width.
"""

from collections.abc import Iterable

from analyzer.rule import Embedding, Head, Match, Query, Rule, at, embeddings, heads, model_example, tying_fields


def check(query: Query) -> Iterable[Match]:
    for head in query.facts(heads):
        tables = [found for found in query.facts(embeddings) if found.table is not None]
        if head.weight is not None and tables and (head.to_vocabulary or _for_every_token(head, tables)):
            yield _match(query, head, tables)


def _for_every_token(head: Head, tables: list[Embedding]) -> bool:
    """Whether the head gives a row for every token, whatever it says of it."""
    rows = head.linear.outputs[0].shape[:-1]
    return any(len(rows) > 1 and rows == found.lookup.outputs[0].shape[:-1] for found in tables)


def _match(query: Query, head: Head, tables: list[Embedding]) -> Match:
    """True if the head shares the weights of any of the tables."""
    tied = query.model.tied
    own = head.weight.name if head.weight else ""
    shared = [one for one in tables if one.table and tied.get(one.table.name, one.table.name) == tied.get(own, own)]
    places = at("token lookup", (shared or tables)[0].lookup), at("projection to the vocabulary", head.linear)
    return Match(bool(shared), places, module=head.linear.module, depends_on=tying_fields(query))


_REFERENCES = ("Press, Wolf 2016, Using the Output Embedding to Improve Language Models, arXiv:1608.05859",)
_EXAMPLES = (
    model_example(
        model="""
        self.embed, self.head = nn.Embedding(20, 8), nn.Linear(8, 20, bias=False)
        self.head.weight = self.embed.weight
        """,
        finds=True,
    ),
)

RULE = Rule("EMB003", "embedding-tied", check, traits=("embedding.tied",), references=_REFERENCES, examples=_EXAMPLES)
