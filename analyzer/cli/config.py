"""``asbuilt config``: what becomes of every field of a configuration."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.api import ConfigAudit, config_audit, model_of_config, path_exists
from analyzer.cli import options as option
from analyzer.cli.codes import COULD_NOT
from analyzer.cli.command import command
from analyzer.cli.models import Chosen, choose
from analyzer.cli.options import Options
from analyzer.cli.terminal import write
from analyzer.outputs import CONFIG
from analyzer.workers import call

_EXAMPLES = """\b
Examples:
  asbuilt config llama                        the class's own defaults
  asbuilt config Llama-3.2-1B/config.json     a file, with the model that it names
  asbuilt config llama --config config.json   a file, with a model of your choice
  asbuilt config path/to/hub_repository       the code and the config.json beside it
  asbuilt config gemma2 --format csv -o fields.csv
"""


@command("config", short_help="What reads each configuration field, and what it decides.", epilog=_EXAMPLES)
@click.argument("model", metavar="MODEL|PATH")
@click.option("--all", "every", is_flag=True, help="Also fields that only the library declares, and nobody gave.")
@option.shared(option.class_name, option.tree, option.configuration, option.output, formats=CONFIG)
def config_command(options: Options, model: str, every: bool) -> int:
    """Print each configuration field of MODEL: its value and its source, what reads it, which traits it decides.

    Fields that nothing reads, that are given and not declared, or given under two names, are listed as such. MODEL is a
    model type, a class or MODEL@PATH; PATH is that of code, or of a config.json, which names its model.
    """
    found = call(_audited, model, options, every)
    write(CONFIG.render(found, options.format, options.display), options.output)
    return COULD_NOT if found.status == "failed" else 0


def _audited(model: str, options: Options, every: bool) -> ConfigAudit:
    chosen, config = _chosen(model, options)
    overrides = dict(options.overrides)
    return config_audit(chosen.name, chosen.tree, config=config, overrides=overrides, every=every)


def _chosen(model: str, options: Options) -> tuple[Chosen, Path | None]:
    """The model, and the config.json that it is built under."""
    if model.endswith(".json") and path_exists(model):
        return Chosen(options.class_name or model_of_config(model, options.tree), options.tree), Path(model)
    return choose(model, options), options.config
