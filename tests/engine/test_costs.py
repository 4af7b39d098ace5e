"""Costs of real models against what torch's own counter said when it ran them (``tests/live/record_flops.py``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer import CostReport, InputError, cost
from tests.corpus import pinned

ROOT = Path(__file__).parents[2]
RECORD: dict[str, Any] = json.loads((ROOT / "tests/truth/data/flops.json").read_text(encoding="utf-8"))


UNKNOWN = """import torch
from torch import nn
from elsewhere import riddle

class Elm(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.head = nn.Embedding(10, 8), nn.Linear(8, 4)

    def forward(self, input_ids):
        return self.head(riddle(self.table(input_ids)))
"""


def component(report: CostReport, name: str) -> int:
    return next((one.flops for one in report.prefill.components if one.component == name), 0)


@pytest.mark.parametrize("name", RECORD["models"])
def test_the_same_operations_as_torch_counted(name: str) -> None:
    known = RECORD["models"][name]
    found = cost(known["class"], pinned(), context=RECORD["context"], batch=RECORD["batch"], overrides=known["fields"])
    assert (found.prefill.flops, found.decode.flops) == (known["prefill"], known["step"])
    assert found.prefill.uncounted == found.decode.uncounted == ()
    assert (found.decode.reason is None) == (known["step"] is not None)
    assert sum(one.flops for one in found.prefill.components) == known["prefill"]


def test_the_record_covers_all_kinds_of_models() -> None:
    models = RECORD["models"].values()
    assert len(models) >= 20
    assert sum(one["step"] is not None for one in models) >= 15


def fixture(name: str, **more: Any) -> CostReport:
    return cost(name, ROOT / "fixtures" / name, context=10, batch=2, **more)


def test_weights_and_cache_in_bytes() -> None:
    report = fixture("alder")
    assert (report.weights.parameters, report.weights.bytes) == (153_024, 306_048)
    assert report.weights.active == report.weights.parameters
    (keys,) = report.cache or ()
    assert (keys.kind, keys.tensors, keys.shape, keys.bytes) == ("kv", 6, (2, 2, 10, 8), 6 * 2 * 2 * 10 * 8 * 2)
    assert keys.expression == ("batch", "config.num_key_value_heads", "seq", "config.head_dim")
    assert fixture("alder", dtype="float32").weights.bytes == 2 * report.weights.bytes


def test_experts_count_with_the_rows_that_are_sent_to_them() -> None:
    known = RECORD["models"]["mixtral"]
    one, two = (
        cost(known["class"], pinned(), context=16, overrides={**known["fields"], "num_experts_per_tok": number})
        for number in (1, 2)
    )
    assert component(two, "experts") == 2 * component(one, "experts") > 0
    (experts,) = (part for part in two.prefill.components if part.component == "experts")
    assert all("config.num_experts_per_tok" in term.expression for term in experts.terms)
    assert not experts.all_experts
    assert two.weights.active is not None
    assert two.weights.active < two.weights.parameters


def test_experts_that_all_run_are_said_to() -> None:
    small = {**RECORD["models"]["mixtral"]["fields"], "num_experts_per_tok": 1, "intermediate_size_mlp": 96}
    report = cost("Llama4ForCausalLM", pinned(), context=16, overrides=small)
    (experts,) = (part for part in report.prefill.components if part.component == "experts")
    assert experts.all_experts


def test_a_call_that_was_not_understood_has_no_number(tmp_path: Path) -> None:
    (tmp_path / "modeling_elm.py").write_text(UNKNOWN, encoding="utf-8")
    report = cost("Elm", tmp_path)
    assert report.prefill.flops is None
    assert "1 products were not understood" in str(report.prefill.reason)
    assert "modeling_elm.py:11" in str(report.prefill.reason)


def test_a_number_that_nobody_gives_is_within_the_positions_of_the_model() -> None:
    report = cost("alder", ROOT / "fixtures/alder", overrides={"max_position_embeddings": 48})
    assert (report.context, report.batch) == (48, 1)


@pytest.mark.parametrize("given", [{"batch": 0}, {"context": 0}, {"dtype": "int8"}, {"dtype": "real"}])
def test_impossible_numbers_and_types_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        cost("alder", ROOT / "fixtures/alder", **given)
