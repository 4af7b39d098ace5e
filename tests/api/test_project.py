"""``[tool.asbuilt]`` in pyproject.toml: what ``scan`` does by default in a project, and what a file can not do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.api import InputError, ProjectSettings, read_project
from analyzer.cli import main
from analyzer.cli.options import Options
from analyzer.cli.project import completed
from analyzer.engine.path_ignores import fits

MODEL = """
from torch import nn


class {name}(nn.Module):
    def __init__(self, width=8, depth=3):
        super().__init__()
        self.up = nn.Linear(width, width)

    def forward(self, x):
        return self.up(x)
"""
PROGRAM = '''"""A rule.

*Why it matters*: here.
"""
from analyzer.rule import Match, Rule, block_example

def check(query):
    yield Match(True, message="seen")

EXAMPLES = (block_example("self.a = nn.Linear(8, 8)", "return self.a(x)", finds=True),)
RULE = Rule("USR001", "seen", check, kind="hazard", severity="error", examples=EXAMPLES)
'''
DATA = """
id = "USR002"
name = "no-bias"
title = "No bias."
why = "House policy."
when = 'params.total > 1'
message = "has parameters"
severity = "warning"

[[examples]]
expect = "match"
[examples.block]
init = "self.a = nn.Linear(8, 8)"
forward = "return self.a(x)"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two models that each have a hazard, in a folder of it that is the current one."""
    (tmp_path / ".git").mkdir()
    for name in ("New", "Old"):
        place = tmp_path / "src" / name.lower()
        place.mkdir(parents=True)
        (place / f"{name.lower()}.py").write_text(MODEL.format(name=name))
    monkeypatch.chdir(tmp_path / "src")
    return tmp_path


def settings(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(f'[project]\nname = "x"\n\n[tool.asbuilt]\n{text}\n')
    return file


def scanned(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["scan", ".", "--jobs", "1", *map(str, arguments)])


def test_defaults_of_the_project(project: Path) -> None:
    file = settings(project, 'select = ["HAZ", "dims"]\nfail-on = "warning"')
    found = read_project(project / "src")
    assert found == ProjectSettings(file, select=("HAZ", "dims"), fail_on="warning")
    assert completed(Options(), found).selected == ["HAZ", "dims"]
    assert completed(Options(select=("norm",)), found).selected == ["norm"]
    result = scanned("--format", "csv")
    assert result.exit_code == 1
    assert f"settings: {file}" in result.stderr
    assert {line.split(",")[2] for line in result.stdout.splitlines()[1:]} == {"HAZ001"}
    assert scanned("--fail-on", "never").exit_code == 0
    assert scanned("--ignore", "HAZ001").exit_code == 0
    alone = scanned("--isolated")
    assert (alone.exit_code, "settings:" in alone.stderr, "params.total" in alone.stdout) == (0, False, True)


def test_where_the_file_is_looked_for(tmp_path: Path) -> None:
    """Up to the root of the repository, and in the folder itself outside of one."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    file = settings(tmp_path, 'fail-on = "info"')
    assert read_project(inner) == ProjectSettings()
    assert read_project(tmp_path).file == file
    (tmp_path / "a" / ".git").mkdir()
    assert read_project(inner) == ProjectSettings()
    nearer = settings(tmp_path / "a", "")
    assert read_project(inner).file == nearer
    (inner / "pyproject.toml").write_text("[tool.other]\n")
    assert read_project(inner).file == nearer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('fail_on = "warning"', "5: no setting 'fail_on'; did you mean 'fail-on'?"),
        ('\nignores = ["x"]', "6: no setting 'ignores'; did you mean 'ignore'?"),
        ("colour = 1", "5: no setting 'colour'; there are rules, select, ignore, fail-on, baseline, per-path-ignores"),
        ('fail-on = "high"', "5: fail-on is one of info, warning, error, never"),
        ('select = "norm"', "5: select takes lists of words"),
        ("baseline = 3", "5: baseline is the path of a file"),
        ("per-path-ignores = 3", "5: per-path-ignores is a table"),
        ('[tool.asbuilt.per-path-ignores]\n"a" = "HAZ001"', "5: per-path-ignores takes lists of words"),
        ("select = [", ": not valid TOML"),
        ('rules = ["none"]', "none: no such rule file or folder"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(project: Path, text: str, message: str) -> None:
    settings(project, text)
    with pytest.raises(InputError) as caught:
        read_project(project)
    assert message.removesuffix("?") in str(caught.value)
    assert scanned().exit_code == 2
    assert scanned("--isolated").exit_code == 0


def test_a_rule_that_there_is_not(project: Path) -> None:
    settings(project, '[tool.asbuilt.per-path-ignores]\n"src" = ["HAX001"]')
    result = scanned()
    assert result.exit_code == 2
    assert "no rule 'HAX001'; did you mean HAZ001" in result.stderr


def test_rules_for_some_files_do_not_count(project: Path) -> None:
    settings(project, 'fail-on = "warning"\n[tool.asbuilt.per-path-ignores]\n"src/old/**" = ["HAZ001"]')
    result = scanned("--format", "json")
    assert result.exit_code == 1
    hazards = [one for one in json.loads(result.stdout)["findings"] if one["rule"] == "HAZ001"]
    assert [one.get("suppressed", {}).get("by") for one in hazards] == [None, "settings"]
    assert hazards[1]["suppressed"]["reason"] == "per-path-ignores of src/old/**"
    (project / "src" / "new" / "new.py").unlink()
    assert scanned().exit_code == 0


@pytest.mark.parametrize(
    ("pattern", "path", "fit"),
    [
        ("src/old", "src/old/a.py", True),
        ("src/old/", "src/old/b/a.py", True),
        ("src/old", "src/older/a.py", False),
        ("old", "src/old/a.py", True),
        ("a.py", "src/old/a.py", True),
        ("*.py", "src/old/a.py", True),
        ("src/*.py", "src/old/a.py", False),
        ("src/*/a.py", "src/old/a.py", True),
        ("src/**/a.py", "src/a.py", True),
        ("src/**/a.py", "src/b/c/a.py", True),
        ("src/**", "src/b/c/a.py", True),
        ("**", "a.py", True),
        ("./src/?.py", "src/a.py", True),
        ("src/[a].py", "src/a.py", False),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, fit: bool) -> None:
    assert fits(pattern, path) is fit


def test_a_file_alone_makes_no_program_run(project: Path) -> None:
    (project / "own").mkdir()
    (project / "own" / "usr002.toml").write_text(DATA)
    settings(project, 'rules = ["own"]\nselect = ["USR"]\nfail-on = "error"')
    assert "USR002" in scanned("--format", "csv").stdout
    (project / "own" / "usr001.py").write_text(PROGRAM)
    result = scanned()
    assert result.exit_code == 2
    assert "pyproject.toml:5: own: rules in Python are programs; --project-rules runs them" in result.stderr
    assert scanned("--project-rules").exit_code == 1


def test_paths_of_the_file_are_relative_to_it(project: Path) -> None:
    known = project / "known.json"
    assert scanned("--write-baseline", known, "--fail-on", "warning").exit_code == 1
    settings(project, 'baseline = "known.json"\nfail-on = "warning"')
    assert scanned().exit_code == 0
