"""Lists by layer in a few words."""

from __future__ import annotations

import pytest

from analyzer.outputs.schedule_text import folded, schedule_words


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (["a"] * 3, "a ×3"),
        (["a", "b"], "a, b"),
        (["a", "a", "b"], "a ×2, b"),
        (["a", "b"] * 3, "(a, b) ×3"),
        (["a", "a", "b"] * 2 + ["a"], "(a ×2, b) ×2, a"),
        (["a", "b", "c", "a"], "a, b, c, a"),
        ([], ""),
    ],
)
def test_what_repeats_is_written_once(items: list[str], text: str) -> None:
    assert folded(items) == text


def test_what_all_layers_share_comes_first() -> None:
    layers = ["ssm, dense, cache state"] * 3 + ["attention, no rope, dense, cache kv"]
    assert schedule_words(layers) == "dense: ssm ×3, attention + no rope"


def test_layers_without_limit_are_full_where_others_have_one() -> None:
    layers = ["attention, chunked, moe", "attention, no rope, moe"]
    assert schedule_words(layers) == "attention, moe: chunked, full + no rope"
    assert schedule_words(["attention, rope 10000, dense"] * 4) == "attention, rope 10000, dense ×4"
    assert schedule_words([]) == ""
