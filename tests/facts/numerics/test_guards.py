"""What hides a score, and casts to wider types."""

from __future__ import annotations

import pytest

from analyzer.facts.attention.attention import attentions
from analyzer.facts.numerics.guards import Filler, Guarded, mask_fill, upcasts
from tests.facts.snippets import (
    attention_of,
    stack_of,
)

FILLERS = (
    ("s.masked_fill(m, torch.finfo(torch.float32).min)", Filler.FINITE),
    ("s.masked_fill(m, float('-inf'))", Filler.INFINITE),
    ("s + torch.full((7, 7), float('-inf')).triu(1)", Filler.INFINITE),
    ("s + m * -1e9", Filler.NUMBER),
    ("torch.where(m, -1e9, s)", Filler.NUMBER),
)


@pytest.mark.parametrize(("masked", "filler"), FILLERS)
def test_what_hides_a_score(masked: str, filler: Filler) -> None:
    body = f"m = torch.ones(7, 7).triu(1).bool()\ns = q @ k.mT\ns = {masked}\ny = s.softmax(-1) @ v"
    query, found = attention_of(body)
    fill = mask_fill(query, found)
    assert fill is not None
    assert fill.filler is filler


def test_upcasts_need_weights_in_half_precision() -> None:
    query = stack_of()
    assert query.facts(upcasts) == ()
    assert len(query.facts(attentions)) == 2
    assert Guarded.SOFTMAX.value == "softmax"
