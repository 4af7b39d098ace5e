"""Classes of a modular file as changes to classes of other models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.provenance.source import ClassSource, FileSource, Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOrigin:
    """A class that is stated as changes to ``base`` of another model: members it replaces, adds, takes away."""

    name: str
    path: str
    line: int
    base: str
    base_model: str
    base_path: str
    base_line: int
    overridden: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    inherited: int


@dataclass(frozen=True, slots=True)
class Derived:
    """A class of a modular file and the class of another model that it derives from."""

    own: ClassSource
    base: ClassSource
    base_path: str

    @property
    def base_model(self) -> str:
        return model_of(self.base_path)


def model_of(path: str) -> str:
    """The model whose folder a file is in."""
    return path.rpartition("/")[0].rpartition("/")[2]


def derived(sources: Sources, modular: FileSource) -> Iterator[Derived]:
    """The classes of a modular file that derive from one class of another model."""
    for own in modular.classes.values():
        if len(own.bases) != 1 or own.bases[0] not in modular.imports:
            continue
        path, name = modular.imports[own.bases[0]]
        source = sources.file(path)
        if source is not None and model_of(path) != model_of(modular.path) and name in source.classes:
            yield Derived(own, source.classes[name], path)


def class_origins(sources: Sources, modular: FileSource) -> tuple[ClassOrigin, ...]:
    """What each class of a modular file changes of its base."""
    return tuple(_origin(modular, item) for item in derived(sources, modular))


def _origin(modular: FileSource, item: Derived) -> ClassOrigin:
    own, base = item.own.members, item.base.members
    removed = tuple(name for name, member in own.items() if member.only_raises and name in base)
    return ClassOrigin(
        name=item.own.name,
        path=modular.path,
        line=item.own.line,
        base=item.base.name,
        base_model=item.base_model,
        base_path=item.base_path,
        base_line=item.base.line,
        overridden=tuple(name for name in own if name in base and name not in removed),
        added=tuple(name for name in own if name not in base),
        removed=removed,
        inherited=sum(name not in own for name in base),
    )
