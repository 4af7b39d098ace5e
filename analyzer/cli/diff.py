"""``asbuilt diff``: two models, or two trees, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from analyzer.api import diff, diff_trees
from analyzer.api import models as listed
from analyzer.cli import options
from analyzer.cli.codes import COULD_NOT, FOUND
from analyzer.cli.command import command
from analyzer.cli.failure import is_verbose
from analyzer.cli.terminal import emit, emit_json, progress_bar
from analyzer.outputs.comparison import comparison
from analyzer.outputs.comparison_markdown import comparison_markdown, trees_markdown
from analyzer.outputs.tree_comparison import trees
from analyzer.report import Comparison, TreeComparison
from analyzer.sources.read import Kind, kind_of
from analyzer.workers import call

_EXAMPLES = """\b
Examples:
  asbuilt diff llama olmo2 --same-sizes                  two models of one tree
  asbuilt diff llama@OLD/transformers llama              one model, two releases
  asbuilt diff mine@my_llama.py llama --config config.json --exit-code
  asbuilt diff my_llama.py other_llama.py                two files with one model each
  asbuilt diff @OLD/transformers @NEW/transformers       every model of two releases
  asbuilt diff @OLD/transformers @NEW/transformers --model 'qwen*'

\b
Verdicts:
  equal       the same arithmetic with the same roundings, whatever names, files and spellings
  precision   the same arithmetic, other casts or element types
  different   other arithmetic, parameters, layers or traits; the first departure is where the computation parts
  unknown     something was not understood; the reason says what

Sizes are part of a model: to compare structures give both the same --config or --set, or use --same-sizes.
Exit codes: 0 done, 1 not equal and --exit-code, 2 could not be done.
"""


@dataclass(frozen=True, slots=True)
class _Named:
    """A model of a tree; a whole tree when the name is empty."""

    name: str
    path: Path | None


@command("diff", short_help="Compare two models, two releases, two implementations.", epilog=_EXAMPLES)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--model", "models", multiple=True, metavar="NAME", help="Of two trees, only this model type or pattern.")
@click.option("--all", "every", is_flag=True, help="Also traits, parameters and layers that are the same.")
@click.option("--same-sizes", is_flag=True, help="Give A the integers of B's configuration for fields that both have.")
@options.tree
@options.configuration
@options.formats(("text", "json", "markdown"), "text")
@options.output
@click.option("--exit-code", is_flag=True, help="Exit with 1 unless A and B are equal.")
@options.jobs
@options.no_cache
@options.verbose
@click.pass_context
def diff_command(
    ctx: click.Context,
    first: str,
    second: str,
    models: tuple[str, ...],
    every: bool,
    same_sizes: bool,
    tree: Path | None,
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    form: str,
    output: Path | None,
    exit_code: bool,
    jobs: int | None,
    no_cache: bool,
) -> None:
    """Say where the computation of B departs from that of A.

    A and B are each a model type or class (llama), MODEL@PATH of the tree at PATH, a file or folder with one model, or
    both @PATH for all models of two trees.
    """
    a, b = _named(first, tree), _named(second, tree)
    if not a.name and not b.name:
        with progress_bar("comparing") as progress:
            found = diff_trees(
                *(a.path, b.path),
                models=models,
                config=config,
                overrides=dict(overrides),
                cache=not no_cache,
                jobs=jobs,
                progress=progress,
                isolate=True,
            )
        _render_trees(found, form, output, is_verbose(ctx))
        ctx.exit(FOUND if exit_code and not _all_equal(found) else 0)
    if not a.name or not b.name:
        raise click.UsageError("A and B are two models or two trees, not one of each")
    if models:
        raise click.UsageError("--model chooses from two trees (@PATH @PATH)")
    result = call(_compared, a, b, config, dict(overrides), same_sizes)
    _render(result, form, output, every, is_verbose(ctx))
    failed = "failed" in (result.first.status, result.second.status)
    ctx.exit(COULD_NOT if failed else FOUND if exit_code and result.verdict != "equal" else 0)


def _compared(a: _Named, b: _Named, config: Path | None, overrides: dict[str, object], same_sizes: bool) -> Comparison:
    return diff(*(a.name, b.name, a.path, b.path), config=config, overrides=overrides, same_sizes=same_sizes)


def _all_equal(found: TreeComparison) -> bool:
    return not (found.models or found.unknown or found.only_first or found.only_second)


def _named(text: str, tree: Path | None) -> _Named:
    name, at, path = text.partition("@")
    if at and not path:
        raise click.BadParameter(f"{text!r} is not MODEL, MODEL@PATH or @PATH")
    if at:
        return _Named(name, Path(path))
    if ("/" in text or text.endswith(".py")) and kind_of(found := Path(text)) is not Kind.MISSING:
        return _Named(_only(found), found)
    return _Named(text, tree)


def _only(path: Path) -> str:
    """The class of the one model at ``path``; empty where there are several."""
    found = [entry.class_name for entry in listed(path) if entry.class_name]
    return found[0] if len(found) == 1 else ""


def _render(result: Comparison, form: str, output: Path | None, every: bool, verbose: bool) -> None:
    match form:
        case "json":
            emit_json(result, output)
        case "markdown":
            emit(comparison_markdown(result, every=every), output)
        case _:
            emit(comparison(result, every=every, verbose=verbose), output)


def _render_trees(result: TreeComparison, form: str, output: Path | None, verbose: bool) -> None:
    match form:
        case "json":
            emit_json(result, output)
        case "markdown":
            emit(trees_markdown(result), output)
        case _:
            emit(trees(result, verbose=verbose), output)
