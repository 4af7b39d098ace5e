"""Names of one model in the code of another: what is replaced by what, and when only such names differ."""

from __future__ import annotations

import re
from collections.abc import Iterable

Replacement = tuple[str, str]


def prefixes(base: str, derived: str) -> Replacement | None:
    """What two class names begin with before what they have in common (``LlamaMLP``, ``Qwen2MLP``: Llama, Qwen2)."""
    count = 0
    while count < min(len(base), len(derived)) and base[-count - 1] == derived[-count - 1]:
        count += 1
    for start in range(len(base) - count, len(base)):
        if base[start].isupper() and start:
            return base[:start], derived[: len(derived) - (len(base) - start)]
    return None


def cased(replacement: Replacement | None, places: Iterable[Replacement]) -> tuple[tuple[Replacement, ...], ...]:
    """A replacement with those of the same names in small and capital letters, which are those of the models' folders
    or files, or follow from the names: each way."""
    ways = list(dict.fromkeys(places))
    ways += [] if replacement is None else [(snake(replacement[0]), snake(replacement[1]))]
    first = () if replacement is None else (replacement,)
    return tuple((*first, (old, new), (old.upper(), new.upper())) for old, new in ways)


def snake(name: str) -> str:
    """``RfDetr`` as ``rf_detr``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def replaced(code: str, replacements: Iterable[Replacement]) -> str:
    """``code`` with each replacement made, in their order."""
    for old, new in replacements:
        code = code.replace(old, new) if old else code
    return code


_CLASS_NAME = re.compile(r"\b[A-Z]\w*\b")


def nameless(code: str) -> str:
    """``code`` with names that begin with a capital letter as numbers, in the order in which they are met."""
    numbers: dict[str, str] = {}
    return _CLASS_NAME.sub(lambda found: numbers.setdefault(found[0], f"C{len(numbers)}"), code)


def through_super(code: str, name: str) -> str:
    """``Parent.name(self, …)`` as ``super().name(…)``."""
    return re.sub(rf"\b(?:\w+\.)*[A-Z]\w*\.{re.escape(name)}\((?:self(?:, )?)?", f"super().{name}(", code)


def same(one: str, other: str) -> bool:
    """Whether two pieces of code are the same but for the names of classes."""
    return one == other or nameless(one) == nameless(other)


def first_difference(one: str, other: str) -> Replacement:
    """The first lines in which two texts differ."""
    left, right = one.split("\n"), other.split("\n")
    for a, b in zip(left, right, strict=False):
        if a != b:
            return a.strip(), b.strip()
    count = min(len(left), len(right))
    return "".join(left[count : count + 1]).strip(), "".join(right[count : count + 1]).strip()
