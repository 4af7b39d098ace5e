"""The same model called in another way than the analysed call, built when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from analyzer.graph.model import BuiltModel


class Further(StrEnum):
    """What a caller may hand over besides: masks that say which tokens are padding; positions of tokens (training on
    rows that are packed without padding: nothing is cached then)."""

    MASKS = "masks"
    POSITIONS = "positions"


Again: TypeAlias = "Callable[[Further, Mapping[str, object]], BuiltModel | None]"
"""The model under further overrides of fields, called with more; None where its call takes no more of the kind."""


def never(further: Further, overrides: Mapping[str, object]) -> BuiltModel | None:
    """For models that are not built from a program."""
    return None
