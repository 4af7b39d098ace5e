"""What is kept between two steps of generation."""

from __future__ import annotations

import pytest

from analyzer.facts.layers.caches import CacheKind, kept
from tests.facts.snippets import (
    stack_of,
)

KEEPING = (
    ("store.one.append(k)\nstore.two.append(v)", {CacheKind.KV}, 128),
    ("store.one.append(torch.cat((k[:, :, :0], k), -2)[:, :, -4:])", {CacheKind.WINDOW}, 128),
    ("store.one.append(k.mT @ v)", {CacheKind.STATE}, 1024),
    ("pass", set(), 0),
)


@pytest.mark.parametrize(("keep", "kinds", "size"), KEEPING)
def test_what_is_kept(keep: str, kinds: set[CacheKind], size: int) -> None:
    query = stack_of(keep)
    found = query.facts(kept)
    assert {one.kind for one in found} == kinds
    assert all(one.bytes == size for one in found)
