"""Does what the code does say the same as what the paper says?"""

from __future__ import annotations

import math
import re
from typing import Final

from msgspec import UnsetType

from analyzer.claims.expressions import NAMED, Lookup, evaluate, parse
from analyzer.claims.paper import Claim
from analyzer.report import Json
from analyzer.rule.vocabulary import find_trait

TOLERANCE: Final = 1e-3
"""Relative difference up to which two numbers are the same, as papers print about three digits; counts are exact."""
SYNONYMS: Final[dict[str, str | bool]] = {
    "swish": "silu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "squared_relu": "relu2",
    "rms_norm": "rmsnorm",
    "layer_norm": "layernorm",
    "rotary": "rope",
    "neox": "half",
    "gptj": "interleaved",
    "fp32": "float32",
    "bf16": "model",
    "bfloat16": "model",
    "true": True,
    "false": False,
}
"""Other words for values of the vocabulary."""

KINDS: Final = {"shared_norm_parallel": "parallel"}
"""Words for a special case of what a more general word says."""


_ROUNDED: Final = re.compile(r"(\d+(?:\.(\d+))?)\s?([kKmM])")
"""A number as papers print it for people, ``128K``."""
_THOUSANDS: Final = {"k": (1000, 1024), "m": (1000**2, 1024**2)}


def agrees(claim: Claim, value: Json, lookup: Lookup) -> bool:
    """Whether ``value``, found in the code, is what ``claim`` says; ``lookup`` gives sizes and configuration fields."""
    factor = _is_factor(claim.trait)
    if not isinstance(claim.excluded, UnsetType):
        return not same(claim.excluded, value, lookup, factor=factor)
    return not isinstance(claim.value, UnsetType) and same(claim.value, value, lookup, factor=factor)


def same(stated: Json, found: Json, lookup: Lookup, *, factor: bool = False) -> bool:
    """Whether a stated and a found value mean the same.

    Words are compared after synonyms, numbers with a tolerance, rounded ones (``128K``) by the digits that they have,
    expressions by their value under the analysed
    configuration (for a ``factor`` the words ``none`` and ``inv_sqrt_head_dim`` are expressions). A word that is stated
    of something that has several holds if it is one of these, and the other way round; two lists are the same if all
    agree in order.
    """
    stated, found = canonical(stated), canonical(found)
    if isinstance(stated, list) and isinstance(found, list):
        return len(stated) == len(found) and all(same(a, b, lookup) for a, b in zip(stated, found, strict=True))
    if isinstance(stated, list):
        return any(same(one, found, lookup, factor=factor) for one in stated)
    if isinstance(found, list):
        return any(same(stated, one, lookup, factor=factor) for one in found)
    if isinstance(stated, bool) or isinstance(found, bool):
        return stated is found
    if stated == found or (isinstance(found, str) and KINDS.get(found) == stated):
        return True
    if isinstance(stated, int) and isinstance(found, int):
        return False
    if isinstance(stated, str) and is_rounded(stated):
        return isinstance(found, int | float) and _rounds_to(stated, found)
    first, second = number(stated, lookup, factor=factor), number(found, lookup, factor=factor)
    return first is not None and second is not None and math.isclose(first, second, rel_tol=TOLERANCE)


def canonical(value: Json) -> Json:
    """``value`` with words in the vocabulary's spelling, letters of biases in alphabetical order."""
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if not isinstance(value, str):
        return value
    word = value.strip()
    if "," in word and all(len(part.strip()) == 1 for part in word.split(",")):
        return ",".join(sorted(part.strip() for part in word.split(",")))
    return SYNONYMS.get(word.lower(), word)


def is_rounded(word: str) -> bool:
    """Whether ``word`` is a number in thousands or millions, such as ``128K``."""
    return _ROUNDED.fullmatch(word) is not None


def _rounds_to(word: str, value: float) -> bool:
    """Whether ``value`` is printed as ``word`` with as many digits, in steps of 1000 or of 1024."""
    found = _ROUNDED.fullmatch(word)
    if found is None:
        return False
    digits = len(found[2] or "")
    return any(round(value / step, digits) == float(found[1]) for step in _THOUSANDS[found[3].lower()])


def number(value: Json, lookup: Lookup, *, factor: bool = False) -> float | None:
    """The number that a value is, or that its expression has; None for words."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    tree = parse(NAMED[value] if factor and value in NAMED else value)
    return None if tree is None else evaluate(tree, lookup)


def _is_factor(trait: str) -> bool:
    known = find_trait(trait)
    return known is not None and "expression" in known.type
