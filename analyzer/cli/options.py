"""The options that several commands share, under one name each, and the record that a command gets of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click

from analyzer.cli.failure import is_verbose
from analyzer.cli.values import Assignment, TensorInput
from analyzer.outputs import Display, FormatTable

F = TypeVar("F", bound=Callable[..., Any])
Option: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
Assigned: TypeAlias = tuple[tuple[str, object], ...]
Tensors: TypeAlias = tuple[tuple[str, tuple[str, tuple[int, ...]]], ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What the shared options say; those that a command does not have are at their defaults here.

    The record travels to worker processes.
    """

    tree: Path | None = None
    config: Path | None = None
    overrides: Assigned = ()
    class_name: str | None = None
    all_classes: bool = False
    inputs: Tensors = ()
    arguments: Assigned = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    format: str = "text"
    output: Path | None = None
    jobs: int | None = None
    no_cache: bool = False
    verbose: bool = False
    all_findings: bool = False
    isolated: bool = False
    project_rules: bool = False

    @property
    def cache(self) -> bool:
        return not self.no_cache

    @property
    def selected(self) -> list[str] | None:
        """The rules that ``--select`` names, None for all."""
        return separated(self.select)

    @property
    def ignored(self) -> list[str] | None:
        """The rules that ``--ignore`` names."""
        return separated(self.ignore)

    @property
    def display(self) -> Display:
        return Display(verbose=self.verbose, everything=self.all_findings)


def shared(*options: Option, formats: FormatTable[Any] | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Give a command ``options``, ``--format`` with the names of ``formats`` (none for None) and ``--verbose``.

    The command's function is called with an ``Options`` record in front of its own arguments.
    """

    def apply(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(**given: Any) -> Any:
            known = {field.name: given.pop(field.name) for field in fields(Options) if field.name in given}
            return function(Options(**known, verbose=is_verbose(click.get_current_context())), **given)

        return chained(*([] if formats is None else [_format(formats)]), *options, verbose)(command)

    return apply


def _format(table: FormatTable[Any]) -> Option:
    return click.option(
        "--format",
        type=click.Choice(table.names),
        default=table.names[0],
        show_default=True,
        help=table.help,
    )


def _note_verbose(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    if value:
        ctx.find_root().ensure_object(dict)["verbose"] = True
    return value


verbose = click.option(
    *("-v", "--verbose"),
    is_flag=True,
    expose_value=False,
    callback=_note_verbose,
    help="Print all lists in full, and the tracebacks of errors.",
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
    help="Analyse under this config.json, not under the defaults of the configuration class.",
)
overrides = click.option(
    *("--set", "overrides"),
    type=Assignment(),
    multiple=True,
    metavar="FIELD=VALUE",
    help="Set a configuration field. The value is JSON; dots lead to fields of sub-configurations. Repeatable.",
)
class_name = click.option(
    *("--class", "class_name"), metavar="NAME", help="Take this class of the model, not its main class."
)
all_classes = click.option(
    "--all-classes", is_flag=True, help="Take every class of a model type, not only its main class."
)
jobs = click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Number of processes. Default: one for each core."
)
no_cache = click.option(
    "--no-cache", is_flag=True, help="Parse every file anew; the cache folder (ASBUILT_CACHE_DIR) is left alone."
)
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
dtype = click.option(
    "--dtype",
    type=click.Choice(["bfloat16", "float16", "float32"]),
    help="Element type of the weights. Default: the configuration's; without one bfloat16 for language models.",
)
rules = click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="Use these rules of your own besides the shipped ones. Repeatable.",
)


all_findings = click.option(
    "--all-findings",
    is_flag=True,
    help="In sarif, concise, github, gitlab and junit list all findings, not only those that ask for attention.",
)


project = (
    click.option("--isolated", is_flag=True, help="Leave aside what pyproject.toml says under [tool.asbuilt]."),
    click.option(
        "--project-rules",
        is_flag=True,
        help="Run also the rules in Python that pyproject.toml names: they are programs.",
    ),
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


configuration = chained(config, overrides)
choice = chained(
    click.option(
        *("--select",),
        multiple=True,
        metavar="RULE",
        help="Only these: traits (attention.kv), families of traits (attention), or rules: by id (HAZ001), by its "
        "beginning (HAZ), by name. Repeatable, also a,b.",
    ),
    click.option("--ignore", multiple=True, metavar="RULE", help="All but these, named likewise. Repeatable."),
    rules,
)
call = chained(inputs, arguments)
