"""The layout of a rotation, however it is written."""

from __future__ import annotations

import pytest

from analyzer.facts.attention.attention import rotated_share
from analyzer.facts.rotary.frequencies import frequencies
from analyzer.facts.rotary.rotary import Rotary, RotaryLayout, rotaries
from analyzer.rule import Example
from analyzer.rule.examples import snippet
from tests.facts.snippets import (
    START,
    attention_of,
)

ROTATIONS = {
    RotaryLayout.HALF: (
        "def turn(z):\n    h = torch.cat((-z[..., 4:], z[..., :4]), -1)\n    return z * cos2 + h * sin2\n",
        "def turn(z):\n    a, b = z.chunk(2, -1)\n    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)\n",
        "def turn(z):\n    a, b = z[..., :4], z[..., 4:]\n"
        "    return torch.stack((a * cos - b * sin, a * sin + b * cos), -2).flatten(-2)\n",
    ),
    RotaryLayout.INTERLEAVED: (
        "def turn(z):\n    a, b = z[..., ::2], z[..., 1::2]\n"
        "    return torch.stack((a * cos - b * sin, b * cos + a * sin), -1).flatten(-2)\n",
        "def turn(z):\n    c = torch.view_as_complex(z.reshape(2, 4, 7, 4, 2)) * torch.polar(torch.ones(7, 4), angle)\n"
        "    return torch.view_as_real(c).flatten(3)\n",
        "def turn(z):\n    z = z.view(2, 4, 7, 4, 2).transpose(3, 4).reshape(2, 4, 7, 8)\n"
        "    return z * cos2 + torch.cat((-z[..., 4:], z[..., :4]), -1) * sin2\n",
        "def turn(z):\n    a, b = z.view(2, 4, 7, 4, 2).unbind(-1)\n"
        "    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)\n",
    ),
}


ANGLES = """
angle = torch.arange(7)[:, None] / 1000.0 ** (torch.arange(0, 8, 2).float() / 8)
cos, sin = angle.cos(), angle.sin()
cos2, sin2 = torch.cat((cos, cos), -1), torch.cat((sin, sin), -1)
"""


@pytest.mark.parametrize(("layout", "turn"), [(layout, turn) for layout, turns in ROTATIONS.items() for turn in turns])
def test_layout_of_the_rotation(layout: RotaryLayout, turn: str) -> None:
    query, found = attention_of(turn + "y = torch.softmax(turn(q) @ turn(k).mT, -1) @ v", START + ANGLES)
    (rotary,) = found.query.rotaries
    assert rotary.layout is layout
    assert rotated_share(found) == 1.0
    assert frequencies(query, rotary).base == 1000.0


def test_without_a_rotation_there_is_no_layout() -> None:
    _, found = attention_of("y = torch.softmax((q * 2 + k * 3) @ k.mT, -1) @ v", START + ANGLES)
    assert found.query.rotaries == ()


TABLE = """
import math

import torch
from torch import nn


class Table(nn.Embedding):
    def create(self):
        rows = [[math.sin(p / 10000 ** (2 * (j // 2) / 8)) for j in range(8)] for p in range(self.num_embeddings)]
        self.weight.data.copy_(torch.tensor(rows))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x, rows):
        sin, cos = rows.chunk(2, dim=-1)
        sin, cos = (torch.stack((part, part), dim=-1).reshape_as(rows) for part in (sin, cos))

        def turn(z):
            return z * cos + torch.stack((-z[..., 1::2], z[..., ::2]), dim=-1).reshape_as(z) * sin

        scores = turn(self.q(x)) @ turn(self.k(x)).transpose(-1, -2)
        return torch.softmax(scores, dim=-1) @ self.v(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.table = Table(NUMBER, 8)
        self.attention = Attention()
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, Table):
            FILL

    def forward(self, input_ids):
        x = self.embed(input_ids)
        return self.attention(x, self.table(torch.arange(x.shape[1])))
"""


@pytest.mark.parametrize("number", [16, 20_000])
def test_a_parameter_that_the_program_fills_with_a_table_can_hold_the_angles(number: int) -> None:
    """Also if the table is too long for its numbers to be followed."""
    (rotary,) = rotaries_of(TABLE.replace("NUMBER", str(number)).replace("FILL", "module.create()"))[:1]
    assert (rotary.layout, rotary.rotated) == (RotaryLayout.INTERLEAVED, 8)


def test_a_parameter_of_random_numbers_holds_no_angles() -> None:
    assert rotaries_of(TABLE.replace("NUMBER", "16").replace("FILL", "nn.init.normal_(module.weight)")) == ()


def rotaries_of(code: str) -> tuple[Rotary, ...]:
    with snippet(Example(code, {}, inputs={"input_ids": ("int64", (2, 7))})) as query:
        return query.facts(rotaries)
