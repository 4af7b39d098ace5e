"""``asbuilt traits``, ``asbuilt gaps`` and ``asbuilt schema``: the words and the formats of the output."""

from __future__ import annotations

import click
from rich.text import Text

from analyzer.api import InputError, Trait, vocabulary
from analyzer.base import GAP_KINDS, GapKind
from analyzer.cli import options
from analyzer.cli.command import command
from analyzer.cli.terminal import emit, emit_json
from analyzer.outputs.schemas import schemas


@command("traits", short_help="The words: traits, their values and meanings.")
@click.argument("prefix", default="")
@options.formats(("text", "json"), "text")
@options.verbose
def traits_command(prefix: str, form: str) -> None:
    """List the traits that rules decide, with their values and meanings; only those that begin with PREFIX."""
    chosen = [trait for trait in vocabulary() if trait.name.startswith(prefix)]
    if not chosen:
        raise InputError(f"no trait begins with {prefix!r}", code="unknown-trait")
    if form == "json":
        emit_json(chosen, indent=1)
    else:
        width = max(len(trait.name) for trait in chosen)
        emit(_line(trait, width) for trait in chosen)


@command("gaps", short_help="The codes of what was not understood, explained.")
@click.argument("code", default="")
@options.formats(("text", "json"), "text")
@options.verbose
def gaps_command(code: str, form: str) -> None:
    """Explain the codes that a scan counts under "not understood": what each means and the way out; only CODE.

    A model with a gap is `partial`, unless all that is to say is what was `assumed`. How often each code occurs in a
    tree is part of `asbuilt scan`.
    """
    chosen = [kind for kind in GAP_KINDS if code in ("", kind.code.value)]
    if not chosen:
        known = ", ".join(kind.code.value for kind in GAP_KINDS)
        raise InputError(f"no gap has the code {code!r}; there are {known}", code="unknown-gap")
    if form == "json":
        emit_json(chosen, indent=1)
    else:
        emit(_explained(kind) for kind in chosen)


@command("schema", short_help="The JSON Schema of an output format.")
@click.argument("name", default="findings", type=click.Choice(list(schemas())))
@options.verbose
def schema_command(name: str) -> None:
    """Print the JSON Schema of a format: findings of a scan, verdicts on papers, a graph, a line of params or calls."""
    emit_json(schemas()[name]())


def _explained(kind: GapKind) -> Text:
    return Text.assemble((kind.code.value, "bold"), f"\n  {kind.meaning}\n  ", (kind.remedy, "cyan"))


def _line(trait: Trait, width: int) -> Text:
    values = [*trait.values, "…"] if trait.open else list(trait.values)
    shown = ", ".join(values) if trait.values else trait.type.replace("|", " or ")
    return Text.assemble((f"{trait.name:<{width}}", "bold"), "  ", (shown, "cyan"), f"\n{'':<{width}}  {trait.meaning}")
