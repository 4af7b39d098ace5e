"""Where the weights of a router meet its experts, in the spellings that occur."""

from __future__ import annotations

import pytest

from analyzer.facts.feed_forward.expert_weighting import Weighted, weighting
from tests.facts.feed_forward.test_routers import ALL_OUTPUTS, SPREAD, router_of

CHOOSE = "weight, which = z.softmax(-1, dtype=torch.float32).topk(2)\n"
LOOP = """y = torch.zeros_like(x)
for number in range(6):
    rows, place = torch.where(which == number)
    w = weight[rows, place, None]
    y = y.index_add(0, rows, {one})
return y
"""
INNER = "functional.linear(functional.silu(functional.linear(x[rows], self.up[number])) * w, self.down[number])"
ONE_EXPERT = (
    ("self.expert(x[rows], number) * w", Weighted.OUTPUT),
    ("w.to(x.dtype) * self.expert(x[rows], number)", Weighted.OUTPUT),
    ("self.expert(x[rows] * w, number)", Weighted.INPUT),
    (INNER, Weighted.INNER),
)


@pytest.mark.parametrize(("one", "place"), ONE_EXPERT)
def test_one_expert_after_the_other(one: str, place: Weighted) -> None:
    query, found = router_of(CHOOSE + LOOP.replace("{one}", one))
    met = weighting(query, found)
    assert met is not None
    assert met.place is place


@pytest.mark.parametrize("end", SPREAD)
def test_all_experts_work(end: str) -> None:
    query, found = router_of(CHOOSE + ALL_OUTPUTS + end)
    met = weighting(query, found)
    assert met is not None
    assert met.place is Weighted.OUTPUT


def test_weights_with_a_factor_of_the_expert() -> None:
    scaled = CHOOSE + "weight = weight / weight.sum(-1, keepdim=True) * self.up[:, 0, 0][which]\n"
    query, found = router_of(scaled + LOOP.replace("{one}", ONE_EXPERT[0][0]))
    met = weighting(query, found)
    assert met is not None
    assert met.place is Weighted.OUTPUT


def test_a_choice_without_weights_is_not_followed_to_any() -> None:
    query, found = router_of(CHOOSE + LOOP.replace("{one}", "self.expert(x[rows], number)"))
    assert weighting(query, found) is None


def test_weights_on_both_sides_are_no_one_place() -> None:
    query, found = router_of(CHOOSE + LOOP.replace("{one}", "self.expert(x[rows] * w, number) * w"))
    assert weighting(query, found) is None
