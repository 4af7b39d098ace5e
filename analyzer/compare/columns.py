"""Which traits a table of models has as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from analyzer.base import InputError
from analyzer.rule.vocabulary import find_trait, vocabulary

SURVEY: Final = (
    *("params.total", "dims.layers", "dims.hidden", "dims.heads", "attention.kv", "attention.qk_norm"),
    *("attention.window", "position.kind", "rope.theta", "norm.type", "norm.placement", "mlp.activation", "mlp.gated"),
    *("moe.experts", "moe.top_k", "embedding.tied"),
)
"""The columns of a table when nobody names others: what surveys of language models compare."""
_FAMILY = ".*"


def columns(words: Sequence[str], found: Iterable[str], decided: Iterable[str] = ()) -> tuple[str, ...]:
    """The traits that ``words`` name, each once: in the order of the words, those of one word as the vocabulary has
    them.

    Args:
        words: Traits (``rope.theta``), areas (``attention``) or beginnings of traits (``attention.qk``); the columns of
            a survey if empty.
        found: The traits that there are findings about. Of an area only these become columns.
        decided: Further traits that rules decide, which may be named.

    Raises:
        InputError: A word names no trait.

    >>> columns(["rope", "norm.type"], ["norm.eps", "rope.theta", "rope.layout"])
    ('rope.layout', 'rope.theta', 'norm.type')
    """
    there = sorted(set(found), key=_rank)
    known = {*there, *decided, *(trait.name for trait in vocabulary())}
    chosen = [name for word in words or SURVEY for name in _named(word, there, known)]
    return tuple(dict.fromkeys(chosen))


def chosen_traits(words: Sequence[str], decided: Iterable[str]) -> frozenset[str]:
    """Of the traits that rules decide, those (and those families) that ``words`` name, or that a survey has.

    Raises InputError, with near names, if a word names no trait.
    """
    known = frozenset(decided)
    chosen = columns(words, known, known)
    families = (name for name in known if name.endswith(_FAMILY))
    return frozenset(chosen).union(one for one in families if any(_meets(one, word) for word in words))


def _meets(family: str, word: str) -> bool:
    """Whether a family (``numerics.*``) has traits that ``word`` may name."""
    stem = family.removesuffix("*")
    return stem.startswith(word) or word.startswith(stem)


def _named(word: str, found: Sequence[str], known: Iterable[str]) -> Sequence[str]:
    names = {name for name in known if not name.endswith(_FAMILY)}
    if word in names:
        return (word,)
    begun = [name for name in known if _begins(name, word)]
    if not begun and find_trait(word) is None:
        near = get_close_matches(word, sorted(names), 3, 0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `asbuilt traits` lists them"
        raise InputError(f"no trait {word!r}{hint}", code="unknown-trait")
    return [name for name in found if _begins(name, word)]


def _begins(name: str, word: str) -> bool:
    return bool(word) and name.startswith(word.removesuffix("*"))


def _rank(name: str) -> tuple[int, str]:
    order = [trait.name for trait in vocabulary()]
    known = find_trait(name)
    return (order.index(known.name) if known else len(order), name)
