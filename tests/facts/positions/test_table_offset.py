"""The row of a position table that the first position takes."""

from __future__ import annotations

import pytest

from analyzer.facts.positions.positions import positions_before
from analyzer.facts.positions.table_offset import first_row
from analyzer.facts.stacks.main_stacks import main_stacks
from tests.facts.snippets import (
    stack_of,
)

POSITIONS = (
    ("torch.arange(input_ids.shape[1])", 0),
    ("torch.arange(input_ids.shape[1]) + 2", 2),
    ("(input_ids.ne(1).int().cumsum(1) * input_ids.ne(1).int()).long() + 1", 2),
    ("input_ids.ne(1).long().cumsum(1) - 1 + 2", 2),
)


@pytest.mark.parametrize(("positions", "row"), POSITIONS)
def test_row_of_the_first_position(positions: str, row: int) -> None:
    query = stack_of(positions=positions)
    (stack,) = query.get(main_stacks)
    (position,) = positions_before(query, stack)
    found = first_row(query, position)
    assert found is not None
    assert found.row == row
