"""The factor on cosines and sines, wherever it is applied."""

from __future__ import annotations

import pytest

from analyzer.facts.rotary.magnitude import magnitude
from tests.facts.snippets import attention_of

ANGLES = """
angle = torch.outer(torch.arange(7).float(), 500.0 ** (-torch.arange(0, 8, 2).float() / 8))
angle = torch.cat((angle, angle), -1)
cos, sin = {tables}
q, k = (z * cos + torch.cat((-z[..., 4:], z[..., :4]), -1) * sin for z in (q, k))
y = torch.softmax(q @ k.mT, -1) @ v
"""
TABLES = (
    ("angle.cos(), angle.sin()", 1.0),
    ("angle.cos() * 1.5, 1.5 * angle.sin()", 1.5),
    ("(2.0 * angle.cos().to(x.dtype)) / 4, angle.sin() * 0.5", 0.5),
    ("angle.cos() * 1.5, angle.sin()", None),
)


@pytest.mark.parametrize(("tables", "factor"), TABLES)
def test_factor_on_both_tables(tables: str, factor: float | None) -> None:
    query, found = attention_of(ANGLES.replace("{tables}", tables))
    turned = (*found.query.rotaries, *found.key.rotaries)
    assert len(turned) == 2
    for rotary in turned:
        told = magnitude(query, rotary)
        assert (None if told is None else told.value) == factor
