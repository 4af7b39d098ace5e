"""How a parameter starts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.base import Span
from analyzer.graph.op import Constant, Op


@dataclass(frozen=True, slots=True)
class Initial:
    """The last call that filled a whole parameter before training.

    ``name`` is the parameter, ``function`` the canonical operation (``normal``, ``fill``), ``arguments`` its
    constant ones; ``partly`` are functions that filled a part of it afterwards (the row for padding). ``varies``
    says that parameters of the same name in other layers are filled otherwise.
    """

    name: str
    function: str
    arguments: Mapping[str, Constant]
    span: Span
    partly: tuple[str, ...] = ()
    varies: bool = False
    value: Op | None = None
    """What was copied into it, computed outside of the model's graph; None for everything but a copy."""
    followed: bool = True
    """False where the function takes more steps than are followed: then it is not known what fills the parameter."""
