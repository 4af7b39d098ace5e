"""``asbuilt params`` and ``asbuilt calls``: one line or page a model, streamed, for one model or a whole tree."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

import click
from msgspec import UNSET
from rich.text import Text

from analyzer.api import Attempt, each
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.models import TreeSelection, choose, groups, require_models, tell_issues
from analyzer.cli.options import Options
from analyzer.cli.terminal import emit, progress_bar
from analyzer.engine import Progress
from analyzer.graph import Status
from analyzer.outputs import CALLS, PARAMETERS, Delimiters, ParametersResult, Rendered, lines_of
from analyzer.rule import active_parameters


@dataclass(frozen=True, slots=True)
class Printed:
    """What a worker process returns for one model."""

    lines: tuple[str | Text, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class Build:
    """What is done to each model: the word for it in the progress bar, and what is found out."""

    task: str
    trace: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """From a built model to its lines; travels to the worker processes."""

    render: Callable[[Attempt], Rendered]

    def __call__(self, attempt: Attempt) -> Printed:
        tell_issues(attempt.model)
        return Printed(tuple(lines_of(self.render(attempt))), attempt.model.status is Status.FAILED)


_PARAMS_EXAMPLES = """\b
Examples:
  asbuilt params llama
  asbuilt params llama --set num_hidden_layers=2 --format jsonl
  asbuilt params mixtral --active
  asbuilt params mixtral --published
  asbuilt params llama --format csv -o llama.csv
  asbuilt params --all --all-classes --format jsonl -o params.jsonl
"""
_CALLS_EXAMPLES = """\b
Examples:
  asbuilt calls llama
  asbuilt calls t5 --input input_ids=int64[1,16] --input decoder_input_ids=int64[1,4]
  asbuilt calls --all --format jsonl -o calls.jsonl
"""

_models = option.chained(
    click.argument("models", nargs=-1, metavar="[MODEL]..."),
    click.option("--all", "everything", is_flag=True, help="Every model of the tree."),
)
_which = (option.class_name, option.all_classes, option.tree, option.configuration)
_how = (option.jobs, option.no_cache, option.output)


@command("params", short_help="Parameters and buffers with their shapes.", epilog=_PARAMS_EXAMPLES)
@_models
@click.option(
    "--active",
    is_flag=True,
    help="Also count the parameters that one token uses: of routed experts only the chosen ones. Traces the call.",
)
@click.option(
    "--published",
    is_flag=True,
    help="Show the tensors as published files have them: the names and shapes that the library's own conversion tables "
    "give, with the parameters that hold them in the model.",
)
@option.shared(*_which, *_how, formats=PARAMETERS)
def params_command(options: Options, models: tuple[str, ...], everything: bool, active: bool, published: bool) -> int:
    """Print the parameters and buffers of MODEL with shapes, types, bytes and shares, what is tied, and the total."""
    extract = Extract(partial(_parameters, options, active, published))
    build = Build("building", active, published)
    return _stream(build, extract, PARAMETERS[options.format].delimiters, options, models, everything)


@command("calls", short_help="Modules in order of execution.", epilog=_CALLS_EXAMPLES)
@_models
@option.shared(*_which, option.call, *_how, formats=CALLS)
def calls_command(options: Options, models: tuple[str, ...], everything: bool) -> int:
    """Print the modules of MODEL in the order in which its forward call enters them, every layer."""
    extract = Extract(partial(_calls, options))
    return _stream(Build("tracing", trace=True), extract, CALLS[options.format].delimiters, options, models, everything)


def _parameters(options: Options, with_active: bool, published: bool, attempt: Attempt) -> Rendered:
    active = _active(attempt) if with_active else UNSET
    return PARAMETERS.render(ParametersResult(attempt.model, active, published), options.format, options.display)


def _active(attempt: Attempt) -> int | None:
    """The parameters that one token uses; None if the forward call was not traced to its end."""
    model = attempt.model
    return active_parameters(attempt.query())[0] if model.graph.results and not model.unbuilt else None


def _calls(options: Options, attempt: Attempt) -> Rendered:
    return CALLS.render(attempt.model, options.format, options.display)


def _stream(
    build: Build,
    extract: Extract,
    delimiters: Delimiters,
    options: Options,
    models: tuple[str, ...],
    everything: bool,
) -> int:
    """Print what ``extract`` makes of each model as it comes; the exit code is 2 when every model failed."""
    chosen = _chosen(models, everything, options)
    with progress_bar(build.task) as progress:
        printed = [_built(extract, group, options, build, progress) for group in chosen]
        worked: list[bool] = []
        emit(_delimited(chain.from_iterable(printed), delimiters, worked), options.output)
    if not worked:
        require_models(chosen)
    return 0 if any(worked) else COULD_NOT


def _built(
    extract: Extract, group: TreeSelection, options: Options, build: Build, progress: Progress | None
) -> Generator[Printed]:
    return each(
        extract,
        group.tree,
        models=group.names,
        config=options.config,
        overrides=dict(options.overrides),
        all_classes=options.all_classes,
        trace=build.trace,
        inputs=dict(options.inputs),
        arguments=dict(options.arguments),
        cache=options.cache,
        jobs=options.jobs,
        progress=progress,
        isolate=True,
        published=build.published,
    )


def _delimited(printed: Iterator[Printed], delimiters: Delimiters, worked: list[bool]) -> Iterator[str | Text]:
    """The lines of all models with what stands around them; ``worked`` gets whether each could be built."""
    if delimiters.before is not None:
        yield delimiters.before
    for number, one in enumerate(printed):
        if number and delimiters.between is not None:
            yield delimiters.between
        worked.append(not one.failed)
        yield from one.lines
    if delimiters.after is not None:
        yield delimiters.after


def _chosen(models: tuple[str, ...], everything: bool, options: Options) -> tuple[TreeSelection, ...]:
    """The models of each tree; raises a usage error unless either models or ``--all`` are given."""
    if everything == bool(models):
        raise click.UsageError("name models, or give --all")
    if options.class_name is not None and len(models) != 1:
        raise click.UsageError("--class goes with one model")
    if everything:
        return (TreeSelection(None, options.tree),)
    if options.class_name is None:
        return groups(models, options.tree)
    chosen = choose(models[0], options)
    return (TreeSelection((chosen.name,), chosen.tree),)
