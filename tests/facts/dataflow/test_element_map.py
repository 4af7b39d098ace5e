"""Where single elements come from."""

from __future__ import annotations

import pytest

from analyzer.facts.dataflow.element_map import NotTraceable, element_map
from analyzer.graph import OpKind
from tests.facts.drawing import Drawing

WHOLE = slice(None)


def test_the_rotation_of_half_the_features() -> None:
    draw = Drawing()
    x = draw.input(shape=(2, 4))
    first = draw.op(OpKind.SLICE, x, shape=(2, 2), index=(WHOLE, slice(0, 2)))
    second = draw.op(OpKind.SLICE, x, shape=(2, 2), index=(WHOLE, slice(2, None)))
    y = draw.op(OpKind.CAT, draw.op(OpKind.NEG, second, shape=(2, 2)), first, shape=(2, 4), dim=-1)
    assert element_map(y, x).tolist() == [[2, 3, 0, 1], [6, 7, 4, 5]]


@pytest.mark.parametrize(
    ("name", "attributes", "expected"),
    [
        ("repeat_interleave", {"repeats": 2, "dim": 0}, [0, 0, 1, 1]),
        ("tile", {"repeats": (2,)}, [0, 1, 0, 1]),
    ],
)
def test_the_two_ways_to_repeat(name: str, attributes: dict[str, object], expected: list[int]) -> None:
    draw = Drawing()
    x = draw.input(shape=(2,))
    repeated = draw.op(OpKind.REPEAT, x, shape=(4,), named=name, **attributes)
    assert element_map(repeated, x).tolist() == expected


@pytest.mark.parametrize("name", ["reverse_dims", "matrix_transpose"])
def test_transposes_without_numbers(name: str) -> None:
    draw = Drawing()
    x = draw.input(shape=(2, 3))
    assert element_map(draw.op(OpKind.TRANSPOSE, x, shape=(3, 2), named=name), x).tolist() == [[0, 3], [1, 4], [2, 5]]


def test_arithmetic_is_not_followed() -> None:
    draw = Drawing()
    x = draw.input(shape=(2,))
    with pytest.raises(NotTraceable):
        element_map(draw.op(OpKind.EXP, x, shape=(2,)), x)
