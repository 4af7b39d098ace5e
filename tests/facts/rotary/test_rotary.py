"""The layout of a rotation, however it is written."""

from __future__ import annotations

import pytest

from analyzer.facts.attention.attention import rotated_share
from analyzer.facts.rotary.frequencies import frequencies
from analyzer.facts.rotary.rotary import RotaryLayout
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
