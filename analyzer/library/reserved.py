"""Names that a framework gives a meaning. A program that has them renamed means something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedNames:
    """The names by which a library and the programs written with it find each other.

    Attributes:
        methods: Methods that the library calls or defines.
        attributes: Attributes that library code reads, or that its objects have.
        parameters: Arguments that library code passes or reads by name.
        tensor_members: Members of tensors. The object decides whether such a name is a model's own attribute.
        registering: Methods of modules whose first argument is the name of a member.
        reading_decorators: Class decorators whose code reads the members of what they decorate.
        paths: Class attributes whose strings are paths of modules.
        configurations: How names of variables end that hold a configuration.
        results: How names of variables end that hold a cache or an output.
        result_words: Parts of the names of such variables.
    """

    methods: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    tensor_members: frozenset[str] = frozenset()
    registering: frozenset[str] = frozenset()
    reading_decorators: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    configurations: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    result_words: tuple[str, ...] = ()


def merged(parts: Iterable[ReservedNames]) -> ReservedNames:
    """The reserved names of several libraries as one."""
    every = list(parts)
    kinds = {one.name: type(getattr(ReservedNames(), one.name)) for one in fields(ReservedNames)}
    return ReservedNames(
        **{name: kind(word for part in every for word in getattr(part, name)) for name, kind in kinds.items()}
    )
