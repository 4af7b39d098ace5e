"""MODEL on the command line: a model type, a class, MODEL@PATH, or the path of a file or folder with models."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path

import click

from analyzer.api import BuiltModel, InputError, Model, load, models, path_exists, place_of
from analyzer.base import as_path, readable
from analyzer.cli.options import Options
from analyzer.cli.values import split_model
from analyzer.engine import opened
from analyzer.names import ModelEntry

_MARKS = tuple(filter(None, (os.sep, os.altsep, "@")))
"""What a path may have in it, and a name may not."""
_LISTED = 5
"""Models that an error lists."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The name to load and the tree to load it from."""

    name: str
    tree: Path | None


@dataclass(frozen=True, slots=True)
class TreeSelection:
    """Models of one tree by their names, None for all of its models."""

    names: tuple[str, ...] | None
    tree: Path | None


def located(text: str, tree: Path | None) -> Chosen:
    """What MODEL names; the name is empty where that is a path, which means the models there.

    A word that is a model of ``tree`` is that model, whatever lies in the current folder. Raises InputError for the
    path of a Python file that is not there.
    """
    looks_like_path = text.endswith(".py") or text in (".", "..") or any(mark in text for mark in _MARKS)
    if looks_like_path and path_exists(text):
        return Chosen("", Path(text))
    name, place = split_model(text, tree)
    if name == text and name.endswith(".py"):
        raise InputError("no such file or folder", path=as_path(text), code="no-path")
    if name == text and path_exists(text) and not _is_known(name, tree):
        return Chosen("", Path(text))
    return Chosen(name, place)


def choose(text: str, options: Options) -> Chosen:
    """The one model that MODEL and ``--class`` mean.

    Raises InputError if it has no such class, or if a path has no model, or several of which none is named.
    """
    found = located(text, options.tree)
    if options.class_name is not None:
        return Chosen(class_of(found.name, options.class_name, found.tree), found.tree)
    return found if found.name else _only(found)


def choose_each(texts: Iterable[str], options: Options) -> tuple[Chosen, ...]:
    """The models that all of MODEL… mean, in their order; of a path every model there."""
    if options.class_name is not None:
        return tuple(choose(text, options) for text in texts)
    found = (located(text, options.tree) for text in texts)
    return tuple(dict.fromkeys(one for place in found for one in ([place] if place.name else all_at(place))))


def all_at(place: Chosen) -> list[Chosen]:
    """The models at a path, each by the class that stands for it, and by its type where classes share a name.

    Raises InputError if there is none.
    """
    entries = _entries(place.tree)
    number = Counter(entry.class_name for entry in entries)
    named = ((entry, entry.class_name) for entry in entries)
    names = (name if number[name] == 1 else f"{entry.model_type}/{name}" for entry, name in named)
    return [Chosen(name, place.tree) for name in names]


def groups(texts: Iterable[str], tree: Path | None) -> tuple[TreeSelection, ...]:
    """The models that MODEL… mean, those together that are named one after the other from the same tree."""
    found: list[TreeSelection] = []
    places = (located(text, tree) for text in texts)
    for (place, _), run in groupby(places, key=lambda one: (one.tree, bool(one.name))):
        found.append(TreeSelection(tuple(one.name for one in run if one.name) or None, place))
    return tuple(found)


def require_models(chosen: Iterable[TreeSelection]) -> None:
    """Raise InputError if the tree of one of ``chosen`` has no model: what could not be read there, if that is why."""
    for group in chosen:
        _entries(group.tree)


def in_one_tree(texts: Iterable[str], tree: Path | None) -> tuple[tuple[str, ...], Path | None]:
    """The names without their trees, and the one tree that all of them are in; a path names its tree alone."""
    found = [located(text, tree) for text in texts]
    trees = dict.fromkeys(one.tree for one in found)
    if len(trees) > 1:
        raise click.BadParameter("the models of one call must be in one tree")
    return tuple(one.name for one in found if one.name), next(iter(trees), tree)


def class_of(model: str, class_name: str, tree: Path | None) -> str:
    """``class_name`` if it is a class of ``model`` (of any model where that is empty); else an ``InputError`` that
    lists the classes of ``model``."""
    entries = models(tree, all_classes=True)
    classes = [entry.class_name for entry in entries if entry.class_name and model in ("", entry.model_type)]
    if class_name in classes:
        return class_name
    if not classes:
        raise InputError(f"--class needs a model type, and there is none called {model!r}", code="unknown-model")
    near = get_close_matches(class_name, classes, cutoff=0.0) or classes
    subject = model or as_path(str(tree))
    raise InputError(f"{subject} has no class {class_name!r}; it has {', '.join(near)}", code="unknown-class")


def built(chosen: Chosen, options: Options, *, dtype: str | None = None) -> Model:
    """The model, constructed and traced; with weights of another type than the code's own if ``dtype`` says so.

    What is wrong with fields that were given goes to standard error.
    """
    model = load(
        chosen.name,
        chosen.tree,
        config=options.config,
        overrides=dict(options.overrides),
        inputs=dict(options.inputs),
        arguments=dict(options.arguments),
        dtype=dtype,
    )
    tell_issues(model.built)
    return model


def tell_issues(model: BuiltModel) -> None:
    """Print on standard error the fields that were given, that the configuration does not declare and no code reads.

    Where the model is built under them all the same, nothing else shows that they change nothing.
    """
    for issue in model.config_issues:
        if not issue.fatal:
            mark = click.style("warning:", fg="yellow", bold=True)
            click.echo(f"{mark} {readable(issue.message)}", err=True)


def _is_known(name: str, tree: Path | None) -> bool:
    try:
        opened(place_of(tree)).find(name)
    except InputError:
        return False
    return True


def _only(place: Chosen) -> Chosen:
    found = all_at(place)
    if len(found) == 1:
        return found[0]
    shown = as_path(str(place.tree))
    names = ", ".join(f"{one.name}@{shown}" for one in found[:_LISTED])
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    raise InputError(f"several models: name one as {names}{more}", path=shown, code="several-models")


def _entries(tree: Path | None) -> list[ModelEntry]:
    catalogue = opened(place_of(tree)).catalogue()
    found = [entry for entry in catalogue.models if entry.main and entry.class_name]
    if not found:
        shown = as_path(str(tree))
        raise next(iter(catalogue.errors), InputError("no model code found", path=shown, code="no-models"))
    return found
