"""Dropout by its place."""

from __future__ import annotations

from analyzer.facts.training.dropouts import DropoutPlace, dropouts
from tests.facts.snippets import (
    stack_of,
)


def test_dropout_by_place() -> None:
    found = {one.place: one.probability for one in stack_of().facts(dropouts)}
    assert found == {DropoutPlace.EMBEDDING: 0.1, DropoutPlace.ATTENTION: 0.2, DropoutPlace.RESIDUAL: 0.3}
