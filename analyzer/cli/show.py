"""``asbuilt show``: one model as a page."""

from __future__ import annotations

from collections.abc import Iterator

import click

from analyzer.api import SERVED, Alternative
from analyzer.api import branches as find_branches
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.links import with_links
from analyzer.cli.models import Chosen, built, choose_each
from analyzer.cli.options import Options
from analyzer.cli.terminal import write
from analyzer.graph import Status
from analyzer.outputs import MODEL, ModelResult, Rendered, collected, one_after_another
from analyzer.workers import call, step

_EXAMPLES = """\b
Examples:
  asbuilt show llama
  asbuilt show gemma2 --set num_hidden_layers=4
  asbuilt show t5 --class T5EncoderModel
  asbuilt show llama --config Llama-3.2-1B/config.json
  asbuilt show llama olmo2                  one after the other
  asbuilt show path/to/modeling_mine.py     the models of a file or folder
  asbuilt show mine@path/to/folder          one of them
  asbuilt show deepseek_v3 --branches
  asbuilt show mixtral --format markdown -o mixtral.md
"""


@command("show", short_help="One model's blocks, schedule and traits with their places.", epilog=_EXAMPLES)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "--branches",
    is_flag=True,
    help="Also print what each deciding field would change at its other values. Builds the model once for each.",
)
@option.shared(
    *(option.class_name, option.tree, option.configuration, option.call, option.choice, option.output),
    formats=MODEL,
)
def show_command(options: Options, models: tuple[str, ...], branches: bool) -> int:
    """Print what each MODEL is: blocks in the order in which they run, and every trait with its place in the code.

    MODEL is a model type (llama) or a class (LlamaForCausalLM), MODEL@PATH one of the tree at PATH, and PATH every
    model of a file or folder. Several are printed one after the other, with --format json as an array.
    """
    chosen = choose_each(models, options)
    failed: list[bool] = []
    pages = _pages(chosen, options, branches, failed)
    write(next(pages) if len(chosen) == 1 else one_after_another(MODEL[options.format], pages), options.output)
    return COULD_NOT if any(failed) else 0


def _pages(chosen: tuple[Chosen, ...], options: Options, branches: bool, failed: list[bool]) -> Iterator[Rendered]:
    """The page of each model as it is made; ``failed`` gets whether the model failed."""
    for one in chosen:
        rendered, lost = call(_shown, one, options, branches)
        failed.append(lost)
        yield rendered


def _shown(chosen: Chosen, options: Options, branches: bool) -> tuple[Rendered, bool]:
    """The page, and whether the model failed."""
    loaded = built(chosen, options, dtype=SERVED)
    outcome = loaded.examined(options.selected, options.ignored, options.rules)
    step(f"describing {loaded.built.class_name}", None)
    alternatives = _branches(chosen, options) if branches else None
    found = ModelResult(loaded.query, loaded.report, outcome.findings, outcome.problems, alternatives)
    page = with_links(MODEL.render(found, options.format, options.display), loaded.root)
    return collected(page), loaded.built.status is Status.FAILED


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
