"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from analyzer.cli.values import Assignment, TensorInput

F = TypeVar("F", bound=Callable[..., Any])


def _verbose(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value:
        ctx.find_root().ensure_object(dict)["verbose"] = True
    return value


verbose = click.option(
    *("-v", "--verbose"),
    is_flag=True,
    expose_value=False,
    callback=_verbose,
    help="Cut no list, and print tracebacks of errors.",
)
output = click.option(
    *("-o", "--output"), type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE, not to the terminal."
)
tree = click.option(
    "--tree",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where the model code is: checkout, package, folder or file. Default: the installed transformers.",
)
config = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Analyse under this config.json, not under the class's defaults.",
)
overrides = click.option(
    *("--set", "overrides"),
    type=Assignment(),
    multiple=True,
    metavar="FIELD=VALUE",
    help="Set a configuration field; JSON values, dots for fields of sub-configurations. Repeatable.",
)
class_name = click.option(*("--class", "class_name"), metavar="NAME", help="This class of the model, not its main one.")
all_classes = click.option("--all-classes", is_flag=True, help="Every class of a model type, not the main one alone.")
jobs = click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; default: one for each core.")
no_cache = click.option("--no-cache", is_flag=True, help="Parse every file anew.")
inputs = click.option(
    *("--input", "inputs"),
    type=TensorInput(),
    multiple=True,
    metavar="NAME=DTYPE[SIZES]",
    help="Give the forward call this tensor (input_ids=int64[2,7]). Repeatable.",
)
arguments = click.option(
    *("--argument", "arguments"),
    type=Assignment(),
    multiple=True,
    metavar="NAME=VALUE",
    help="Give the forward call this argument (use_cache=false). Repeatable.",
)


def chained(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Options in the order in which ``--help`` lists them."""

    def apply(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


def separated(values: Iterable[str]) -> list[str] | None:
    """``--select norm,rope --select mlp`` as one list, None for nothing."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()] or None


def formats(names: Sequence[str], default: str) -> Callable[[F], F]:
    """``--format`` with these choices."""
    return click.option("--format", "form", type=click.Choice(names), default=default, show_default=True)


configuration = chained(config, overrides)
choice = chained(
    click.option(
        "--select", multiple=True, metavar="RULE", help="Only these rules: id, name, trait or beginning of one."
    ),
    click.option("--ignore", multiple=True, metavar="RULE", help="All but these rules."),
    click.option(
        "--rules", multiple=True, type=click.Path(path_type=Path), metavar="FILE|DIR", help="Rules of your own, too."
    ),
)
call = chained(inputs, arguments)
