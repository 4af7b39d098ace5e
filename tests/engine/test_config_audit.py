"""What becomes of configuration fields, on a model made for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from analyzer import ConfigAudit, InputError, config_audit
from analyzer.api import model_of_config
from analyzer.report import FieldRow, FieldState
from tests.corpus import pinned

ROOT = Path(__file__).parents[2]
CODE = """import torch
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel


class PineConfig(PretrainedConfig):
    model_type = "pine"
    attribute_map = {"hidden_size": "width"}

    def __init__(self, width=8, slope=0.1, needles=3, bark=None, **kwargs):
        self.width = width
        self.slope = slope
        self.needles = needles
        self.half = width // 2
        self.bark = bark
        super().__init__(**kwargs)


class PineModel(PreTrainedModel):
    config_class = PineConfig

    def __init__(self, config):
        super().__init__(config)
        self.up = nn.Linear(config.hidden_size, config.half)
        self.norm = nn.LayerNorm(config.half, eps=getattr(config, "tiny", 1e-3))
        self.slope = config.slope

    def forward(self, x):
        return nn.functional.leaky_relu(self.norm(self.up(x)), self.slope)

    def later(self):
        return self.config.bark
"""


@pytest.fixture
def pine(tmp_path: Path) -> Path:
    (tmp_path / "modeling_pine.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def rows(audit: ConfigAudit) -> Mapping[str, FieldRow]:
    return {row.name: row for row in audit.fields}


def test_fields_by_what_becomes_of_them(pine: Path) -> None:
    found = rows(config_audit("PineModel", pine))
    assert {name: found[name].state.value for name in ("width", "slope", "half", "needles", "bark", "tiny")} == {
        "width": "read",
        "slope": "read",
        "half": "read",
        "needles": "unread",
        "bark": "not_reached",
        "tiny": "missing",
    }


def test_each_field_has_its_places(pine: Path) -> None:
    found = rows(config_audit("PineModel", pine))
    width, tiny, half = found["width"], found["tiny"], found["half"]
    assert (width.value, width.source, width.line) == (8, "default", 10)
    assert [(one.path, one.line) for one in width.reads] == [("modeling_pine.py", 24)]
    assert (half.source, half.line) == ("derived", 14)
    assert (tiny.value, tiny.reads[0].fallback, tiny.reads[0].line) == (1e-3, 1e-3, 25)


def test_what_is_given_twice_or_unknown_is_noted(pine: Path) -> None:
    found = rows(config_audit("PineModel", pine, config={"width": 4, "hidden_size": 16, "neddles": 5, "slope": 0.5}))
    assert found["width"].given_as == ("width", "hidden_size")
    assert found["width"].value == 16
    assert "given under 2 names (width, hidden_size)" in str(found["width"].note)
    assert found["neddles"].state is FieldState.UNDECLARED
    assert "did you mean needles" in str(found["neddles"].note)
    assert (found["slope"].source, found["slope"].value, found["slope"].note) == ("file", 0.5, None)


def test_the_file_beside_the_code_is_taken(pine: Path) -> None:
    (pine / "config.json").write_text(json.dumps({"model_type": "pine", "width": 32}), encoding="utf-8")
    audit = config_audit("PineModel", pine)
    assert audit.file == "config.json"
    assert (rows(audit)["width"].value, rows(audit)["width"].source) == (32, "file")


def test_fields_decide_traits() -> None:
    found = rows(config_audit("alder", ROOT / "fixtures/alder"))
    assert "norm.eps" in found["rms_norm_eps"].decides
    assert "dims.heads" in found["num_attention_heads"].decides
    assert found["rms_norm_eps"].path == "configuration_alder.py"


def test_fields_of_the_library_are_left_out_unless_all_are_wanted(pine: Path) -> None:
    some, every = (rows(config_audit("PineModel", pine, every=every)) for every in (False, True))
    assert some.keys() < every.keys()
    assert "return_dict" in every.keys() - some.keys()


def test_a_file_names_its_model(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}), encoding="utf-8")
    assert model_of_config(file, pinned()) == "gpt2/GPT2LMHeadModel"
    file.write_text(json.dumps({"model_type": "gpt2", "architectures": ["Mine"]}), encoding="utf-8")
    assert model_of_config(file, pinned()) == "gpt2"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="neither architectures nor model_type"):
        model_of_config(file, pinned())
