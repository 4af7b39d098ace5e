"""``asbuilt rules``: list, explain, test and scaffold rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from analyzer.api import (
    SERVED,
    ExampleResult,
    InputError,
    Rule,
    data_scaffold,
    facts,
    load_packs,
    run_examples,
    scaffold,
)
from analyzer.cli import options as option
from analyzer.cli.codes import FOUND
from analyzer.cli.command import CommandGroup
from analyzer.cli.models import Chosen, built, choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import emit, write
from analyzer.outputs import (
    EXAMPLES,
    EXPLANATION,
    FACTS,
    RULE_PAGES,
    RULES,
    ExamplesResult,
    FactsResult,
    Rendered,
    RulePages,
    card,
    collected,
    page_files,
)
from analyzer.workers import call, step

_EXPLAIN_EXAMPLES = """\b
Examples:
  asbuilt rules explain NRM002                       what it finds and why it matters
  asbuilt rules explain NRM002 llama                 why it says what it says about llama
  asbuilt rules explain USR001 mine@src --rules my_rules/
  asbuilt rules explain --all --format markdown --output docs/rules
"""


_FACTS_EXAMPLES = """\b
Examples:
  asbuilt rules facts                                all facts, one on each line
  asbuilt rules facts norms attentions               their fields, with the code that has them
  asbuilt rules facts --format markdown -o facts.md
"""


@click.group("rules", cls=CommandGroup)
def rules_group() -> None:
    """List, explain, test and write rules."""


@rules_group.command("list")
@option.shared(option.rules, option.output, formats=RULES)
def list_command(options: Options) -> None:
    """List the rules with the traits that they decide."""
    cards = [card(rule) for rule in load_packs(options.rules)]
    write(RULES.render(cards, options.format, options.display), options.output)


@rules_group.command("facts", epilog=_FACTS_EXAMPLES)
@click.argument("names", nargs=-1, metavar="[FACT]...")
@option.shared(option.output, formats=FACTS)
def facts_command(options: Options, names: tuple[str, ...]) -> None:
    """List the facts that rules can ask for.

    With FACT (norms, or Norm): its fields, what each is in a small program, and the line of the program that has it.
    """
    result = FactsResult(facts(names), pages=bool(names))
    write(FACTS.render(result, options.format, options.display), options.output)


@rules_group.command("explain", epilog=_EXPLAIN_EXAMPLES)
@click.argument("name", metavar="[ID]", required=False)
@click.argument("model", required=False)
@click.option("--all", "every", is_flag=True, help="Every rule; with --output one page a rule and an index.")
@click.option(
    *("-o", "--output"), type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write pages to DIR."
)
@option.shared(option.rules, option.class_name, option.tree, option.configuration, formats=RULE_PAGES)
def explain_command(options: Options, name: str | None, model: str | None, every: bool) -> None:
    """Explain what the rule ID (or the rule of that name) finds and why it matters, with examples.

    With MODEL (llama, LlamaForCausalLM, mine@PATH): why the rule matches that model or does not. For a rule written as
    data, each condition is evaluated at the place that comes nearest to a match. For a rule in Python, its queries and
    their results are listed.
    """
    rules = load_packs(options.rules)
    if every == (name is not None):
        raise click.UsageError("give the ID of a rule, or --all")
    if model is not None and name is not None:
        rules.find(name)
        write(call(_explained, name, choose(model, options), options))
        return
    chosen = tuple(rules) if name is None else (rules.find(name),)
    if options.output is not None:
        _write_pages(chosen, options.output)
    else:
        write(RULE_PAGES.render(RulePages(chosen, single=not every), options.format))


def _write_pages(rules: Sequence[Rule], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in page_files(rules).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can not be written: {error.strerror}", path=str(folder), code="output") from error
    emit([f"{folder}: {len(rules)} pages and index.md written"])


def _explained(name: str, chosen: Chosen, options: Options) -> Rendered:
    told = built(chosen, options, dtype=SERVED).explain(load_packs(options.rules).find(name))
    return collected(EXPLANATION.render(told, options.format))


@rules_group.command("test")
@click.argument("pack", required=False, type=click.Path(path_type=Path))
@option.shared(option.output, formats=EXAMPLES)
def test_command(options: Options, pack: Path | None) -> int:
    """Run the examples of the rules in PACK (a file or folder; the shipped rules when left out).

    Each example runs twice, as written and with all its names changed. Exit code 1 if one fails, or if a rule has no
    examples. To try a rule before it has any: asbuilt scan --rules FILE --select ID --model llama.
    """
    result = ExamplesResult(*call(_tested, pack))
    write(EXAMPLES.render(result, options.format), options.output)
    return 0 if result.passed else FOUND


def _tested(pack: Path | None) -> tuple[int, tuple[ExampleResult, ...], tuple[str, ...]]:
    """The number of rules, how their examples went, and which rules have none."""
    rules = load_packs((pack,), entry_points=False, shipped=False) if pack else load_packs(entry_points=False)
    step("running examples", None)
    results = tuple(result for rule in rules for result in run_examples(rule))
    return len(rules), results, tuple(rule.id for rule in rules if not rule.examples)


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
@option.verbose
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
