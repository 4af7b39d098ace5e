"""``asbuilt traits`` and ``asbuilt schema``: the words and the formats of the output."""

from __future__ import annotations

import click
import msgspec
from rich.text import Text

from analyzer.api import InputError, Trait, vocabulary
from analyzer.cli import options
from analyzer.cli.terminal import emit, emit_text
from analyzer.outputs.schemas import schemas


@click.command("traits", short_help="The words: traits, their values and meanings.")
@click.argument("prefix", default="")
@options.formats(("text", "json"), "text")
@options.verbose
def traits_command(prefix: str, form: str) -> None:
    """List the traits that rules decide, with their values and meanings; only those that begin with PREFIX."""
    chosen = [trait for trait in vocabulary() if trait.name.startswith(prefix)]
    if not chosen:
        raise InputError(f"no trait begins with {prefix!r}", code="unknown-trait")
    if form == "json":
        emit_text(msgspec.json.format(msgspec.json.encode(chosen), indent=1).decode() + "\n")
    else:
        width = max(len(trait.name) for trait in chosen)
        emit(_line(trait, width) for trait in chosen)


@click.command("schema", short_help="The JSON Schema of an output format.")
@click.argument("name", default="findings", type=click.Choice(list(schemas())))
@options.verbose
def schema_command(name: str) -> None:
    """Print the JSON Schema of a format: findings of a scan, verdicts on papers, a graph, a line of params or calls."""
    encoded = msgspec.json.encode(schemas()[name]())
    emit_text(msgspec.json.format(encoded, indent=2).decode() + "\n")


def _line(trait: Trait, width: int) -> Text:
    values = [*trait.values, "…"] if trait.open else list(trait.values)
    shown = ", ".join(values) if trait.values else trait.type.replace("|", " or ")
    return Text.assemble((f"{trait.name:<{width}}", "bold"), "  ", (shown, "cyan"), f"\n{'':<{width}}  {trait.meaning}")
