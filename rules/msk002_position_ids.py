"""How the positions of tokens come about when the caller gives none.

``arange``: one after the other, whatever is padding. ``from_mask``: tokens that are not padding are counted, those that
the caller's mask keeps or those that are not the padding token. ``input``: the call needs them. Where the analysed call
leaves out a mask that ``forward`` takes, the model is built once more and called with one, so that a count of the mask
shows.

*Why it matters*: with ``arange`` the tokens of a row that is padded on the left get later positions than the same
tokens alone; with ``from_mask`` they do not. Batched generation differs from single generation exactly there.
"""

from collections.abc import Iterable

from analyzer.rule import Counted, Counting, Example, Match, Query, Rule, at, counted_positions, model_example, unknown

REASON = "the call with a mask, which may count positions in another way, could not be followed to where they are read"


def check(query: Query) -> Iterable[Match]:
    for one in query.facts(counted_positions):
        yield _match(one)


def _match(one: Counted) -> Match:
    reader, counted = at("positions are read", one.reader), at("counted", one.op.span)
    if one.way is None:
        return unknown(REASON, reader, counted, module=one.stack.pattern)
    messages = {
        Counting.ARANGE: "positions count every token, padding too",
        Counting.FROM_MASK: "positions count the tokens that are not padding",
        Counting.INPUT: "the caller gives the positions",
    }
    return Match(one.way.value, (counted, reader), module=one.stack.pattern, message=messages[one.way])


def _counted(step: str, finds: str) -> Example:
    """A model that looks positions up, after ``step`` in its way of counting them."""
    return model_example(
        model="self.embed, self.positions = nn.Embedding(20, 8), nn.Embedding(40, 8)",
        inputs={"attention_mask": None},
        start=f"""
        rows = torch.arange(input_ids.shape[1])
        {step}
        x = self.embed(input_ids) + self.positions(rows)
        """,
        end="return x",
        finds=finds,
    )


_REFERENCES = ("Zhang et al. 2022, OPT: Open Pre-trained Transformer Language Models, arXiv:2205.01068",)
_EXAMPLES = (
    _counted("", "arange"),
    _counted("rows = rows if attention_mask is None else (attention_mask.cumsum(1) - 1).clamp(min=0)", "from_mask"),
    _counted("rows = (input_ids != 3).int().cumsum(-1).long() + 3", "from_mask"),
    _counted("", "arange").changed(" + self.positions(rows)", "", finds=None),
)

RULE = Rule(
    "MSK002", "position-ids", check, traits=("masking.position_ids",), references=_REFERENCES, examples=_EXAMPLES
)
