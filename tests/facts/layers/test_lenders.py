"""Whose keys a layer attends to."""

from __future__ import annotations

from analyzer.facts.attention.attention import attentions
from analyzer.facts.layers.lenders import lender
from analyzer.facts.stacks.stacks import stacks
from analyzer.query import Query
from analyzer.rule import model_example
from analyzer.rule.examples import build_snippet

STORE = """
class Store:
    pair = None
"""
LATENT = """
y = self.norm(x)
if index < 2:
    store.pair = self.down(y)
k, v = self.up(store.pair).chunk(2, -1)
return x + self.out(torch.softmax(self.q(y) @ k.mT * 8**-0.5, -1) @ v)
"""


def lenders(init: str, forward: str) -> list[int | None]:
    example = model_example(
        init,
        forward,
        prelude=STORE,
        start="x, store = self.embed(input_ids), Store()",
        shared="store",
        layers=4,
        finds=None,
    )
    query = Query(build_snippet(example))
    (stack,) = query.facts(stacks)
    found = [lender(query, one, stack) for one in query.facts(attentions)]
    return [None if one is None else one.index for one in found]


INIT = "self.index, self.norm, self.q, self.out = index, nn.LayerNorm(8), nn.Linear(8, 8), nn.Linear(8, 8)\n"


def test_keys_of_the_layer_that_made_them_last() -> None:
    forward = """
    y = self.norm(x)
    if self.index < 2:
        store.pair = self.kv(y).chunk(2, -1)
    k, v = store.pair
    return x + self.out(torch.softmax(self.q(y) @ k.mT * 8**-0.5, -1) @ v)
    """
    assert lenders(INIT + "self.kv = nn.Linear(8, 16)", forward) == [None, None, 1, 1]


def test_latent_vectors_of_another_layer_expanded_by_ones_own() -> None:
    init = INIT + "self.down, self.up = nn.Linear(8, 4), nn.Linear(4, 16)"
    assert lenders(init, LATENT.replace("index <", "self.index <")) == [None, None, 1, 1]


def test_one_module_for_all_layers_lends_nothing() -> None:
    forward = """
    k, v = self.kv(self.norm(x)).chunk(2, -1)
    return x + self.out(torch.softmax(self.q(x) @ k.mT * 8**-0.5, -1) @ v)
    """
    assert lenders(INIT + "self.kv = nn.Linear(8, 16)", forward) == [None] * 4
