"""``asbuilt show``: one model's fact sheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from rich.text import Text

from analyzer.api import SERVED, Alternative
from analyzer.api import branches as find_branches
from analyzer.cli import options
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.failure import is_verbose
from analyzer.cli.models import Chosen, built, choose
from analyzer.cli.terminal import emit
from analyzer.graph import Status
from analyzer.outputs.branches import branch_lines
from analyzer.outputs.sheet import sheet
from analyzer.workers import call, step

_EXAMPLES = """\b
Examples:
  asbuilt show llama
  asbuilt show gemma2 --set num_hidden_layers=4
  asbuilt show t5 --class T5EncoderModel
  asbuilt show llama --config Llama-3.2-1B/config.json
  asbuilt show mine@path/to/modeling_mine.py
  asbuilt show deepseek_v3 --branches
"""


@command("show", short_help="One model's blocks, schedule and traits with their places.", epilog=_EXAMPLES)
@click.argument("model")
@options.class_name
@options.tree
@options.configuration
@options.call
@options.choice
@click.option(
    "--branches",
    is_flag=True,
    help="Also what each field that decided something would change at its other values (one more build for each).",
)
@options.output
@options.verbose
@click.pass_context
def show_command(
    ctx: click.Context,
    model: str,
    class_name: str | None,
    tree: Path | None,
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    inputs: tuple[tuple[str, tuple[str, tuple[int, ...]]], ...],
    arguments: tuple[tuple[str, object], ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    rules: tuple[Path, ...],
    branches: bool,
    output: Path | None,
) -> None:
    """Print what MODEL is: blocks in the order in which they run, and every trait with its place in the code.

    MODEL is a model type (llama) or a class (LlamaForCausalLM), MODEL@PATH one of the tree at PATH.
    """
    chosen = choose(model, tree, class_name)
    asked = _Asked(config, overrides, inputs, arguments, options.separated(select), options.separated(ignore), rules)
    lines, failed = call(_shown, chosen, asked, branches, is_verbose(ctx))
    emit(lines, output)
    ctx.exit(COULD_NOT if failed else 0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the model is built, and by which rules it is read; travels to a worker process."""

    config: Path | None
    overrides: tuple[tuple[str, object], ...]
    inputs: tuple[tuple[str, tuple[str, tuple[int, ...]]], ...]
    arguments: tuple[tuple[str, object], ...]
    select: list[str] | None
    ignore: list[str] | None
    rules: tuple[Path, ...]


def _shown(chosen: Chosen, asked: _Asked, branches: bool, verbose: bool) -> tuple[list[Text], bool]:
    """The lines of the page, and whether the model failed."""
    loaded = built(chosen, asked.config, asked.overrides, asked.inputs, asked.arguments, dtype=SERVED)
    outcome = loaded.examined(asked.select, asked.ignore, asked.rules)
    step(f"describing {loaded.built.class_name}", None)
    lines = [*sheet(loaded.query, outcome.findings, outcome.problems, verbose=verbose)]
    if branches:
        lines += [Text(), Text("branches", "bold"), *branch_lines(_branches(chosen, asked))]
    return lines, loaded.built.status is Status.FAILED


def _branches(chosen: Chosen, asked: _Asked) -> tuple[Alternative, ...]:
    return find_branches(
        chosen.name,
        chosen.tree,
        config=asked.config,
        overrides=dict(asked.overrides),
        select=asked.select,
        ignore=asked.ignore,
        rules=asked.rules,
    )
