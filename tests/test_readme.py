"""What the README says works."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from analyzer import formats
from analyzer.cli import main

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(section: str, language: str) -> list[str]:
    return [body for found, body in FENCE.findall(SECTIONS[section]) if found == language]


@pytest.mark.parametrize("section", ["Run", "Test"])
def test_one_command_line_sets_up_and_runs(section: str) -> None:
    (command,) = fences(section, "sh")
    assert FENCE.findall(SECTIONS[section]) == [("sh", command)]
    assert len(command.strip().splitlines()) == 1


def test_commands_and_their_options_exist() -> None:
    commands = [line for block in fences("What it prints", "sh") for line in block.splitlines()]
    commands += [part for block in fences("Run", "sh") for part in block.split("&&") if "asbuilt" in part]
    assert commands
    for line in commands:
        words = line.partition("#")[0].replace(".venv/bin/", "").split()
        assert words[0] == "asbuilt"
        command = main.get_command(click.Context(main), words[1])
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


@pytest.mark.parametrize("block", [body for language, body in FENCE.findall(TEXT) if language == "text"])
def test_the_printed_examples_are_what_the_commands_print(monkeypatch: pytest.MonkeyPatch, block: str) -> None:
    command, _, expected = block.partition("\n")
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, command.removeprefix("$ asbuilt ").split())
    assert result.exit_code == 0, result.output
    assert result.stdout == expected


def test_the_table_of_formats_is_the_one_that_commands_use() -> None:
    rows = re.findall(r"^\| ([\w ]+) \| `([\w ]+)` \| ([\w, ]+) \|$", SECTIONS["What it prints"], re.MULTILINE)
    assert {kind: tuple(names.split(", ")) for kind, _, names in rows} == formats()
    for _, command, names in rows:
        page = CliRunner().invoke(main, [*command.split(), "--help"]).stdout
        assert f"[{'|'.join(names.split(', '))}]" in page, command


def test_the_rule_in_the_readme_does_what_it_says(tmp_path: Path) -> None:
    (rule, *_) = fences("Writing a rule", "python")
    file = tmp_path / "usr001_unscaled_norm.py"
    file.write_text(rule, encoding="utf-8")
    result = CliRunner().invoke(main, ["rules", "test", str(file)])
    assert result.exit_code == 0, result.output
    assert "4 runs of examples, 0 failed" in result.stdout


def test_the_rule_as_data_in_the_readme_does_what_it_says(tmp_path: Path) -> None:
    (rule,) = fences("Writing a rule", "toml")
    file = tmp_path / "usr002_softmax_in_float32.toml"
    file.write_text(rule, encoding="utf-8")
    result = CliRunner().invoke(main, ["rules", "test", str(file)])
    assert result.exit_code == 0, result.output
    assert "4 runs of examples, 0 failed" in result.stdout
