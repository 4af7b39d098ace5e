"""Sequences of different lengths in one row without padding, and what keeps them apart.

In all layers of the stack a token sees only those of its own sequence. ``positions``: a sequence ends where the
positions that the caller gives start again; ``groups``: an input (lengths, segment ids, grids) says which tokens belong
together. For the first the model is built once more and called with positions and without a cache, as in training on
packed rows. Nothing is said of stacks in which some layer mixes positions in another way, or is not known to keep them
apart.

*Why it matters*: a model without this lets packed sequences see each other, and trains on the wrong thing silently.
"""

from collections.abc import Iterable

from analyzer.rule import Match, Query, Rule, Separator, at, model_example, packings


def check(query: Query) -> Iterable[Match]:
    messages = {
        Separator.POSITIONS: "sequences that are packed in one row are kept apart where their positions start again",
        Separator.GROUPS: "an input says which tokens of a row belong together",
    }
    for one in query.facts(packings):
        place = at("belongs together", one.op.span)
        yield Match(one.by.value, (place,), module=one.stack.pattern, message=messages[one.by])


_PACKED = model_example(
    "self.norm, self.qkv, self.out = nn.LayerNorm(32), nn.Linear(32, 96), nn.Linear(32, 32)",
    """
    q, k, v = self.qkv(self.norm(x)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
    weights = (q @ k.mT * 8**-0.5).masked_fill(~seen[:, None], -1e9).softmax(-1)
    return x + self.out((weights @ v).transpose(1, 2).flatten(2))
    """,
    start="""
    seen = torch.ones(2, 7, 7).tril().bool()
    if position_ids is not None:
        sequence = (position_ids == 0).cumsum(-1)
        seen = seen & (sequence[:, :, None] == sequence[:, None, :])
    x = self.embed(input_ids)
    """,
    end="return x",
    shared="seen",
    inputs={"position_ids": None},
    width=32,
    finds="positions",
)

_REFERENCES = ("Krell et al. 2021, Efficient Sequence Packing without Cross-contamination, arXiv:2107.02027",)
_EXAMPLES = (
    _PACKED,
    _PACKED.changed(" & (sequence[:, :, None] == sequence[:, None, :])", "", finds=None),
)

RULE = Rule(
    "MSK004", "variable-length", check, traits=("masking.variable_length",), references=_REFERENCES, examples=_EXAMPLES
)
