"""Method resolution orders as Python has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.names import InconsistentHierarchy, linearize


@given(st.lists(st.sets(st.integers(0, 7), max_size=3), min_size=1, max_size=8))
def test_order_is_the_one_python_computes(shape: list[set[int]]) -> None:
    """Random hierarchies: class number n has bases of smaller numbers; both refuse the same ones."""
    classes: list[type] = []
    known: dict[type, list[type]] = {}
    for number, chosen in enumerate(shape):
        bases = tuple(classes[index] for index in sorted(chosen, key=lambda index: -index) if index < len(classes))
        try:
            made = type(f"C{number}", bases, {})
        except TypeError:
            unordered = tuple(bases)
            with pytest.raises(InconsistentHierarchy):
                linearize("new", lambda one, top=unordered: top if one == "new" else one.__bases__)  # type: ignore[misc,attr-defined]
            made = type(f"C{number}", (), {})
        classes.append(made)
        assert linearize(made, lambda one: one.__bases__) == made.__mro__
        assert linearize(made, lambda one: one.__bases__, known) == made.__mro__


@pytest.mark.parametrize(
    ("graph", "code"),
    [
        ({"a": "a"}, "inheritance-cycle"),
        ({"a": "b", "b": "c", "c": "b"}, "inheritance-cycle"),
        ({"a": "bb", "b": ""}, "inconsistent-hierarchy"),
        ({"a": "bc", "b": "de", "c": "ed", "d": "", "e": ""}, "inconsistent-hierarchy"),
    ],
)
def test_what_python_refuses(graph: dict[str, str], code: str) -> None:
    with pytest.raises(InconsistentHierarchy) as caught:
        linearize("a", lambda one: tuple(graph[one]))
    assert caught.value.code == code
