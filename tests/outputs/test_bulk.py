"""Rows of whole trees keep the contract."""

from __future__ import annotations

import dataclasses
import json
import re

import jsonschema

from analyzer.base import json_document
from analyzer.graph import ModuleCall, Status
from analyzer.outputs.bulk import calls_row, calls_text, parameters_row, parameters_text
from analyzer.outputs.call_tree import call_tree
from analyzer.outputs.notation import byte_count, share
from analyzer.outputs.results import ParametersResult
from analyzer.outputs.schemas import schemas
from tests.outputs.small import small_model


def test_parameters_row() -> None:
    row = json.loads(json_document(parameters_row(ParametersResult(small_model((16,))))))
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
    row = json.loads(json_document(parameters_row(ParametersResult(small_model((16,)), 800))))
    jsonschema.validate(row, schemas()["params"]())
    assert row["active"] == 800
    unknown = json.loads(json_document(parameters_row(ParametersResult(small_model((16,)), None))))
    jsonschema.validate(unknown, schemas()["params"]())
    assert unknown["active"] is None
    assert list(parameters_text(ParametersResult(small_model((16,)), 800)))[-1].split() == ["active", "800"]
    assert "unknown" in list(parameters_text(ParametersResult(small_model((16,)), None)))[-1]


def test_calls_row() -> None:
    row = json.loads(json_document(calls_row(small_model())))
    jsonschema.validate(row, schemas()["calls"]())
    assert row["calls"][:2] == [["", "TinyModel"], ["embed", "Embedding"]]


def test_failed_models_say_why() -> None:
    failed = dataclasses.replace(small_model(), status=Status.FAILED, failure="no configuration class")
    row = json.loads(json_document(parameters_row(ParametersResult(failed))))
    jsonschema.validate(row, schemas()["params"]())
    assert row["reason"] == "no configuration class"
    assert next(parameters_text(ParametersResult(failed))).endswith("failed: no configuration class")


def test_parameters_text_shows_ties_buffers_and_the_total() -> None:
    tied = dataclasses.replace(small_model((16,)), tied={"layers.0.down.weight": "embed.weight"})
    rows = [re.split(r" {2,}", line.strip()) for line in parameters_text(ParametersResult(tied))]
    assert rows[1] == ["name", "shape", "dtype", "elements", "bytes", "share"]
    assert ["layers.0.up.weight", "[16, 8]", "float32", "128", "512 B", "13.7 %"] in rows
    assert ["layers.0.down.weight", "[8, 16]", "float32", "= embed.weight"] in rows
    assert ["steps", "[3]", "int64", "3", "24 B", "0.6 %", "buffer"] in rows
    assert rows[-1] == ["total", "928 parameters, 3.6 KiB"]


def test_tensors_of_equal_layers_are_one_row() -> None:
    lines = list(parameters_text(ParametersResult(small_model())))
    assert any(line.split()[:6] == ["layers.{0-1,", "3}.up.weight", "×3", "[16,", "8]", "float32"] for line in lines)
    assert any(line.split()[0] == "layers.2.up.weight" for line in lines)
    assert sum("up.weight" in line for line in parameters_text(ParametersResult(small_model()), every=True)) == 4


def test_calls_text_shows_callees_in_their_callers_and_equal_layers_once() -> None:
    assert list(calls_text(small_model()))[1:] == [
        "  (model)  TinyModel",
        "    embed  Embedding",
        "    layers.{0-3}  TinyLayer  ×4",
        "      up  Linear",
        "      (unnamed)  SiLU  ×2",
    ]
    assert list(calls_text(small_model((16,)), every=True))[3:] == [
        "    layers.0  TinyLayer",
        "      up  Linear",
        "      (unnamed)  SiLU",
        "      (unnamed)  SiLU",
    ]


def test_the_call_tree_keeps_the_order_of_calls_that_differ() -> None:
    def call(path: str, depth: int) -> ModuleCall:
        return ModuleCall(path, "Layer" if path[-1].isdecimal() else path.rpartition(".")[2], depth)

    plain = [call(f"layers.{number}", 1) for number in range(4)]
    inner = [call(f"layers.{number}.mix", 2) for number in (1, 3)]
    calls = [call("model", 0), plain[0], plain[1], inner[0], plain[2], plain[3], inner[1], call("head", 1)]
    seen = [(entry.depth, entry.name, entry.times) for entry in call_tree(calls)]
    assert seen == [(0, "model", 1), (1, "layers.{0, 2}", 2), (1, "layers.{1, 3}", 2), (2, "mix", 1), (1, "head", 1)]


def test_sizes_and_shares_are_written_short() -> None:
    assert [byte_count(number) for number in (0, 512, 1024, 1536, 2**40)] == [
        "0 B",
        "512 B",
        "1.0 KiB",
        "1.5 KiB",
        "1.0 TiB",
    ]
    assert (share(1, 8), share(1, 10_000), share(0, 0)) == ("12.5 %", "<0.1 %", "")
