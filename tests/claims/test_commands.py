"""``asbuilt verify`` and ``asbuilt claims`` on a fixture with a paper of its own, and on the shipped papers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from analyzer.api import check_claims
from analyzer.claims import all_targets, claims_files, read_paper, shipped_papers
from analyzer.cli import main
from analyzer.engine import TreeLocation, opened
from analyzer.rule.packs import load_packs
from analyzer.rule.vocabulary import find_trait
from tests.corpus import pinned

ALDER = Path(__file__).parents[2] / "fixtures" / "alder"
PAPER = """
title = "Alder | a tree"
arxiv = "1234.5678"
year = 2026
models = ["alder"]
checkpoints.deep = { config = { num_hidden_layers = 2 } }
checkpoints.wide = {}

claims = [
  { trait = "norm.type", value = "rmsnorm", where = "2.1" },
  { trait = "norm.placement", value = "post", where = "figure 1" },
  { trait = "dims.layers", value = 2, where = "table 1", checkpoint = "deep" },
  { trait = "dims.hidden", value = 128, where = "table 1", checkpoint = "wide" },
  { trait = "numerics.guard", value = "clamp", where = "3", note = "our own words" },
]
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("papers") / "alder.toml"
    path.write_text(PAPER, encoding="utf-8")
    return path


def verified(claims: Path, *arguments: object) -> Result:
    return run("verify", "--tree", ALDER, "--claims", claims, "--jobs", 1, *arguments)


def document(claims: Path, *arguments: object) -> dict[str, Any]:
    result = verified(claims, "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_json_keeps_its_schema_and_gives_each_verdict(claims: Path) -> None:
    report = document(claims)
    jsonschema.validate(report, json.loads(run("schema", "verdicts").stdout))
    judged = {(one["trait"], one["claim"]["where"]): one["verdict"] for one in report["findings"] if one["claim"]}
    assert judged == {
        ("norm.type", "2.1"): "confirmed",
        ("norm.placement", "figure 1"): "contradicted",
        ("dims.layers", "table 1"): "confirmed",
        ("dims.hidden", "table 1"): "configurable",
        ("numerics.guard", "3"): "undecidable",
    }
    assert {one["kind"] for one in report["findings"]} == {"divergence"}
    assert report["summary"]["confirmed"] == 2
    assert report["papers"][0]["verdicts"] == report["summary"]


def test_unstated_facts_come_in_the_order_of_their_impact(claims: Path) -> None:
    silent = [one for one in document(claims)["findings"] if one["verdict"] == "unstated"]
    assert [one["rank"] for one in silent] == sorted(one["rank"] for one in silent)
    assert {"norm.eps", "rope.layout"} <= {one["trait"] for one in silent}
    assert {one["trait"] for one in silent if not one["evidence"]} <= {"init.scheme", "init.std"}


def test_lines_of_the_code_and_of_the_configuration_are_shown(claims: Path) -> None:
    (hidden,) = [one for one in document(claims)["findings"] if one["trait"] == "dims.hidden"]
    assert {place["path"] for place in hidden["evidence"]} == {"configuration_alder.py", "modeling_alder.py"}
    assert "config.hidden_size = 64" in {place["role"] for place in hidden["evidence"]}


def test_a_given_configuration_is_the_one_that_claims_are_about(claims: Path) -> None:
    findings = document(claims, "--set", "hidden_size=32")["findings"]
    judged = {one["trait"]: one["verdict"] for one in findings if one["claim"]}
    assert judged["dims.hidden"] == "contradicted"
    assert judged["dims.layers"] == "contradicted"


def test_page_shows_paper_and_code(claims: Path) -> None:
    page = verified(claims).stdout
    line = next(line for line in page.splitlines() if "norm.placement" in line)
    assert "paper: post (figure 1)  code: pre  model.blocks.* modeling_alder.py:" in line
    assert "1 papers   1 contradicted   1 configurable   1 undecidable   0 equivalent   2 confirmed" in page
    assert "norm.type" not in page
    assert "norm.type" in verified(claims, "-v").stdout


def test_markdown_tells_what_the_paper_does_not(claims: Path) -> None:
    page = verified(claims, "--format", "markdown").stdout
    assert page.startswith("# What the paper does not tell you about alder\n")
    assert "## Alder | a tree (arXiv:1234.5678)" in page
    rows = [line for line in page.splitlines() if line.startswith("| function | `rope.layout`")]
    assert len(rows) == 1
    assert all(line.count("|") - line.count("\\|") == 6 for line in page.splitlines() if line.startswith("|"))


def test_sarif_fails_contradictions_alone(claims: Path) -> None:
    (log,) = json.loads(verified(claims, "--format", "sarif", "--all-findings").stdout)["runs"]
    kinds = {one["properties"]["verdict"]: one.get("kind", "fail") for one in log["results"]}
    assert kinds == {
        "contradicted": "fail",
        "configurable": "review",
        "undecidable": "open",
        "unstated": "informational",
        "confirmed": "pass",
    }
    assert {one["level"] for one in log["results"] if one.get("kind")} == {"none"}
    (log,) = json.loads(verified(claims, "--format", "sarif").stdout)["runs"]
    assert [one["properties"]["verdict"] for one in log["results"]] == ["contradicted"]


def test_code_hosts_get_contradictions(claims: Path) -> None:
    (line,) = verified(claims, "--format", "github").stdout.splitlines()
    assert line.startswith("::warning file=") and "title=NRM002 norm-placement::alder: " in line
    (entry,) = json.loads(verified(claims, "--format", "gitlab").stdout)
    assert entry["check_name"] == "NRM002 norm-placement"
    assert 'tests="1" failures="1"' in verified(claims, "--format", "junit").stdout


@pytest.mark.parametrize(("level", "code"), [("contradicted", 1), ("unstated", 1), ("undecidable", 1)])
def test_exit_code_follows_fail_on(claims: Path, level: str, code: int) -> None:
    assert verified(claims, "--fail-on", level).exit_code == code


def test_what_can_not_be_done_is_named(claims: Path, tmp_path: Path) -> None:
    assert "no claims about 'aldr'; did you mean alder?" in verified(claims, "aldr").stderr
    assert verified(claims, "aldr").exit_code == 2
    assert "no paper is about a model of this tree" in run("verify", "--tree", ALDER).stderr
    broken = tmp_path / "broken.toml"
    broken.write_text(PAPER.replace("norm.type", "norm.kind"), encoding="utf-8")
    assert f"{broken}:10: no trait 'norm.kind'" in verified(broken).stderr


def test_new_writes_a_file_that_check_wants_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "alder.toml"
    assert run("claims", "new", f"alder@{ALDER}", "-o", path).exit_code == 0
    checked = run("claims", "check", path)
    assert checked.exit_code == 1
    assert f"{path}:1: title is empty" in checked.stdout
    filled = path.read_text(encoding="utf-8").replace('title = ""', 'title = "A"').replace('where = ""', 'where = "2"')
    path.write_text(filled, encoding="utf-8")
    assert run("claims", "check", path).exit_code == 0
    counts = document(path)["summary"]
    assert counts["confirmed"] == sum(counts.values()) - counts["unstated"] > 30


def test_check_reports_every_error_as_json(claims: Path, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("title =", encoding="utf-8")
    (tmp_path / "b.toml").write_text(PAPER.replace("2.1", ""), encoding="utf-8")
    checked = run("claims", "check", tmp_path, claims, "--format", "json")
    assert checked.exit_code == 1
    report = json.loads(checked.stdout)
    assert (report["files"], [one["line"] for one in report["errors"]]) == (3, [1, 10])


# -- the shipped papers ---


def test_shipped_papers_are_sound() -> None:
    files, errors = check_claims()
    assert [str(error) for error in errors] == []
    assert len(files) > 100


def test_shipped_claims_are_about_models_that_there_are() -> None:
    known = {entry.model_type for entry in opened(TreeLocation(pinned())).catalogue().models}
    papers = [read_paper(file) for file in claims_files([shipped_papers()])]
    assert {target.model for file in papers for target in all_targets(file.paper)} <= known
    assert sum(len(file.paper.claims) for file in papers) > 1000


def test_shipped_papers_state_no_family_alone() -> None:
    """A claim names a trait that a rule decides, or one that the vocabulary has."""
    decided = {trait for rule in load_packs() for trait in rule.traits}
    papers = [read_paper(file).paper for file in claims_files([shipped_papers()])]
    for trait in {claim.trait for paper in papers for claim in paper.claims}:
        assert trait in decided or find_trait(trait) is not None
        assert "*" not in trait
