"""``asbuilt params`` and ``asbuilt calls``: one line or page a model, streamed, for one model or a whole tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import click
from msgspec import UNSET

from analyzer.api import Attempt, BuiltModel, each
from analyzer.cli import options
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.models import class_of
from analyzer.cli.terminal import emit, progress_bar
from analyzer.cli.values import one_tree
from analyzer.facts.feed_forward.active_parameters import active_parameters
from analyzer.graph import Status
from analyzer.outputs.bulk import calls_row, calls_text, json_line, parameters_row, parameters_text
from analyzer.query import Query

Assigned: TypeAlias = tuple[tuple[str, object], ...]
Tensors: TypeAlias = tuple[tuple[str, tuple[str, tuple[int, ...]]], ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a worker process hands back of one model."""

    lines: tuple[str, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class Extract:
    """From a built model to its text; travels to the worker processes."""

    lines: Callable[[BuiltModel], Iterator[str]]

    def __call__(self, attempt: Attempt) -> Printed:
        return Printed(tuple(self.lines(attempt.model)), attempt.model.status is Status.FAILED)


_PARAMS_EXAMPLES = """\b
Examples:
  asbuilt params llama
  asbuilt params llama --set num_hidden_layers=2 --format jsonl
  asbuilt params mixtral --active
  asbuilt params --all --all-classes --format jsonl -o params.jsonl
"""
_CALLS_EXAMPLES = """\b
Examples:
  asbuilt calls llama
  asbuilt calls t5 --input input_ids=int64[1,16] --input decoder_input_ids=int64[1,4]
  asbuilt calls --all --format jsonl -o calls.jsonl
"""

_shared = options.chained(
    click.argument("models", nargs=-1, metavar="[MODEL]..."),
    click.option("--all", "everything", is_flag=True, help="Every model of the tree."),
    options.formats(("text", "jsonl"), "text"),
    options.class_name,
    options.all_classes,
    options.tree,
    options.configuration,
)
_ending = options.chained(options.jobs, options.no_cache, options.output, options.verbose)


@command("params", short_help="Parameters and buffers with their shapes.", epilog=_PARAMS_EXAMPLES)
@_shared
@click.option(
    "--active",
    is_flag=True,
    help="Also how many parameters one token passes: of routed experts only the chosen ones. Follows the forward call.",
)
@_ending
@click.pass_context
def params_command(
    ctx: click.Context,
    models: tuple[str, ...],
    everything: bool,
    form: str,
    class_name: str | None,
    all_classes: bool,
    tree: Path | None,
    config: Path | None,
    overrides: Assigned,
    active: bool,
    jobs: int | None,
    no_cache: bool,
    output: Path | None,
) -> None:
    """Print every parameter and buffer of MODEL with its shape, what is tied, and the total."""
    names, tree = _chosen(models, everything, tree, class_name)
    lines = partial(_parameters, form == "text", active)
    with progress_bar("building") as progress:
        printed = each(
            Extract(lines),
            tree,
            models=names,
            config=config,
            overrides=dict(overrides),
            all_classes=all_classes,
            trace=active,
            cache=not no_cache,
            jobs=jobs,
            progress=progress,
            isolate=True,
        )
        ctx.exit(_stream(printed, output))


@command("calls", short_help="Modules in order of execution.", epilog=_CALLS_EXAMPLES)
@_shared
@options.call
@_ending
@click.pass_context
def calls_command(
    ctx: click.Context,
    models: tuple[str, ...],
    everything: bool,
    form: str,
    class_name: str | None,
    all_classes: bool,
    tree: Path | None,
    config: Path | None,
    overrides: Assigned,
    inputs: Tensors,
    arguments: Assigned,
    jobs: int | None,
    no_cache: bool,
    output: Path | None,
) -> None:
    """Print the modules of MODEL in the order in which its forward call enters them, every layer."""
    names, tree = _chosen(models, everything, tree, class_name)
    lines = calls_text if form == "text" else _calls_line
    with progress_bar("tracing") as progress:
        printed = each(
            Extract(lines),
            tree,
            models=names,
            config=config,
            overrides=dict(overrides),
            all_classes=all_classes,
            inputs=dict(inputs),
            arguments=dict(arguments),
            cache=not no_cache,
            jobs=jobs,
            progress=progress,
            isolate=True,
        )
        ctx.exit(_stream(printed, output))


def _parameters(as_text: bool, with_active: bool, model: BuiltModel) -> Iterator[str]:
    active = _active(model) if with_active else UNSET
    if as_text:
        yield from parameters_text(model, active)
    else:
        yield json_line(parameters_row(model, active))


def _active(model: BuiltModel) -> int | None:
    """What one token passes, None where the forward call was not followed to its end."""
    return active_parameters(Query(model))[0] if model.graph.results and not model.unbuilt else None


def _calls_line(model: BuiltModel) -> Iterator[str]:
    yield json_line(calls_row(model))


def _chosen(
    models: tuple[str, ...], everything: bool, tree: Path | None, class_name: str | None
) -> tuple[tuple[str, ...] | None, Path | None]:
    """Names (None: all) and tree; raises a usage error unless either models or ``--all`` are given."""
    if everything == bool(models):
        raise click.UsageError("name models, or give --all")
    names, tree = one_tree(models, tree)
    if class_name is None:
        return (None if everything else names), tree
    if len(names) != 1:
        raise click.UsageError("--class goes with one model")
    return (class_of(names[0], class_name, tree),), tree


def _stream(printed: Iterator[Printed], output: Path | None) -> int:
    """Write each model as it comes; 2 when every one of them failed."""
    worked = False

    def texts() -> Iterator[str]:
        nonlocal worked
        for one in printed:
            worked |= not one.failed
            yield from one.lines

    emit(texts(), output)
    return 0 if worked else COULD_NOT
