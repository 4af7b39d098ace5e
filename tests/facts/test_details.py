"""Facts about caches, dropout, guards, shapes of heads and positions, each on a few lines of our own."""

from __future__ import annotations

from textwrap import indent

import pytest

from analyzer.facts.attention.attention import attentions
from analyzer.facts.attention.head_layout import fused_layout, repeat_order, split_order
from analyzer.facts.feed_forward.active_parameters import active_parameters
from analyzer.facts.layers.caches import CacheKind, kept
from analyzer.facts.numerics.guards import Filler, Guarded, mask_fill, upcasts
from analyzer.facts.positions.positions import positions_before
from analyzer.facts.positions.table_offset import first_row
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.training.dropouts import DropoutPlace, dropouts
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.test_b_spellings import CHOICES, ROUTER, attention_of

LAYOUTS = (
    ("q, k, v = (self.heads(part) for part in self.joint(x).chunk(3, dim=-1))\n", "[q, k, v]"),
    (
        "z = self.joint(x).view(2, 7, 4, 3, 8).transpose(1, 2)\nq, k, v = z[..., 0, :], z[..., 1, :], z[..., 2, :]\n",
        "for each of 4 heads [q, k, v]",
    ),
    (
        "z = self.joint(x).view(2, 7, 2, 6, 8)\nq = z[:, :, :, :2].reshape(2, 7, 4, 8).transpose(1, 2)\n"
        "k = z[:, :, :, 2:4].reshape(2, 7, 4, 8).transpose(1, 2)\n"
        "v = z[:, :, :, 4:].reshape(2, 7, 4, 8).transpose(1, 2)\n",
        "for each of 2 groups [q × 2, k × 2, v × 2]",
    ),
    (
        "z = self.joint(x).view(2, 7, 4, 3, 8).transpose(1, 2)\nq, k, v = (z[..., i, :] for i in (0, 1, 2))\n",
        "for each of 4 heads [q, k, v]",
    ),
)


@pytest.mark.parametrize(("start", "text"), LAYOUTS)
def test_layout_of_a_fused_projection(start: str, text: str) -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    assert fused_layout(query, found) == text


def test_heads_are_blocks_of_features_or_strides() -> None:
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v")
    assert split_order(query, found) == "head_then_feature"
    start = "q, k, v = (p(x).view(2, 7, 8, 4).permute(0, 3, 1, 2) for p in (self.q, self.k, self.v))\n"
    query, found = attention_of("y = torch.softmax(q @ k.mT, -1) @ v", start)
    assert split_order(query, found) == "feature_then_head"


@pytest.mark.parametrize(
    ("step", "order"), [("k.repeat_interleave(2, dim=1)", "consecutive"), ("k.repeat(1, 2, 1, 1)", "strided")]
)
def test_order_of_repeated_heads(step: str, order: str) -> None:
    start = "q, k, v = self.heads(self.q(x)), self.heads(self.half(x), 2), self.heads(self.half(x), 2)\n"
    body = f"k, v = {step}, {step.replace('k.', 'v.')}\ny = torch.softmax(q @ k.mT, -1) @ v"
    query, found = attention_of(body, start)
    assert repeat_order(query, found) == order


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


STACK = """
import torch
from torch import nn
from torch.nn import functional


class Store:
    def __init__(self):
        self.one, self.two = [], []


class Leaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(32)
        self.joint = nn.Linear(32, 96)
        self.out = nn.Linear(32, 32)
        self.drop = nn.Dropout(0.3)

    def forward(self, x, store):
        q, k, v = self.joint(self.norm(x)).view(2, -1, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
{keep}
        y = functional.dropout((q @ k.mT * 8**-0.5).softmax(-1, dtype=torch.float32).to(x.dtype), 0.2)
        return x + self.drop(self.out((y @ v).transpose(1, 2).flatten(2)))


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(20, 32)
        self.places = nn.Embedding(16, 32)
        self.leaves = nn.ModuleList([Leaf() for _ in range(2)])

    def forward(self, input_ids):
        store = Store()
        x = self.tokens(input_ids) + self.places({positions})
        x = functional.dropout(x, 0.1)
        for leaf in self.leaves:
            x = leaf(x, store)
        return x, store
"""
GIVEN = {"input_ids": ("int64", (2, 7))}


def stack_of(keep: str = "pass", positions: str = "torch.arange(input_ids.shape[1])") -> Query:
    code = STACK.replace("{keep}", indent(keep, " " * 8)).replace("{positions}", positions)
    return Query(build_snippet(Example(code, {}, inputs=GIVEN)))


KEEPING = (
    ("store.one.append(k)\nstore.two.append(v)", {CacheKind.KV}, 64),
    ("store.one.append(torch.cat((k[:, :, :0], k), -2)[:, :, -4:])", {CacheKind.WINDOW}, 64),
    ("store.one.append(k.mT @ v)", {CacheKind.STATE}, 512),
    ("pass", set(), 0),
)


def test_dropout_by_place() -> None:
    found = {one.place: one.probability for one in stack_of().facts(dropouts)}
    assert found == {DropoutPlace.EMBEDDING: 0.1, DropoutPlace.ATTENTION: 0.2, DropoutPlace.RESIDUAL: 0.3}


@pytest.mark.parametrize(("keep", "kinds", "size"), KEEPING)
def test_what_is_kept(keep: str, kinds: set[CacheKind], size: int) -> None:
    query = stack_of(keep)
    found = query.facts(kept)
    assert {one.kind for one in found} == kinds
    assert all(one.bytes == size for one in found)


POSITIONS = (
    ("torch.arange(input_ids.shape[1])", 0),
    ("torch.arange(input_ids.shape[1]) + 2", 2),
    ("(input_ids.ne(1).int().cumsum(1) * input_ids.ne(1).int()).long() + 1", 2),
    ("input_ids.ne(1).long().cumsum(1) - 1 + 2", 2),
)


@pytest.mark.parametrize(("positions", "row"), POSITIONS)
def test_row_of_the_first_position(positions: str, row: int) -> None:
    query = stack_of(positions=positions)
    (stack,) = query.once(main_stacks)
    (position,) = positions_before(query, stack)
    found = first_row(query, position)
    assert found is not None
    assert found.row == row


def test_active_parameters_leave_out_experts_that_are_not_chosen() -> None:
    code = ROUTER.replace("{choice}", indent(str(CHOICES[0][0]), " " * 8))
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (14, 32))})))
    experts = 6 * 2 * 64 * 32
    assert active_parameters(query)[0] == query.model.total - experts * 4 // 6


def test_upcasts_need_weights_in_half_precision() -> None:
    query = stack_of()
    assert query.facts(upcasts) == ()
    assert len(query.facts(attentions)) == 2
    assert Guarded.SOFTMAX.value == "softmax"
