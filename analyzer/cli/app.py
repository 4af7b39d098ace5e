"""The program: its name, its version, its commands."""

from __future__ import annotations

import click

from analyzer.cli import options
from analyzer.cli.bulk import calls_command, params_command
from analyzer.cli.claims import claims_group
from analyzer.cli.command import RootGroup
from analyzer.cli.config import config_command
from analyzer.cli.cost import cost_command
from analyzer.cli.diff import diff_command
from analyzer.cli.graph import graph_command
from analyzer.cli.lineage import lineage_command
from analyzer.cli.rules import rules_group
from analyzer.cli.scan import scan_command
from analyzer.cli.show import show_command
from analyzer.cli.table import table_command
from analyzer.cli.verify import verify_command
from analyzer.cli.vocabulary import gaps_command, schema_command, traits_command
from analyzer.engine import tool_version

_EXAMPLES = """\b
Start with:
  asbuilt scan                    the installed transformers, as a summary
  asbuilt show llama              one model's blocks and facts
  asbuilt graph llama --at model.layers.0.self_attn
  asbuilt cost llama              bytes and FLOPs, part by part
  asbuilt config llama            what reads each configuration field
  asbuilt diff llama olmo2        where two models differ
  asbuilt table llama gemma3      models × traits, as text, Markdown, LaTeX, CSV
  asbuilt verify llama            what its papers say against what the code does
  asbuilt rules list              what the rules look for, and why

Exit codes: 0 success, 1 findings at or above --fail-on, 2 the command failed, 3 with --fail-on: no such findings, but
part of the input could not be read, 130 Ctrl-C, 143 SIGTERM.
"""


@click.group(cls=RootGroup, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(tool_version(), prog_name="asbuilt")
@options.verbose
def main() -> None:
    """Read model code and report what architecture it really builds, without importing or running it."""


for command in (
    scan_command,
    show_command,
    graph_command,
    params_command,
    calls_command,
    cost_command,
    config_command,
    diff_command,
    table_command,
    lineage_command,
    verify_command,
    claims_group,
    rules_group,
    traits_command,
    gaps_command,
    schema_command,
):
    main.add_command(command)
