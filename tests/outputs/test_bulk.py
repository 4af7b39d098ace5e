"""Rows of whole trees keep the contract."""

from __future__ import annotations

import dataclasses
import json

import jsonschema

from analyzer.base import json_document
from analyzer.graph import Status
from analyzer.outputs.bulk import calls_row, calls_text, parameters_row, parameters_text
from analyzer.outputs.schemas import schemas
from tests.outputs.small import small_model


def test_parameters_row() -> None:
    row = json.loads(json_document(parameters_row(small_model((16,)))))
    jsonschema.validate(row, schemas()["params"]())
    assert row == {
        "model_type": "tiny",
        "class": "TinyModel",
        "status": "complete",
        "parameters": {"embed.weight": [100, 8], "layers.0.up.weight": [16, 8], "layers.0.down.weight": [8, 16]},
        "buffers": {"steps": [3]},
        "total": 1056,
        "tied": {},
    }


def test_active_parameters_are_there_if_asked_for() -> None:
    row = json.loads(json_document(parameters_row(small_model((16,)), active=800)))
    jsonschema.validate(row, schemas()["params"]())
    assert row["active"] == 800
    unknown = json.loads(json_document(parameters_row(small_model((16,)), active=None)))
    jsonschema.validate(unknown, schemas()["params"]())
    assert unknown["active"] is None
    assert list(parameters_text(small_model((16,)), active=800))[-1].split() == ["active", "800"]
    assert "unknown" in list(parameters_text(small_model((16,)), active=None))[-1]


def test_calls_row() -> None:
    row = json.loads(json_document(calls_row(small_model())))
    jsonschema.validate(row, schemas()["calls"]())
    assert row["calls"][:2] == [["", "TinyModel"], ["embed", "Embedding"]]


def test_failed_models_say_why() -> None:
    failed = dataclasses.replace(small_model(), status=Status.FAILED, failure="no configuration class")
    row = json.loads(json_document(parameters_row(failed)))
    jsonschema.validate(row, schemas()["params"]())
    assert row["reason"] == "no configuration class"
    assert next(parameters_text(failed)).endswith("failed: no configuration class")


def test_parameters_text_shows_ties_buffers_and_the_total() -> None:
    tied = dataclasses.replace(small_model((16,)), tied={"layers.0.down.weight": "embed.weight"})
    text = "\n".join(parameters_text(tied))
    assert "layers.0.down.weight  [8, 16]  = embed.weight" in text
    assert "steps                 [3]  buffer" in text
    assert "cache" not in text
    assert "total                 928" in text


def test_calls_text_is_indented_by_depth() -> None:
    lines = list(calls_text(small_model()))
    assert lines[1:] == ["  (model)  TinyModel", "    embed  Embedding", "      0  TinyLayer", "        up  Linear"]
