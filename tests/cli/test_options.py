"""Options that several commands share: the same everywhere, and handed over as one record."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
from click.testing import CliRunner

from analyzer.cli import main
from analyzer.cli import options as option
from analyzer.cli.options import Options
from analyzer.outputs import TRAITS

SHARED = {field.name for field in fields(Options)} - {"format"}


def writes_to_a_folder(one: click.Option) -> bool:
    """``--output`` of ``rules explain`` and ``rules new``."""
    return isinstance(one.type, click.Path) and one.name == "output" and not one.type.file_okay


def commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield from commands(command) if isinstance(command, click.Group) else [command]


def test_an_option_is_the_same_in_every_command() -> None:
    found: dict[str, set[tuple[object, ...]]] = {}
    for command in commands(main):
        for one in command.params:
            if isinstance(one, click.Option) and one.name in SHARED and not writes_to_a_folder(one):
                found.setdefault(str(one.name), set()).add((tuple(one.opts), one.help, one.metavar, one.multiple))
    assert {"tree", "config", "overrides", "output", "jobs", "no_cache", "rules", "class_name"} <= found.keys()
    assert {name: kinds for name, kinds in found.items() if len(kinds) > 1} == {}


def test_every_command_with_formats_offers_them_alike() -> None:
    offered = [one for command in commands(main) for one in command.params if one.name == "format"]
    assert len(offered) > 12
    for one in offered:
        assert isinstance(one, click.Option)
        assert one.opts == ["--format"]
        assert one.default == "text"
        assert one.help


def test_a_command_gets_one_record() -> None:
    seen: list[tuple[Options, str]] = []

    @click.command()
    @click.argument("name")
    @option.shared(option.tree, option.choice, option.jobs, option.no_cache, formats=TRAITS)
    def command(options: Options, name: str) -> None:
        seen.append((options, name))

    words = ["x", "--tree", "t", "--select", "a, b", "--select", "c", "--no-cache", "--format", "csv", "-v"]
    assert CliRunner().invoke(command, words).exit_code == 0
    ((options, name),) = seen
    assert name == "x"
    assert options == Options(tree=Path("t"), select=("a, b", "c"), no_cache=True, format="csv", verbose=True)
    assert (options.selected, options.ignored, options.cache, options.display.verbose) == (
        ["a", "b", "c"],
        None,
        False,
        True,
    )
    assert pickle.loads(pickle.dumps(options)) == options
