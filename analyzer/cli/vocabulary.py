"""``asbuilt traits``, ``asbuilt gaps`` and ``asbuilt schema``: the words and the formats of the output."""

from __future__ import annotations

import click

from analyzer.api import InputError, vocabulary
from analyzer.base import GAP_KINDS
from analyzer.cli import options as option
from analyzer.cli.command import command
from analyzer.cli.options import Options
from analyzer.cli.terminal import emit_json, write
from analyzer.outputs import GAPS, TRAITS, schemas


@command("traits", short_help="The words: traits, their values and meanings.")
@click.argument("prefix", default="")
@option.shared(option.output, formats=TRAITS)
def traits_command(options: Options, prefix: str) -> None:
    """List the traits that rules decide, with their values and meanings. With PREFIX, only those that begin with it."""
    chosen = [trait for trait in vocabulary() if trait.name.startswith(prefix)]
    if not chosen:
        raise InputError(f"no trait begins with {prefix!r}", code="unknown-trait")
    write(TRAITS.render(chosen, options.format, options.display), options.output)


@command("gaps", short_help="The codes of what was not understood, explained.")
@click.argument("code", default="")
@option.shared(option.output, formats=GAPS)
def gaps_command(options: Options, code: str) -> None:
    """Explain the codes that a scan counts under "not understood": what each means, and what to do about it.

    With CODE, explain only that one. A model with a gap is `partial`, unless all its gaps are `assumed`. `asbuilt scan`
    counts how often each code occurs in a tree.
    """
    chosen = [kind for kind in GAP_KINDS if code in ("", kind.code.value)]
    if not chosen:
        known = ", ".join(kind.code.value for kind in GAP_KINDS)
        raise InputError(f"no gap has the code {code!r}; there are {known}", code="unknown-gap")
    write(GAPS.render(chosen, options.format, options.display), options.output)


@command("schema", short_help="The JSON Schema of an output format.")
@click.argument("name", default="findings", type=click.Choice(list(schemas())))
@option.shared(option.output)
def schema_command(options: Options, name: str) -> None:
    """Print the JSON Schema of a document that a command prints with --format json or jsonl."""
    emit_json(schemas()[name](), options.output)
