"""``asbuilt lineage``: what a model is made from, and what no longer follows."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.api import drifts, lineage
from analyzer.cli import options
from analyzer.cli.command import command
from analyzer.cli.failure import is_verbose
from analyzer.cli.terminal import emit, emit_json
from analyzer.cli.values import split_model
from analyzer.outputs.lineage import drift_lines, lineage_markdown
from analyzer.outputs.lineage import lineage as lines
from analyzer.workers import call

_EXAMPLES = """\b
Examples:
  asbuilt lineage qwen2                       qwen2 ← llama: what each class changes, and what that changes
  asbuilt lineage qwen2 --source-only         without building and comparing the two models
  asbuilt lineage --tree ~/transformers       all generated and copied code that no longer follows

\b
Two kinds of code are checked, without names of classes, comments, formatting and annotations:
  generated   modeling_x.py against modular_x.py, member by member; what calls super() is not told
  copied      blocks marked "# Copied from X with A->B" against X after the replacements
"""


@command("lineage", short_help="What a model derives from, and exactly what it changed.", epilog=_EXAMPLES)
@click.argument("model", required=False)
@click.option("--source-only", is_flag=True, help="Do not build the model and its parent to compare them.")
@options.tree
@options.formats(("text", "json", "markdown"), "text")
@options.output
@options.verbose
@click.pass_context
def lineage_command(
    ctx: click.Context, model: str | None, source_only: bool, tree: Path | None, form: str, output: Path | None
) -> None:
    """Print which model MODEL derives from, what it changed class by class, and how the two compute differently.

    MODEL is a model type or class, MODEL@PATH one of the tree at PATH. Without it: all code of the tree that no longer
    follows from its modular source or from what it is marked to be a copy of.
    """
    if model is None:
        count, found = call(drifts, tree)
        if form == "json":
            emit_json(found, output)
        else:
            emit(drift_lines(count, found, verbose=is_verbose(ctx)), output)
        return
    name, tree = split_model(model, tree)
    result = call(lineage, name, tree, compared=not source_only)
    match form:
        case "json":
            emit_json(result, output)
        case "markdown":
            emit(lineage_markdown(result), output)
        case _:
            emit(lines(result, verbose=is_verbose(ctx)), output)
