"""``asbuilt rules``: list, explain, test and scaffold rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from rich.text import Text

from analyzer.api import SERVED, InputError, Rule, load_packs
from analyzer.api.rules import ExampleResult, RuleCard, card, data_scaffold, run_all_examples, scaffold
from analyzer.cli import options
from analyzer.cli.codes import FOUND
from analyzer.cli.command import Group
from analyzer.cli.models import Chosen, built, choose
from analyzer.cli.terminal import emit, emit_json, emit_text
from analyzer.outputs.explanation import explanation
from analyzer.outputs.rule_page import file_name, index, page
from analyzer.rule.explain import Explanation
from analyzer.workers import call, step

_FORMATS = ("text", "json", "markdown")
_EXPLAIN_EXAMPLES = """\b
Examples:
  asbuilt rules explain NRM002                       what it finds and why it matters
  asbuilt rules explain NRM002 llama                 why it says what it says about llama
  asbuilt rules explain USR001 mine@src --rules my_rules/
  asbuilt rules explain --all --format markdown --output docs/rules
"""

_packs = click.option(
    "--rules",
    "packs",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE|DIR",
    help="Rules of your own besides the shipped ones. Repeatable.",
)


@click.group("rules", cls=Group)
def rules_group() -> None:
    """List, explain, test and write rules."""


@rules_group.command("list")
@_packs
@options.formats(_FORMATS, "text")
@options.verbose
def list_command(packs: tuple[Path, ...], form: str) -> None:
    """List the rules with the traits that they decide."""
    cards = [card(rule) for rule in load_packs(packs)]
    match form:
        case "json":
            emit_json(cards)
        case "markdown":
            emit(_table(cards))
        case _:
            emit(_lines(cards))


@rules_group.command("explain", epilog=_EXPLAIN_EXAMPLES)
@click.argument("name", metavar="[ID]", required=False)
@click.argument("model", required=False)
@click.option("--all", "every", is_flag=True, help="Every rule; with --output one page a rule and an index.")
@click.option(
    *("-o", "--output"), type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write pages to DIR."
)
@_packs
@options.class_name
@options.tree
@options.configuration
@options.formats(_FORMATS, "text")
@options.verbose
def explain_command(
    name: str | None,
    model: str | None,
    every: bool,
    output: Path | None,
    packs: tuple[Path, ...],
    class_name: str | None,
    tree: Path | None,
    config: Path | None,
    overrides: tuple[tuple[str, object], ...],
    form: str,
) -> None:
    """Say what the rule ID (or the rule of that name) finds and why it matters, with examples.

    With MODEL (llama, LlamaForCausalLM, mine@PATH): why the rule matches that model or does not. A rule written as data
    is told condition by condition at the place where it comes nearest, one in Python by what it asked for and found.
    """
    rules = load_packs(packs)
    if every == (name is not None):
        raise click.UsageError("give the ID of a rule, or --all")
    if model is not None and name is not None:
        rules.find(name)
        _emit_explanation(call(_explained, name, packs, choose(model, tree, class_name), config, overrides), form)
        return
    chosen = list(rules) if name is None else [rules.find(name)]
    if output is not None:
        _write_pages(chosen, output)
    elif form == "json":
        emit_json([card(rule) for rule in chosen] if every else card(chosen[0]))
    else:
        emit_text("\n".join(map(page, chosen)))


def _explained(
    name: str, packs: tuple[Path, ...], chosen: Chosen, config: Path | None, overrides: tuple[tuple[str, object], ...]
) -> Explanation:
    return built(chosen, config, overrides, dtype=SERVED).explain(load_packs(packs).find(name))


def _emit_explanation(told: Explanation, form: str) -> None:
    if form == "json":
        emit_json(told)
    else:
        emit(explanation(told))


def _write_pages(rules: Sequence[Rule], folder: Path) -> None:
    pages = {file_name(rule): page(rule) for rule in rules}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {**pages, "index.md": index(rules)}.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can not be written: {error.strerror}", path=str(folder), code="output") from error
    emit([f"{folder}: {len(pages)} pages and index.md written"])


@rules_group.command("test")
@click.argument("pack", required=False, type=click.Path(path_type=Path))
@options.formats(("text", "json"), "text")
@options.verbose
def test_command(pack: Path | None, form: str) -> None:
    """Run the examples of the rules in PACK (a file or folder; the shipped rules when left out).

    Each example runs twice, as written and with all its names changed. Exit code 1 if one fails.
    """
    number, results = call(_tested, pack)
    if form == "json":
        emit_json(results)
    else:
        emit(_outcome(results, number))
    if not all(result.passed for result in results):
        click.get_current_context().exit(FOUND)


def _tested(pack: Path | None) -> tuple[int, list[ExampleResult]]:
    """The number of rules, and how their examples went."""
    rules = load_packs((pack,), entry_points=False, shipped=False) if pack else load_packs(entry_points=False)
    step("running examples", None)
    return len(rules), list(run_all_examples(rules))


@rules_group.command("new")
@click.argument("name")
@click.option("--data", is_flag=True, help="As data in a TOML file: a predicate over traits, no programming.")
@click.option("--id", "identifier", default="USR001", show_default=True, help="Letters and three digits.")
@click.option("--trait", default="", metavar="AREA.NAME", help="The trait that it decides; default: made from NAME.")
@click.option(
    *("-o", "--output"),
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder to write to; default: here.",
)
@options.verbose
def new_command(name: str, data: bool, identifier: str, trait: str, output: Path) -> None:
    """Write a working rule called NAME (words-with-hyphens), with examples that pass ``rules test``."""
    if data and trait:
        raise click.UsageError("a rule as data reads traits and decides none: leave out --trait")
    path = output / f"{identifier.lower()}_{name.replace('-', '_')}.{'toml' if data else 'py'}"
    if path.exists():
        raise InputError("is there already", path=str(path), code="exists")
    text = data_scaffold(name, identifier) if data else scaffold(name, identifier, trait)
    try:
        output.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can not be written: {error.strerror}", path=str(path), code="output") from error
    emit((f"{path}: written; try", f"  asbuilt rules test {path}", f"  asbuilt scan --rules {path} --model llama"))


def _lines(cards: Iterable[RuleCard]) -> Iterator[Text]:
    cards = list(cards)
    width = max((len(item.name) for item in cards), default=0)
    for item in cards:
        finds = ", ".join(item.traits) or f"{item.kind}, {item.severity}"
        stage = f"  {item.stage}" if item.stage != "stable" else ""
        line = Text.assemble((item.id, "bold"), f"  {item.name:<{width}}  ", (finds, "cyan"), (stage, "yellow"))
        yield line.append(f"\n{'':8}{item.title}")


def _table(cards: Iterable[RuleCard]) -> Iterator[str]:
    yield "| id | name | traits | what it finds |"
    yield "| --- | --- | --- | --- |"
    for item in cards:
        yield f"| {item.id} | {item.name} | {', '.join(f'`{trait}`' for trait in item.traits)} | {item.title} |"


def _outcome(results: Iterable[ExampleResult], rules: int) -> Iterator[Text]:
    results = list(results)
    failed = [result for result in results if not result.passed]
    for result in failed:
        place = f"{result.rule} example {result.number} ({result.variant.value})"
        yield Text.assemble(("failed  ", "red"), place, "\n", textwrap.indent(result.complaint, " " * 8))
    colour = "red" if failed else "green"
    yield Text(f"{rules} rules, {len(results)} runs of examples, {len(failed)} failed", style=colour)
