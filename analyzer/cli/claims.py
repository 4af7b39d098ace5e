"""``asbuilt claims``: start and validate claims files."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.api import check_claims, new_claims
from analyzer.cli import options as option
from analyzer.cli.codes import FOUND
from analyzer.cli.command import CommandGroup
from analyzer.cli.models import choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import emit_text, write
from analyzer.outputs import CLAIMS, ClaimsCheck
from analyzer.workers import call

_FORMAT = """\b
A claims file:
  title = "…"   arxiv = "…"   year = 2026   models = ["model_type", …]
  checkpoints.NAME = { config = { FIELD = VALUE } }   config where it is known; {} if it is the class's default
  claims = [
    { trait = "norm.type", value = "rmsnorm", where = "section 2" },
    { trait = "attention.qk_norm", not = "none", where = "table 1", confidence = "medium" },
    { trait = "dims.layers", value = 42, where = "table 1", checkpoint = "NAME" },
  ]
  unstated = [ { trait = "norm.eps" } ]               looked for, and not in the paper

\b
A claim may also have model, module (a pattern) and note. Values are those of `asbuilt traits`, numbers, lists where
kinds of layers differ, or arithmetic over sizes (layers, hidden, heads, kv_heads, head_dim, ffn, vocab, context) and
config.FIELD: "1/sqrt(3*head_dim)".
"""


@click.group("claims", cls=CommandGroup, epilog=_FORMAT)
def claims_group() -> None:
    """Write and validate what papers say, for ``verify``."""


@claims_group.command("new")
@click.argument("model")
@option.shared(option.tree, option.configuration, option.output)
def new_command(options: Options, model: str) -> None:
    """Write a claims file about MODEL that states what its code does. Replace the values by what the paper says.

    \b
      asbuilt claims new gemma2 -o gemma2.toml
      asbuilt claims check gemma2.toml
      asbuilt verify --claims gemma2.toml
    """
    chosen = choose(model, options)
    text = call(new_claims, chosen.name, chosen.tree, config=options.config, overrides=dict(options.overrides))
    emit_text(text, options.output)


@claims_group.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE|DIR]...")
@option.shared(option.output, formats=CLAIMS)
def check_command(options: Options, paths: tuple[Path, ...]) -> int:
    """Validate claims files (the shipped ones when none is given). Exit code 1 if something is wrong."""
    checked = ClaimsCheck(*check_claims(paths))
    write(CLAIMS.render(checked, options.format, options.display), options.output)
    return FOUND if checked.errors else 0
