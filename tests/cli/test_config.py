"""``asbuilt config`` on the fixtures."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from tests.cli.test_commands import ALDER, FIXTURES, done, run


def test_the_page_names_places_and_traits() -> None:
    page = done("config", ALDER)
    assert "rms_norm_eps" in page
    assert "norm.eps" in page
    assert "configuration_alder.py:" in page


def test_json_keeps_its_schema() -> None:
    audit = json.loads(done("config", ALDER, "--format", "json"))
    jsonschema.validate(audit, json.loads(done("schema", "config")))
    assert {row["state"] for row in audit["fields"]} <= {"read", "not_reached", "unread", "undeclared", "missing"}


def test_a_config_json_is_a_model_of_the_tree(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"model_type": "alder", "hidden_size": 32, "colour": "red"}', encoding="utf-8")
    page = done("config", file, "--tree", FIXTURES / "alder")
    assert "AlderConfig declares no field 'colour'" in page
    file.write_text('{"model_type": "unheard"}', encoding="utf-8")
    refused = run("config", file, "--tree", FIXTURES / "alder")
    assert refused.exit_code == 2
    assert "of no model that is known here: it names unheard" in refused.output
