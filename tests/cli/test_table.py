"""``asbuilt table`` on the fixtures."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from tests.cli.test_commands import FIXTURES, done, run

TREES = ("--tree", FIXTURES / "alder", "--tree", FIXTURES / "cedar")


def test_rows_are_models_of_all_trees() -> None:
    lines = done("table", "--all", *TREES, "--traits", "attention.kv,norm.pl", "--jobs", 1).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["model", "kv", "placement"],
        ["alder", f"({FIXTURES / 'alder'})", "gqa", "pre"],
        ["cedar", f"({FIXTURES / 'cedar'})", "mqa", "sandwich"],
    ]


def test_a_model_is_looked_for_in_every_tree() -> None:
    lines = done("table", "cedar", *TREES, "--traits", "norm.type", "--jobs", 1).splitlines()
    assert [line.split() for line in lines[1:]] == [["model", "type"], ["cedar", "rmsnorm"]]
    missing = run("table", "cedar", "yew", *TREES)
    assert missing.exit_code == 2
    assert "none of the trees has a model 'yew'" in missing.output


def test_json_keeps_its_schema_and_notes_what_differs_by_layer() -> None:
    table = json.loads(done("table", f"cedar@{FIXTURES / 'cedar'}", "--format", "json", "--jobs", 1))
    jsonschema.validate(table, json.loads(done("schema", "table")))
    windows = table["models"][0]["cells"]["attention.window"]
    assert sorted((one["value"] == "none", one["layers"]) for one in windows) == [(False, 2), (True, 2)]


def test_a_saved_report_is_as_good_as_the_code(tmp_path: Path) -> None:
    saved = tmp_path / "all.json"
    done("scan", FIXTURES / "alder", "--format", "json", "-o", saved, "--jobs", 1)
    again = done("table", "--all", "--findings", saved, "--traits", "norm,rope")
    assert again == done("table", "alder", "--tree", FIXTURES / "alder", "--traits", "norm,rope", "--jobs", 1)
    saved.write_text('{"schema": "asbuilt/model/1"}')
    refused = run("table", "--all", "--findings", saved)
    assert refused.exit_code == 2
    assert "is no report of this version" in refused.output


def test_an_unknown_trait_is_refused_before_anything_is_read() -> None:
    refused = run("table", "alder", "--tree", FIXTURES / "alder", "--traits", "norm.kind")
    assert refused.exit_code == 2
    assert "no trait 'norm.kind'; did you mean" in refused.output
    assert run("table").exit_code == run("table", "alder", "--all").exit_code == 2
