"""``asbuilt diff``: two models, or two trees, side by side."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import click

from analyzer.api import Comparison, TreeComparison, diff, diff_trees, path_exists
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT, FOUND
from analyzer.cli.command import command
from analyzer.cli.models import all_at, located
from analyzer.cli.options import Options
from analyzer.cli.terminal import progress_bar, write
from analyzer.outputs import COMPARISON, TREES
from analyzer.workers import call

_EXAMPLES = """\b
Examples:
  asbuilt diff llama olmo2 --same-sizes                  two models of one tree
  asbuilt diff llama@OLD/transformers llama              one model, two releases
  asbuilt diff mine@my_llama.py llama --config config.json --exit-code
  asbuilt diff my_llama.py other_llama.py                two files with one model each
  asbuilt diff @OLD/transformers @NEW/transformers       every model of two releases
  asbuilt diff @OLD/transformers @NEW/transformers --model 'qwen*'
  asbuilt diff llama olmo2 --format markdown -o llama-olmo2.md

\b
Verdicts:
  equal       the same arithmetic with the same roundings, whatever names, files and spellings
  precision   the same arithmetic, other casts or element types
  different   other arithmetic, parameters, layers or traits; the first departure is where the two diverge
  unknown     something was not understood; the reason says what

Sizes are part of a model: to compare structures give both the same --config or --set, or use --same-sizes.
Exit codes: 0 success, 1 not equal (only with --exit-code), 2 the command failed.
"""


@dataclass(frozen=True, slots=True)
class _Named:
    """A model of a tree; a whole tree when the name is empty."""

    name: str
    path: Path | None


@command("diff", short_help="Compare two models, two releases, two implementations.", epilog=_EXAMPLES)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="Of two trees, compare only these model types or patterns (a,b). Repeatable.",
)
@click.option("--all", "every", is_flag=True, help="Also print traits, parameters and layers that are equal.")
@click.option("--same-sizes", is_flag=True, help="Give A the integers of B's configuration for fields that both have.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 unless A and B are equal.")
@option.shared(
    *(option.tree, option.configuration, option.output, option.jobs, option.no_cache),
    formats=COMPARISON,
)
def diff_command(
    options: Options,
    first: str,
    second: str,
    models: tuple[str, ...],
    every: bool,
    same_sizes: bool,
    exit_code: bool,
) -> int:
    """Show where the computation of B differs from that of A.

    A and B are each a model type or class (llama), MODEL@PATH of the tree at PATH, a file or folder with one model, or
    both @PATH for all models of two trees.
    """
    a, b = _named(first, options.tree), _named(second, options.tree)
    if not a.name and not b.name:
        return _diff_trees(a, b, options, models, exit_code)
    if not a.name or not b.name:
        raise click.UsageError("A and B are two models or two trees, not one of each")
    if models:
        raise click.UsageError("--model chooses from two trees (@PATH @PATH)")
    result = call(_compared, a, b, options, same_sizes)
    display = dataclasses.replace(options.display, unchanged=every)
    write(COMPARISON.render(result, options.format, display), options.output)
    if "failed" in (result.first.status, result.second.status):
        return COULD_NOT
    return FOUND if exit_code and result.verdict != "equal" else 0


def _diff_trees(a: _Named, b: _Named, options: Options, models: tuple[str, ...], exit_code: bool) -> int:
    with progress_bar("comparing") as progress:
        found = diff_trees(
            *(a.path, b.path),
            models=option.separated(models) or (),
            config=options.config,
            overrides=dict(options.overrides),
            cache=options.cache,
            jobs=options.jobs,
            progress=progress,
            isolate=True,
        )
    write(TREES.render(found, options.format, options.display), options.output)
    return FOUND if exit_code and not _all_equal(found) else 0


def _compared(a: _Named, b: _Named, options: Options, same_sizes: bool) -> Comparison:
    names = (a.name, b.name, a.path, b.path)
    return diff(*names, config=options.config, overrides=dict(options.overrides), same_sizes=same_sizes)


def _all_equal(found: TreeComparison) -> bool:
    return not (found.models or found.unknown or found.only_first or found.only_second)


def _named(text: str, tree: Path | None) -> _Named:
    if text.startswith("@") and not path_exists(text):
        if text == "@":
            raise click.BadParameter(f"{text!r} is not MODEL, MODEL@PATH or @PATH")
        return _Named("", Path(text[1:]))
    found = located(text, tree)
    if found.name:
        return _Named(found.name, found.tree)
    models = all_at(found)
    return _Named(models[0].name if len(models) == 1 else "", found.tree)
