"""What the code makes of the configuration, and what it says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The files of the tree that a model is written in, by paths relative to its root.

    ``modules`` hold the classes of its modules and their ancestors, ``configs`` those of its configurations.
    ``folders`` are the folders of the classes themselves, without those of ancestors.
    """

    modules: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    folders: frozenset[str] = frozenset()
    classes: tuple[tuple[str, str], ...] = ()
    """Path and name of every class that the model's modules, or their ancestors, are of."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was read of the configuration while the model was built, in the order of the first read at each place, and
    what its classes declare."""

    reads: tuple[FieldRead, ...] = ()
    claims: tuple[TyingClaim, ...] = ()
    undefined: tuple[UndefinedRead, ...] = ()
    aliases: frozenset[str] = frozenset()
    """Fields that are read under another name."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Other (dotted) names of fields, with the field that each stands for."""
    files: SourceFiles = SourceFiles()


NO_USAGE = Usage()
