"""Dropout outside of the attention weights: on branches, on embedded tokens, inside feed-forward parts.

The place follows from what the dropout lies between: the end of a residual branch, the way from the embedding to the
first layer, the inside of a branch, or what follows the last layer. The number is the probability in training.

*Why it matters*: papers give one number where code has four, and training runs that are reproduced with the wrong
ones do not match.
"""

from collections.abc import Iterable

from analyzer.rule import Dropout, DropoutPlace, Match, Query, Rule, at, dropouts, for_each, model_example


@for_each(dropouts)
def check(query: Query, dropout: Dropout) -> Iterable[Match]:
    if dropout.place is not DropoutPlace.ATTENTION:
        place = at("dropout", dropout.op, *dropout.op.arguments.values())
        yield Match(dropout.probability, (place,), module=dropout.module, trait=f"dropout.{dropout.place.value}")


_TRAITS = ("dropout.residual", "dropout.embedding", "dropout.feed_forward", "dropout.output")
_REFERENCES = ("Srivastava et al. 2014, Dropout, JMLR 15",)
_EXAMPLES = (
    model_example(
        """
        self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 32), nn.Linear(32, 8)
        self.inner, self.outer = nn.Dropout(0.2), nn.Dropout(0.3)
        """,
        "return x + self.outer(self.down(self.inner(nn.functional.relu(self.up(self.norm(x))))))",
        model="self.embed, self.dropout = nn.Embedding(20, 8), nn.Dropout(0.1)",
        start="x = self.dropout(self.embed(input_ids))",
        end="return x",
        finds={"dropout.embedding": 0.1, "dropout.feed_forward": 0.2, "dropout.residual": 0.3},
    ),
)

RULE = Rule("DRP001", "dropout", check, traits=_TRAITS, references=_REFERENCES, examples=_EXAMPLES)
