"""What commands about one model share: to find it and to build it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from analyzer.api import InputError, Model, load, models
from analyzer.cli.options import Options
from analyzer.cli.values import split_model


@dataclass(frozen=True, slots=True)
class Chosen:
    """The name to load and the tree to load it from."""

    name: str
    tree: Path | None


def choose(name: str, options: Options) -> Chosen:
    """The model that MODEL (or MODEL@PATH) and ``--class`` mean; raises ``InputError`` if it has no such class."""
    model, tree = split_model(name, options.tree)
    if options.class_name is None:
        return Chosen(model, tree)
    return Chosen(class_of(model, options.class_name, tree), tree)


def class_of(model: str, class_name: str, tree: Path | None) -> str:
    """``class_name`` if it is a class of ``model``; else an ``InputError`` that lists the classes of ``model``."""
    classes = [entry.class_name for entry in models(tree, all_classes=True) if entry.model_type == model]
    if class_name in classes:
        return class_name
    if not classes:
        raise InputError(f"--class needs a model type, and there is none called {model!r}", code="unknown-model")
    near = get_close_matches(class_name, classes, cutoff=0.0) or classes
    raise InputError(f"{model} has no class {class_name!r}; it has {', '.join(near)}", code="unknown-class")


def built(chosen: Chosen, options: Options, *, dtype: str | None = None) -> Model:
    """The model, constructed and traced; with weights of another type than the code's own if ``dtype`` says so."""
    return load(
        chosen.name,
        chosen.tree,
        config=options.config,
        overrides=dict(options.overrides),
        inputs=dict(options.inputs),
        arguments=dict(options.arguments),
        dtype=dtype,
    )
