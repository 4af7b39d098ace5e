"""``asbuilt cost`` on the fixtures."""

from __future__ import annotations

import csv
import json

import jsonschema

from tests.cli.test_commands import ALDER, FIXTURES, done, run


def test_the_page_has_weights_cache_and_both_calls() -> None:
    page = done("cost", ALDER, "--context", 16, "--batch", 2)
    assert "batch 2, context 16, bfloat16: input_ids [2, 16]" in page
    assert "153,024 parameters, 306 kB" in page
    assert "kv  model.blocks.{0-2}  6 × bfloat16[batch, config.num_key_value_heads, seq, config.head_dim]" in page
    assert "prefill of 16 tokens" in page
    assert "one decoded token in each row" in page


def test_json_keeps_its_schema_and_csv_has_the_same_totals() -> None:
    report = json.loads(done("cost", ALDER, "--format", "json", "--context", 16))
    jsonschema.validate(report, json.loads(done("schema", "cost")))
    rows = [*csv.DictReader(done("cost", ALDER, "--format", "csv", "--context", 16).splitlines())]
    totals = {row["what"]: row["value"] for row in rows if row["name"] == "total"}
    assert totals == {name: str(report[name]["flops"]) for name in ("prefill", "decode")}


def test_a_model_without_tokens_is_called_once() -> None:
    page = done("cost", f"birch@{FIXTURES / 'birch'}", "--context", 12)
    assert "the call returns nothing that a next one could go on from" in page
    assert run("cost", ALDER, "--context", 0).exit_code == 2


def test_more_tokens_than_there_are_positions_have_no_cost() -> None:
    result = run("cost", f"birch@{FIXTURES / 'birch'}", "--context", 2048)
    assert result.exit_code == 2
    assert "products were not understood" in result.output
    assert "a smaller --context may help" in result.output
