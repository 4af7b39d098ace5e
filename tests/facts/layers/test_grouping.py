"""Observations at modules, gathered by layers of a stack."""

from __future__ import annotations

from analyzer.facts.layers.grouping import grouped
from analyzer.facts.stacks.main_stacks import main_stacks
from analyzer.facts.stacks.stacks import stacks
from tests.facts.drawn_models import sequential, stacked


def test_stack_and_grouping() -> None:
    query = stacked(sequential, layers=4)
    (stack,) = query.facts(stacks)
    assert (stack.path, stack.pattern, len(stack.layers)) == ("trunk", "trunk.*", 4)
    assert query.get(main_stacks) == (stack,)

    def patterns(*items: tuple[str, object]) -> list[tuple[str, int]]:
        return [(g.module, len(g.items)) for g in grouped(query, items, lambda one: one[0], lambda one: one[1])]

    assert patterns(*((f"trunk.{i}.norm", 1e-5) for i in range(4))) == [("trunk.*", 4)]
    assert patterns(*((f"trunk.{i}", i % 2) for i in range(4))) == [("trunk.{0,2}", 2), ("trunk.{1,3}", 2)]
    assert patterns(("trunk.1", "x")) == [("trunk.1", 1)]
    several = [(f"trunk.{i}.{part}", part) for i in range(4) for part in "ab"]
    assert patterns(*several) == [("trunk.*.a", 4), ("trunk.*.b", 4)]
    assert patterns(("elsewhere", 1), ("trunk.0", True)) == [("trunk.0", 1), ("elsewhere", 1)]
