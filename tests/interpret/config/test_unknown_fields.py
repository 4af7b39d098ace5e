"""Configuration fields that were given and that the code does not know: refused, or said where it takes any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer import load
from analyzer.cli import main
from analyzer.rule import Example, Match, Query, Rule
from analyzer.rule.examples import run_examples

MODEL = """
from torch import nn


class WoodConfig:
    def __init__(self, width=8, depth=3{free}):
        self.width = width
        self.depth = depth
        {rest}


class Wood(nn.Module):
    def __init__(self, config: WoodConfig):
        super().__init__()
        self.up = nn.Linear(config.width, getattr(config, "outer", config.depth))

    def forward(self, x):
        return self.up(x)
"""
STRICT = MODEL.format(free="", rest="")
FREE = MODEL.format(free=", **kwargs", rest="self.__dict__.update(kwargs)")
PLAIN = (
    "from torch import nn\n\n\nclass Wood(nn.Module):\n    def __init__(self, width=8):\n        super().__init__()\n"
)
PLAIN += "        self.up = nn.Linear(width, width)\n\n    def forward(self, x):\n        return self.up(x)\n"


def show(folder: Path, text: str, *arguments: object) -> Result:
    (folder / "wood.py").write_text(text)
    return CliRunner().invoke(main, ["show", str(folder / "wood.py"), "--select", "dims", *map(str, arguments)])


@pytest.mark.parametrize("text", [STRICT, PLAIN])
def test_a_class_that_takes_no_other_fields_refuses_them(tmp_path: Path, text: str) -> None:
    result = show(tmp_path, text, "--set", "widht=4")
    assert result.exit_code == 2
    assert "'widht'; did you mean width?" in result.stdout
    assert show(tmp_path, text, "--set", "width=4").exit_code == 0


def test_a_class_that_takes_any_fields_says_so(tmp_path: Path) -> None:
    (tmp_path / "wood.py").write_text(FREE)
    (issue,) = load("Wood", tmp_path, overrides={"widht": 4}).built.config_issues
    assert (issue.field, issue.fatal) == ("widht", False)
    assert issue.message == "WoodConfig declares no field 'widht'; did you mean width?"


def test_a_field_that_code_reads_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "wood.py").write_text(FREE)
    model = load("Wood", tmp_path, overrides={"outer": 5})
    assert model.built.config_issues == ()
    assert model.parameters["up.weight"].shape == (5, 8)


def test_fields_of_a_file_are_said(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "wood", "widht": 4}))
    (tmp_path / "wood.py").write_text(STRICT)
    (issue,) = load("Wood", tmp_path, config=tmp_path / "config.json").built.config_issues
    assert (issue.field, issue.fatal) == ("widht", False)


@pytest.mark.parametrize(("config", "passes"), [({"width": 4}, True), ({"widht": 4}, False)])
def test_an_example_of_a_rule_gives_no_unknown_field(config: dict[str, object], passes: bool) -> None:
    def check(query: Query) -> list[Match]:
        return [Match(True, message="seen")]

    example = Example(FREE, {"seen": True}, config=config, inputs={"x": ("float32", (2, 8))})
    runs = tuple(run_examples(Rule("USR001", "seen", check, kind="hazard", examples=(example,))))
    assert {run.passed for run in runs} == {passes}
    assert passes or "declares no field 'widht'; did you mean width?" in str(runs)
