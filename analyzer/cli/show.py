"""``asbuilt show``: one model as a page."""

from __future__ import annotations

import click

from analyzer.api import SERVED, Alternative
from analyzer.api import branches as find_branches
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.models import Chosen, built, choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import write
from analyzer.graph import Status
from analyzer.outputs import MODEL, ModelResult, Rendered, collected
from analyzer.workers import call, step

_EXAMPLES = """\b
Examples:
  asbuilt show llama
  asbuilt show gemma2 --set num_hidden_layers=4
  asbuilt show t5 --class T5EncoderModel
  asbuilt show llama --config Llama-3.2-1B/config.json
  asbuilt show mine@path/to/modeling_mine.py
  asbuilt show deepseek_v3 --branches
  asbuilt show mixtral --format markdown -o mixtral.md
"""


@command("show", short_help="One model's blocks, schedule and traits with their places.", epilog=_EXAMPLES)
@click.argument("model")
@click.option(
    "--branches",
    is_flag=True,
    help="Also print what each deciding field would change at its other values. Builds the model once for each.",
)
@option.shared(
    *(option.class_name, option.tree, option.configuration, option.call, option.choice, option.output),
    formats=MODEL,
)
def show_command(options: Options, model: str, branches: bool) -> int:
    """Print what MODEL is: blocks in the order in which they run, and every trait with its place in the code.

    MODEL is a model type (llama) or a class (LlamaForCausalLM), MODEL@PATH one of the tree at PATH.
    """
    rendered, failed = call(_shown, choose(model, options), options, branches)
    write(rendered, options.output)
    return COULD_NOT if failed else 0


def _shown(chosen: Chosen, options: Options, branches: bool) -> tuple[Rendered, bool]:
    """The page, and whether the model failed."""
    loaded = built(chosen, options, dtype=SERVED)
    outcome = loaded.examined(options.selected, options.ignored, options.rules)
    step(f"describing {loaded.built.class_name}", None)
    alternatives = _branches(chosen, options) if branches else None
    found = ModelResult(loaded.query, loaded.report, outcome.findings, outcome.problems, alternatives)
    return collected(MODEL.render(found, options.format, options.display)), loaded.built.status is Status.FAILED


def _branches(chosen: Chosen, options: Options) -> tuple[Alternative, ...]:
    return find_branches(
        chosen.name,
        chosen.tree,
        config=options.config,
        overrides=dict(options.overrides),
        select=options.selected,
        ignore=options.ignored,
        rules=options.rules,
    )
