"""What a paper or report says about a model: the content of a claims file."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

ClaimValue: TypeAlias = bool | int | float | str | list[bool | int | float | str]
"""What a claim can say: a word, a number, a flag, several of them, an expression (``1/sqrt(3*head_dim)``), or a
number with the digits that the paper prints (``128K``)."""
Confidence: TypeAlias = Literal["high", "medium", "low"]


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what is written in a claims file."""


class Claim(Statement, frozen=True, kw_only=True):
    """One statement of the paper: ``trait`` has ``value``, or any value but ``excluded`` (the key ``not``).

    ``where`` is the place in the paper. Without ``model`` it is about all models of the file; with ``checkpoint`` about
    that one alone; ``module`` narrows it to the modules that the pattern fits (``model.layers.*``).
    """

    trait: str
    value: ClaimValue | UnsetType = UNSET
    excluded: ClaimValue | UnsetType = msgspec.field(name="not", default=UNSET)
    where: str
    confidence: Confidence = "high"
    model: str | None = None
    checkpoint: str | None = None
    module: str | None = None
    note: str = ""


class Silence(Statement, frozen=True, kw_only=True):
    """A trait on which somebody looked for a statement in the paper and found none."""

    trait: str
    model: str | None = None
    note: str = ""


class Checkpoint(Statement, frozen=True, kw_only=True):
    """Released weights that claims are about.

    ``config`` is what their configuration sets beyond the class's defaults, empty if these describe the checkpoint
    already; None when the configuration is not known. A ``partial`` one sets what claims need, not everything that the
    release sets: it stands neither for what the paper leaves out nor for what a field that is not set decides.
    """

    model: str | None = None
    config: dict[str, Any] | None = None
    partial: bool = False


class Paper(Statement, frozen=True, kw_only=True):
    """A paper with its claims about ``models`` (model types).

    ``derives_from`` names the claims files (without ``.toml``) of the papers whose architecture it takes over where it
    says nothing else, the nearest first.
    """

    title: str
    arxiv: str = ""
    doi: str = ""
    url: str = ""
    year: int | None = None
    models: tuple[str, ...]
    derives_from: tuple[str, ...] = ()
    checkpoints: dict[str, Checkpoint] = {}
    claims: tuple[Claim, ...] = ()
    unstated: tuple[Silence, ...] = ()

    @property
    def reference(self) -> str:
        """Where to find the paper, empty if the file does not say."""
        if self.arxiv:
            return f"arXiv:{self.arxiv}"
        return f"doi:{self.doi}" if self.doi else self.url
