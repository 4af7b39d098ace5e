"""Lists by layer in a few words: what repeats is written once, what all layers share comes first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

_LEFT_OUT = "cache "
_LIMITED = ("window", "chunked")


def folded(items: Sequence[str]) -> str:
    """``items`` with runs and rounds of equal ones counted.

    >>> folded(["a"] * 32)
    'a ×32'
    >>> folded(["a", "a", "b"] * 4 + ["a", "a"])
    '(a ×2, b) ×4, a ×2'
    >>> folded(["a", "b"])
    'a, b'
    """
    period, times = _rounds(items)
    if times < 2:
        return _runs(items)
    one = _runs(items[:period])
    inner = f"({one})" if len(set(items[:period])) > 1 else one
    rest = items[period * times :]
    return f"{inner} ×{times}" + (f", {_runs(rest)}" if rest else "")


def _runs(items: Sequence[str]) -> str:
    runs = [(text, len(list(same))) for text, same in groupby(items)]
    return ", ".join(text if number == 1 else f"{text} ×{number}" for text, number in runs)


def _rounds(items: Sequence[str]) -> tuple[int, int]:
    """The shortest period that fits all items, the last round perhaps cut, and how many whole rounds there are; more
    than one run cannot be said shorter without."""
    if len(list(groupby(items))) < 3:
        return len(items), 1
    for period in range(1, len(items) // 2 + 1):
        if all(item == items[number % period] for number, item in enumerate(items)):
            return period, len(items) // period
    return len(items), 1


def schedule_words(layers: Sequence[str]) -> str:
    """The kinds of the layers of a stack, as ``block.schedule`` lists them, without what caches keep.

    >>> schedule_words(["attention, window 8, rope 10000, dense, cache window"] * 5
    ...                + ["attention, rope 10000, dense, cache kv"])
    'attention, rope 10000, dense: window 8 ×5, full'
    >>> schedule_words(["attention, rope 10000, dense, cache kv"] * 2)
    'attention, rope 10000, dense ×2'
    """
    words = [[word for word in layer.split(", ") if not word.startswith(_LEFT_OUT)] for layer in layers]
    if any(word.startswith(_LIMITED) for kind in words for word in kind):
        words = [_with_extent(kind) for kind in words]
    if len({tuple(kind) for kind in words}) < 2:
        return f"{', '.join(words[0])} ×{len(words)}" if words else ""
    shared = [word for word in words[0] if all(word in kind for kind in words)]
    own = [" + ".join(word for word in kind if word not in shared) or "plain" for kind in words]
    return f"{', '.join(shared)}: {folded(own)}" if shared else folded(own)


def _with_extent(kind: list[str]) -> list[str]:
    """``kind`` with "full" where attention sees everything, beside layers whose attention is limited."""
    attends = "attention" in kind[0].split(" + ")
    return [kind[0], "full", *kind[1:]] if attends and not any(word.startswith(_LIMITED) for word in kind) else kind
