"""``asbuilt table``: models × traits, for a survey or a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from analyzer.api import (
    InputError,
    LoadedRules,
    Report,
    load_rules,
    models_called,
    read_report,
    rules_of_traits,
    scan,
    table,
)
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.models import Chosen, located
from analyzer.cli.options import Options, separated
from analyzer.cli.terminal import progress_bar, write
from analyzer.cli.unfinished import tell_unfinished
from analyzer.outputs import TABLE

_EXAMPLES = """\b
Examples:
  asbuilt table llama gemma3 mixtral
  asbuilt table 'qwen*' --traits attention,rope.theta          areas, single traits, beginnings of names
  asbuilt table llama qwen3 --format latex -o survey.tex
  asbuilt table llama llama@OLD/transformers --traits norm     one model in two releases
  asbuilt table --all --tree OLD/src --tree NEW/src --format csv -o both.csv
  asbuilt scan --format json -o all.json; asbuilt table --all --findings all.json   without reading the code again

\b
Cells hold the values of the stacks that stand for the model: `4096 ×22 / none ×4` is one value in 22 layers and another
in 4. Notes say which layers, and what other stacks (a vision tower) have instead.
"""


@command("table", short_help="Many models side by side: models × traits.", epilog=_EXAMPLES)
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--all", "everything", is_flag=True, help="Every model of the trees.")
@click.option(
    "--traits",
    multiple=True,
    metavar="TRAIT",
    help="Columns: traits, areas (attention) or beginnings of names, separated by commas. Repeatable. "
    "Default: what surveys of language models compare.",
)
@click.option("--transpose", is_flag=True, help="One trait per row, one model per column.")
@click.option(
    "--tree",
    "trees",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where the model code is. Default: the installed transformers. Repeatable: the models of each tree.",
)
@click.option(
    "--findings",
    "saved",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take what `asbuilt scan --format json` has written to FILE, and read no code. Repeatable.",
)
@option.shared(
    *(option.all_classes, option.configuration, option.rules, option.jobs, option.no_cache, option.output),
    formats=TABLE,
)
def table_command(
    options: Options,
    models: tuple[str, ...],
    everything: bool,
    traits: tuple[str, ...],
    transpose: bool,
    trees: tuple[Path, ...],
    saved: tuple[Path, ...],
) -> int:
    """Print one row for each MODEL and one column for each trait.

    MODEL is a model type, a class, or a pattern of them ('qwen*'); MODEL@PATH one of the tree at PATH, and a path
    all models there.
    """
    if everything == bool(models):
        raise click.UsageError("name models, or give --all")
    words = separated(traits) or []
    rules = load_rules(options.rules, isolate=True)
    chosen = rules_of_traits(words, rules)
    reports = [read_report(path) for path in saved]
    places = [located(model, None) for model in models]
    if not saved or trees:
        wanted = _by_tree(places, trees)
        reports += [_scanned(options, tree, names, chosen, rules) for tree, names in wanted.items()]
    names = [place.name for place in places] if all(place.name for place in places) else []
    found = table(*reports, traits=words, models=names)
    write(TABLE.render(found, options.format, replace(options.display, transposed=transpose)), options.output)
    for report in reports:
        tell_unfinished(report.errors)
    return 0 if any(row.status != "failed" for row in found.models) else COULD_NOT


def _by_tree(places: Sequence[Chosen], trees: Sequence[Path]) -> Mapping[Path | None, tuple[str, ...]]:
    """The names to look for in each tree, none for all of its models: names without a tree of their own are looked for
    in every one of ``trees``.

    A tree that has none of its models is left out. Raises InputError for a name that no tree has.
    """
    everywhere: Sequence[Path | None] = trees or (None,)
    if not places:
        return dict.fromkeys(everywhere, ())
    found: dict[Path | None, tuple[str, ...]] = {}
    for place in places:
        own = everywhere if place.tree is None else (place.tree,)
        there = [tree for tree in own if len(own) == 1 or models_called(place.name, tree)]
        if not there:
            raise InputError(f"none of the trees has a model {place.name!r}", code="unknown-model")
        for tree in there:
            found[tree] = (*found.get(tree, ()), *filter(None, (place.name,)))
    return found


def _scanned(
    options: Options, tree: Path | None, names: tuple[str, ...], chosen: Sequence[str], rules: LoadedRules
) -> Report:
    with progress_bar("scanning") as progress:
        return scan(
            tree,
            models=names or None,
            select=chosen,
            rules=rules,
            config=options.config,
            overrides=dict(options.overrides),
            all_classes=options.all_classes,
            cache=options.cache,
            jobs=options.jobs,
            progress=progress,
            preview=True,
            isolate=True,
        )
