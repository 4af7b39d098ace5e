"""``asbuilt lineage``: what a model derives from, and which copies no longer match their originals."""

from __future__ import annotations

import click

from analyzer.api import drifts, lineage
from analyzer.cli import options as option
from analyzer.cli.command import command
from analyzer.cli.models import choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import write
from analyzer.outputs import DRIFTS, LINEAGE, DriftResult
from analyzer.workers import call

_EXAMPLES = """\b
Examples:
  asbuilt lineage qwen2                       qwen2 ← llama: what each class changes, and what that changes
  asbuilt lineage qwen2 --source-only         without building and comparing the two models
  asbuilt lineage --tree ~/transformers       all generated and copied code that no longer follows

\b
Two kinds of code are checked, without names of classes, comments, formatting and annotations:
  generated   modeling_x.py against modular_x.py, member by member; members that call super() are left out
  copied      blocks marked "# Copied from X with A->B" against X after the replacements
"""


@command("lineage", short_help="What a model derives from, and exactly what it changed.", epilog=_EXAMPLES)
@click.argument("model", required=False)
@click.option("--source-only", is_flag=True, help="Do not build the model and its parent to compare them.")
@option.shared(option.tree, option.output, formats=LINEAGE)
def lineage_command(options: Options, model: str | None, source_only: bool) -> None:
    """Print which model MODEL derives from, what it changed class by class, and how the two compute differently.

    MODEL is a model type or class, MODEL@PATH one of the tree at PATH, or PATH with one model. Without MODEL: all code
    of the tree that no longer follows from its modular source, or no longer matches the code that it is marked as a
    copy of.
    """
    if model is None:
        found = DriftResult(*call(drifts, options.tree))
        write(DRIFTS.render(found, options.format, options.display), options.output)
        return
    chosen = choose(model, options)
    result = call(lineage, chosen.name, chosen.tree, compared=not source_only)
    write(LINEAGE.render(result, options.format, options.display), options.output)
