"""What words compute: equal words give equal numbers, others do not."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from analyzer.claims.definitions import ACTIVATIONS, GATED, NORMS, Routing, alike, samples

MIXTRAL = Routing(2, "softmax", "topk_then_score", normalized=False)


def test_samples_are_always_the_same_and_all_different() -> None:
    rows = [tuple(row) for row in samples(5)]
    assert rows == [tuple(row) for row in samples(5)]
    assert len(set(rows)) == len(rows)
    assert all(abs(one) <= 3 for row in rows for one in row)


def test_of_the_norms_only_one_pair_is_the_same() -> None:
    pairs = combinations(NORMS, 2)
    equal = [(a, b) for a, b in pairs if all(alike(NORMS[a](x), NORMS[b](x)) for x in samples(6))]
    assert equal == [("layernorm_scale_only", "rmsnorm")]


def test_no_two_activations_are_the_same() -> None:
    values = {name: [function(x) for x in next(samples(9))] for name, function in ACTIVATIONS.items()}
    assert not [(a, b) for a, b in combinations(values, 2) if alike(values[a], values[b])]


@pytest.mark.parametrize(
    ("gated", "activation"), [("glu", "sigmoid"), ("reglu", "relu"), ("geglu", "gelu"), ("swiglu", "silu")]
)
def test_gated_units_are_a_product_with_their_activation(gated: str, activation: str) -> None:
    for gate, up in samples(2):
        assert GATED[gated](gate, up) == pytest.approx(ACTIVATIONS[activation](gate) * up)


def test_softmax_over_the_chosen_is_a_renormalised_softmax() -> None:
    all_first = replace(MIXTRAL, order="score_then_topk", normalized=True)
    assert MIXTRAL.is_as(all_first)
    assert sum(MIXTRAL.weights(next(samples(8)))) == pytest.approx(1)


@pytest.mark.parametrize(
    "other",
    [
        replace(MIXTRAL, order="score_then_topk"),
        replace(MIXTRAL, scoring="sigmoid"),
        replace(MIXTRAL, scoring="sigmoid", order="score_then_topk", normalized=True),
        replace(MIXTRAL, top_k=3),
        replace(MIXTRAL, scoring="something"),
    ],
)
def test_other_routings_are_not_the_same(other: Routing) -> None:
    assert not MIXTRAL.is_as(other)
    assert not other.is_as(MIXTRAL)
