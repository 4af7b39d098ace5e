"""``asbuilt rules …``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer.cli import main
from analyzer.rule.packs import load_packs

FIXTURES = Path(__file__).parents[2] / "fixtures"


def asbuilt(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, arguments)])


def test_list_names_every_shipped_rule() -> None:
    shown = asbuilt("list")
    assert shown.exit_code == 0
    assert all(rule.id in shown.output and rule.name in shown.output for rule in load_packs())


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_list_for_programs_and_documents(form: str) -> None:
    shown = asbuilt("list", "--format", form)
    if form == "json":
        assert [item["id"] for item in json.loads(shown.output)] == [rule.id for rule in load_packs()]
    else:
        assert shown.output.count("\n| ") == len(load_packs()) + 1


def test_explain_takes_id_or_name() -> None:
    rule = next(iter(load_packs()))
    by_id, by_name = asbuilt("explain", rule.id.lower()), asbuilt("explain", rule.name)
    assert by_id.output == by_name.output
    assert rule.title in by_id.output
    assert "```python" in by_id.output


def test_explain_unknown_rule_suggests_and_exits_2() -> None:
    shown = asbuilt("explain", "NRM999")
    assert shown.exit_code == 2
    assert "did you mean" in shown.output


def test_new_rule_is_written_tested_and_listed(tmp_path: Path) -> None:
    assert asbuilt("new", "count-oaks", "--id", "OAK007", "--output", tmp_path).exit_code == 0
    path = tmp_path / "oak007_count_oaks.py"
    tested = asbuilt("test", path)
    assert (tested.exit_code, "0 failed" in tested.output) == (0, True), tested.output
    assert "OAK007" in asbuilt("list", "--rules", path).output


def test_new_never_overwrites(tmp_path: Path) -> None:
    asbuilt("new", "count-oaks", "--output", tmp_path)
    again = asbuilt("new", "count-oaks", "--output", tmp_path)
    assert (again.exit_code, "is there already" in again.output) == (2, True)


def test_failing_example_exits_1_and_is_shown(tmp_path: Path) -> None:
    asbuilt("new", "count-oaks", "--output", tmp_path)
    path = tmp_path / "usr001_count_oaks.py"
    path.write_text(path.read_text().replace("finds=1", "finds=2"))
    tested = asbuilt("test", path)
    assert tested.exit_code == 1
    assert "expected 2, found 1" in tested.output
    results = json.loads(asbuilt("test", path, "--format", "json").output)
    assert sum(bool(result["complaint"]) for result in results) == 2


def test_broken_pack_exits_2_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("def check(:\n")
    tested = asbuilt("test", path)
    assert tested.exit_code == 2
    assert f"{path}:1:" in tested.output.replace("\n", "")


def test_a_rule_as_data_is_written_tested_and_explained(tmp_path: Path) -> None:
    assert asbuilt("new", "house-softmax", "--data", "--output", tmp_path).exit_code == 0
    path = tmp_path / "usr001_house_softmax.toml"
    tested = asbuilt("test", path)
    assert (tested.exit_code, "4 runs of examples, 0 failed" in tested.output) == (0, True), tested.output
    told = asbuilt("explain", "USR001", f"alder@{FIXTURES / 'alder'}", "--rules", path).output
    assert "finds nothing" in told
    assert '✗ attention.softmax_dtype = "model"   found: float32' in told
    assert "✓ attention.sinks = false   found: false" in told


def test_a_finding_whose_value_is_a_list_is_explained() -> None:
    found = json.loads(asbuilt("explain", "BLK001", f"alder@{FIXTURES / 'alder'}", "--format", "json").output)
    assert any(isinstance(one["value"], list) for one in found["findings"])


def test_a_rule_in_python_is_explained_by_what_it_asked_for() -> None:
    told = asbuilt("explain", "MOE001", f"alder@{FIXTURES / 'alder'}")
    assert told.exit_code == 0
    assert "moe.experts = 0" in told.output
    assert "     0 routers" in told.output
    found = json.loads(asbuilt("explain", "MOE001", f"alder@{FIXTURES / 'alder'}", "--format", "json").output)
    assert found["questions"]["routers"] == 0


def test_pages_of_all_rules_are_written(tmp_path: Path) -> None:
    assert asbuilt("explain", "--all", "--format", "markdown", "--output", tmp_path).exit_code == 0
    rules = load_packs()
    assert len(list(tmp_path.iterdir())) == len(rules) + 1
    assert all(f"[{rule.id}](" in (tmp_path / "index.md").read_text() for rule in rules)


@pytest.mark.parametrize("arguments", [(), ("NRM002", "--all")])
def test_explain_wants_a_rule_or_all(arguments: tuple[str, ...]) -> None:
    assert asbuilt("explain", *arguments).exit_code == 2
