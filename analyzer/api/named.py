"""Things of a model by name, with a hint for names that there are not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn, TypeVar

T = TypeVar("T")
_MOST = 3
"""Names that a hint lists."""


class UnknownNameError(KeyError):
    """There is nothing of this name; the message has the nearest ones."""

    def __str__(self) -> str:
        return str(self.args[0])


class Named(dict[str, T]):
    """A dictionary of what ``kind`` says (``parameter``); a name that is missing is an ``UnknownNameError``."""

    def __init__(self, kind: str, items: Iterable[tuple[str, T]]) -> None:
        super().__init__(items)
        self._kind = kind

    def __missing__(self, name: str) -> NoReturn:
        near = _near(str(name), list(self))
        hint = f"; did you mean {', '.join(map(repr, near))}?" if near else f"; there are {len(self)}"
        raise UnknownNameError(f"the model has no {self._kind} {name!r}{hint}")


def _near(name: str, names: list[str]) -> list[str]:
    """The names that ``name`` is the beginning or the end of, as when a prefix was left out, else those spelt alike."""
    parts = [one for one in names if name and (one.endswith(f".{name}") or one.startswith(f"{name}."))]
    return parts[:_MOST] or get_close_matches(name, names, _MOST, 0.6)
