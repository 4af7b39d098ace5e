"""What the code makes of the configuration, and what it says about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analyzer.base import Span

Scalar = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class FieldRead:
    """One place that reads a (dotted) configuration field while the model is constructed or called.

    ``fallback`` is the value that ``getattr`` is given for the case that the field is missing, if it ``has_fallback``.
    """

    field: str
    span: Span
    has_fallback: bool = False
    fallback: Scalar = None


@dataclass(frozen=True, slots=True)
class TyingClaim:
    """A declaration that a parameter is ``tied`` to another one, its ``source``: they share one tensor.

    Both are names or patterns, relative to ``module``.
    ``source`` is empty where the declaration names only the parameter that may be missing from a checkpoint.
    """

    module: str
    tied: str
    source: str
    span: Span


@dataclass(frozen=True, slots=True)
class UndefinedRead:
    """A method reads an attribute of its own object that nothing gives it: no constructor, no class, no other code."""

    module: str
    class_name: str
    name: str
    span: Span


def _nowhere(name: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Usage:
    """``reads`` as they happened; ``mentioned``, ``mentioned_beside`` and ``mentioned_anywhere`` tell whether code that
    did not run may read a name: that of the files which the model's classes come from, of those among them that are no
    library's, or any that can have a hand in it."""

    reads: tuple[FieldRead, ...] = ()
    claims: tuple[TyingClaim, ...] = ()
    undefined: tuple[UndefinedRead, ...] = ()
    aliases: frozenset[str] = frozenset()
    """Fields that are read under another name."""
    mentioned: Callable[[str], bool] = _nowhere
    mentioned_beside: Callable[[str], bool] = _nowhere
    mentioned_anywhere: Callable[[str], bool] = _nowhere


NO_USAGE = Usage()
