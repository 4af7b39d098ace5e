"""What other repositories use: the hooks for pre-commit, the GitHub Action, and what docs/ci.md says of them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest

from analyzer.api import LEVELS, read_project
from analyzer.cli import main
from tests.cli.programs import COMMAND

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


def assert_valid(words: list[str]) -> None:
    """The command and its options exist."""
    command = main.commands[words[1]]
    command.make_context("asbuilt", words[2:], resilient_parsing=False)


def test_hooks_are_commands() -> None:
    entries = re.findall(r"^  entry: (.*)$", HOOKS, re.MULTILINE)
    assert len(entries) == HOOKS.count("- id: ") == 2
    for entry in entries:
        assert_valid(entry.split())
    assert set(re.findall(r"- id: ([\w-]+)", HOOKS)) == {"asbuilt", "asbuilt-tree"}
    assert set(re.findall(r"- id: (asbuilt[\w-]*)", PAGE)) <= set(re.findall(r"- id: ([\w-]+)", HOOKS))


def test_commands_of_the_page_exist() -> None:
    lines = [line.partition("#")[0].strip(" -") for line in PAGE.splitlines()]
    commands = [line.split() for line in lines if line.startswith("asbuilt scan")]
    assert len(commands) == 4
    for words in commands:
        assert_valid(words)
    options = {option for param in main.commands["scan"].params for option in param.opts}
    assert set(re.findall(r"`(--[\w-]+)`", PAGE)) <= options


def test_settings_of_the_page_are_taken(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block)
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "usr001.toml").write_text("")
    found = read_project(tmp_path)
    assert (found.select, found.fail_on, found.baseline) == (("HAZ", "USR"), "warning", tmp_path / "known.json")
    assert found.path_ignores is not None


def test_inputs_of_the_action_are_used_and_documented() -> None:
    inputs = set(re.findall(r"^  ([\w-]+):\n    description:", ACTION, re.MULTILINE))
    assert inputs == set(re.findall(r"inputs\.([\w-]+)", ACTION)) >= {"paths", "fail-on", "sarif", "packages", "args"}
    (given,) = re.findall(r"uses: OWNER/asbuilt\S*.*\n        with:\n((?:          .*\n)+)", PAGE)
    assert set(re.findall(r"^ +([\w-]+):", given, re.MULTILINE)) <= inputs
    assert "${{" not in "".join(re.findall(r"run: \|\n((?:        .*\n)+)", ACTION))  # nothing given becomes code


@pytest.mark.parametrize(("fail_on", "code"), [(level, int(level != "never")) for level in LEVELS if level != "error"])
def test_the_scan_of_the_action(tmp_path: Path, fail_on: str, code: int) -> None:
    """The shell of the last step, with the program that is tested here."""
    step = re.findall(r"run: \|\n((?:        .*\n)+)", ACTION)[-1]
    (tmp_path / "src").mkdir()
    odd = (
        "from torch import nn\n\nclass Odd(nn.Module):\n    def __init__(self, depth=3):\n        super().__init__()\n"
    )
    odd += "        self.up = nn.Linear(8, 8)\n\n    def forward(self, x):\n        return self.up(x)\n"
    (tmp_path / "src" / "odd.py").write_text(odd)
    program = tmp_path / "asbuilt" / "bin"
    program.mkdir(parents=True)
    (program / "asbuilt").write_text(
        f"#!/bin/sh\nexec '{COMMAND[0]}' -c 'from analyzer.cli import run; run()' \"$@\"\n"
    )
    (program / "asbuilt").chmod(0o755)
    given = {"PATHS": "src", "FAIL_ON": fail_on, "ARGS": "--select HAZ --jobs 1", "SARIF": "out.sarif"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step],
        cwd=tmp_path,
        env={
            **{f"ASBUILT_{name}": value for name, value in given.items()},
            "RUNNER_TEMP": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith("::warning file=odd.py,line=4,")
    assert '"ruleId": "HAZ001"' in (tmp_path / "out.sarif").read_text()


def test_click_refuses_what_does_not_exist() -> None:
    """The helper above can fail."""
    with pytest.raises(click.UsageError):
        assert_valid(["asbuilt", "scan", "--no-such-option"])
