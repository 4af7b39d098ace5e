"""Ranks and parts of heads of latent attention, and what only looks like it."""

from __future__ import annotations

import pytest

from analyzer.facts.attention.attention import attentions
from analyzer.facts.attention.details import kv_kind
from analyzer.facts.attention.latent_sizes import latent_sizes
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.snippets import INPUTS

CODE = """
import torch
from torch import nn


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.low, self.grow = nn.Linear(32, 48), nn.Linear(32, 20), nn.Linear(20, 48)
        self.norm = nn.LayerNorm(20)
        self.down, self.keys, self.values = nn.Linear(32, 12), nn.Linear(12, 48), nn.Linear(12, 40)
        self.shrink, self.wide = nn.Conv2d(32, 32, 2, stride=2), nn.Linear(32, 48)
        self.wider, self.out = nn.Linear(32, 40), nn.Linear(40, 32)

    def heads(self, x, size):
        return x.view(2, -1, 4, size).transpose(1, 2)

    def forward(self, x):
        {body}
        weights = torch.softmax(q @ k.mT * 12**-0.5, -1)
        y = {product}
        return self.out(y.transpose(1, 2).flatten(2))
"""
QUERIES = "q = self.heads(self.q(x), 12)\n        "
LATENT = """c = self.down(x)
        k, v = self.heads(self.keys(c), 12), self.heads(self.values(c), 10)"""
PRODUCTS = (
    "weights @ v",
    "torch.einsum('bhqk,bhkd->bhqd', weights, v)",
    "(v.mT @ weights.mT).mT",
    "torch.nn.functional.scaled_dot_product_attention(q, k, v)",
)


def query_of(body: str, product: str = PRODUCTS[0]) -> Query:
    code = CODE.replace("{body}", body).replace("{product}", product)
    return Query(build_snippet(Example(code, {}, inputs=INPUTS)))


@pytest.mark.parametrize("product", PRODUCTS)
def test_sizes_in_every_spelling_of_the_product(product: str) -> None:
    query = query_of(QUERIES + LATENT, product)
    (found,) = query.facts(attentions)
    sizes = latent_sizes(query, found)
    assert sizes is not None
    assert (sizes.rank, sizes.query_rank, sizes.rope, sizes.nope, sizes.value) == (12, None, 0, 12, 10)


def test_queries_of_a_low_rank_behind_a_norm() -> None:
    query = query_of("q = self.heads(self.grow(self.norm(self.low(x))), 12)\n        " + LATENT)
    (found,) = query.facts(attentions)
    sizes = latent_sizes(query, found)
    assert sizes is not None
    assert sizes.query_rank == 20


def test_a_sequence_made_shorter_by_convolution_is_no_latent_vector() -> None:
    query = query_of(
        QUERIES + "c = self.shrink(x[:, :4].reshape(2, 2, 2, 32).permute(0, 3, 1, 2)).flatten(2).mT\n"
        "        k, v = self.heads(self.wide(c), 12), self.heads(self.wider(c), 10)"
    )
    (found,) = query.facts(attentions)
    assert latent_sizes(query, found) is None
    assert kv_kind(query, found) == "mha"
