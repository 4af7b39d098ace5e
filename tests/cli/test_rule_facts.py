"""``asbuilt rules facts``, and rules without examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzer.cli import main

RULE = '''"""Norms without a bias."""

from analyzer.rule import Match, Rule, at, for_each, norms


@for_each(norms)
def check(query, norm):
    if norm.affine.bias is None:
        yield Match(True, (at("norm", norm.core),), module=norm.module)


RULE = Rule("USR001", "no-bias", check, traits=("own.no_bias",))
'''
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    path = tmp_path / "usr001_no_bias.py"
    path.write_text(RULE)
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    return result.exit_code, result.output


def test_the_list_and_a_page() -> None:
    code, listed = run("rules", "facts")
    assert code == 0
    assert any(line.split()[:2] == ["norms", "Norm"] for line in listed.splitlines())
    code, page = run("rules", "facts", "routers")
    assert code == 0
    assert page.startswith("query.facts(routers) -> tuple[Router, ...]")
    assert "torch.topk(torch.softmax(self.router(x), dim=-1), 2)" in page


def test_formats() -> None:
    (guide,) = json.loads(run("rules", "facts", "routers", "--format", "json")[1])
    assert guide["finds"] == "Router"
    assert {field["path"] for field in guide["fields"]} >= {"top_k", "scoring.order"}
    assert run("rules", "facts", "routers", "--format", "csv")[1].splitlines()[0].startswith("finder,finds,field")
    assert "## `routers`" in run("rules", "facts", "routers", "--format", "markdown")[1]


def test_a_rule_runs_before_it_has_examples(rule: Path) -> None:
    arguments = ("scan", FIXTURES / "alder", "--rules", rule, "--select", "USR001", "--format", "jsonl", "--jobs", 1)
    code, found = run(*arguments)
    assert code == 0
    assert {json.loads(line)["trait"] for line in found.splitlines()} == {"own.no_bias"}


def test_a_test_of_a_rule_without_examples_is_no_success(rule: Path) -> None:
    code, said = run("rules", "test", rule)
    assert code == 1
    assert "USR001: has no examples" in said
