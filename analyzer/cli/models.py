"""What commands about one model share: finding it, building it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from analyzer.api import InputError, Model, load, models
from analyzer.cli.values import split_model


@dataclass(frozen=True, slots=True)
class Chosen:
    """The name to load and the tree to load it from."""

    name: str
    tree: Path | None


def choose(name: str, tree: Path | None, class_name: str | None) -> Chosen:
    """The model that MODEL (or MODEL@PATH) and ``--class`` mean; raises ``InputError`` if it has no such class."""
    model, tree = split_model(name, tree)
    if class_name is None:
        return Chosen(model, tree)
    return Chosen(class_of(model, class_name, tree), tree)


def class_of(model: str, class_name: str, tree: Path | None) -> str:
    """``class_name`` if it is a class of ``model``; else an ``InputError`` that lists those there are."""
    classes = [entry.class_name for entry in models(tree, all_classes=True) if entry.model_type == model]
    if class_name in classes:
        return class_name
    if not classes:
        raise InputError(f"--class needs a model type, and there is none called {model!r}", code="unknown-model")
    near = get_close_matches(class_name, classes, cutoff=0.0) or classes
    raise InputError(f"{model} has no class {class_name!r}; it has {', '.join(near)}", code="unknown-class")


def built(
    chosen: Chosen,
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    inputs: tuple[tuple[str, tuple[str, tuple[int, ...]]], ...] = (),
    arguments: tuple[tuple[str, object], ...] = (),
    *,
    dtype: str | None = None,
) -> Model:
    """The model, constructed and traced; with weights of another type than the code's own if ``dtype`` says so."""
    tensors: Mapping[str, tuple[str, tuple[int, ...]]] = dict(inputs)
    return load(
        chosen.name,
        chosen.tree,
        config=config,
        overrides=dict(overrides),
        inputs=tensors,
        arguments=dict(arguments),
        dtype=dtype,
    )
