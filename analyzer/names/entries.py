"""What the catalogue lists."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from analyzer.base import InputError


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model class under one model type.

    ``module`` and ``config_module`` are dotted names, ``path`` is relative to the root of the tree; ``mappings`` are
    the auto-class mappings that lead to the class; ``main`` marks the class that represents its model type, ``others``
    are the type's other classes; ``generates`` says that it is a language model that writes text. A model type that has
    a configuration but no class of its own has an empty ``class_name``, and the configuration's path.
    """

    model_type: str
    class_name: str
    module: str
    path: str
    config_class: str | None
    config_module: str | None
    mappings: tuple[str, ...]
    main: bool
    others: tuple[str, ...] = ()
    generates: bool = False


def with_others(entries: Iterable[ModelEntry], named: Callable[[ModelEntry], bool] = bool) -> tuple[ModelEntry, ...]:
    """The entries, each with the names of the other classes of its model type, of those that are to be ``named``."""
    listed = tuple(entries)
    names: dict[str, list[str]] = {entry.model_type: [] for entry in listed}
    for entry in filter(named, listed):
        names[entry.model_type].append(entry.class_name)
    return tuple(replace(one, others=_without(names[one.model_type], one.class_name)) for one in listed)


def _without(names: Iterable[str], name: str) -> tuple[str, ...]:
    return tuple(sorted({one for one in names if one and one != name}))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models of a tree, and what could not be read while they were listed."""

    models: tuple[ModelEntry, ...]
    errors: tuple[InputError, ...]

    def __add__(self, other: Catalogue) -> Catalogue:
        """What both list, each once."""
        errors = {str(error): error for error in (*self.errors, *other.errors)}
        return Catalogue(tuple(dict.fromkeys((*self.models, *other.models))), tuple(errors.values()))

    def find(self, name: str) -> ModelEntry:
        """The entry of a model type (its main class), a class, or ``type/class`` where a class has several types.

        Raises:
            InputError: Code ``unknown-model``; the message has near names.
        """
        found = self._by_type(name) or self._by_class(name) or self._by_both(name)
        if found is None:
            raise InputError(f"no model called {name!r}{self._near(name)}", code="unknown-model")
        return found

    def _by_type(self, name: str) -> ModelEntry | None:
        entries = [entry for entry in self.models if entry.model_type == name]
        return next((entry for entry in entries if entry.main), entries[0] if entries else None)

    def _by_class(self, name: str) -> ModelEntry | None:
        """Of several the one of the type whose code the class is in, which is the first that leads there."""
        entries = [entry for entry in self.models if entry.class_name == name]
        return min(entries, key=_distance, default=None)

    def _by_both(self, name: str) -> ModelEntry | None:
        model_type, _, class_name = name.rpartition("/")
        entries = (entry for entry in self.models if entry.model_type == model_type)
        return next((entry for entry in entries if entry.class_name == class_name), None)

    def _near(self, name: str) -> str:
        known = sorted({entry.model_type for entry in self.models} | {entry.class_name for entry in self.models} - {""})
        folded = {one.casefold(): one for one in known}
        near = difflib.get_close_matches(name.casefold(), folded, n=5, cutoff=0.6)
        return f": did you mean {', '.join(folded[one] for one in near)}?" if near else ""


def is_within(path: str, selection: str) -> bool:
    """Whether the file at ``path`` is ``selection`` or in the folder of that name; all are in the empty one."""
    return not selection or f"{path}/".startswith(f"{selection}/")


def _distance(entry: ModelEntry) -> tuple[bool, bool]:
    folder = entry.module.rpartition(".")[0]
    return (entry.config_module or "").rpartition(".")[0] != folder, not entry.mappings
