"""Default configurations that a class refuses, and configurations without a class."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.base import GapCode
from analyzer.graph import Status

HEAD = "import torch\nfrom torch import nn\nfrom .configuration_ash import *\n"
CONFIG = '''
from dataclasses import dataclass, field


@dataclass
class AshConfig:
    """
    Args:
        width (`int`, *optional*, defaults to 24): not what the field has
        kinds (`list[str]`, *optional*):
            one for each layer, for example `["plain", "wide", ...]`
        horizon (`int`, *optional*):
            how far it looks, `["not", "this"]`
    """

    model_type = "ash"
    hidden_size: int = 16
    num_attention_heads: int = 4
    head_dim: int | None = None
    width: int | None = None
    num_hidden_layers: int = 4
    kinds: list | None = None
    horizon: int | None = None
    top_k: int | None = None
    is_decoder: bool = False
    rope_parameters: dict = field(default_factory=lambda: {"rope_theta": 1000.0})
'''
CASES = {
    "width of a head": ("self.up = nn.Linear(config.hidden_size, config.head_dim * 4)", "head_dim", 4),
    "by a documented example": (
        "self.up = nn.Linear(3, len(config.kinds[3]))",
        "kinds",
        ["plain", "wide", "wide", "wide"],
    ),
    "documented": ("self.up = nn.Linear(config.hidden_size, config.width // 2)", "width", 24),
    "named by the message": (
        "if config.horizon is None:\n            raise ValueError('`horizon` has to be given')",
        "horizon",
        4,
    ),
    "asked by the message": ("assert config.is_decoder, 'only with `is_decoder=True`'", "is_decoder", True),
}


def _load(
    tmp_path: Path, statement: str, before: str = "", call: str = "self.table(input_ids)", **options: object
) -> analyzer.Model:
    (tmp_path / "configuration_ash.py").write_text(CONFIG, encoding="utf-8")
    code = f"""
{before}
class Ash(nn.Module):
    def __init__(self, config: AshConfig):
        super().__init__()
        self.table = nn.Embedding(10, config.hidden_size)
        {statement}

    def forward(self, input_ids):
        return {call}
"""
    (tmp_path / "modeling_ash.py").write_text(HEAD + code, encoding="utf-8")
    return analyzer.load("Ash", tmp_path, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES)
def test_refused_default_is_assumed_and_said(tmp_path: Path, case: str) -> None:
    statement, field, value = CASES[case]
    model = _load(tmp_path, statement)
    assert model.built.status is Status.COMPLETE
    (gap,) = model.gaps
    assert (gap.code, gap.construct) == (GapCode.ASSUMED, field)
    assert repr(value) in gap.explanation
    assert (model.config[field].value, model.config[field].source) == (value, "assumed")
    assert any(op.kind == "embedding" for op in model.graph)


def test_what_the_call_lacks_is_assumed_and_said(tmp_path: Path) -> None:
    model = _load(tmp_path, "self.most = config.top_k", call="self.table(input_ids).topk(self.most).values")
    (gap,) = model.gaps
    assert (gap.code, gap.construct, model.built.status) == (GapCode.ASSUMED, "top_k", Status.COMPLETE)
    (op,) = (op for op in model.graph if op.target == "topk" or op.target == "Tensor.topk")
    assert [tuple(map(int, output.shape)) for output in op.outputs] == [(2, 7, 4)] * 2


def test_an_assumption_for_the_call_changes_no_parameter(tmp_path: Path) -> None:
    statement = "self.most = config.top_k\n        self.more = nn.Linear(3, config.top_k or 3)"
    model = _load(tmp_path, statement, call="self.table(input_ids).topk(self.most).values")
    assert model.built.status is Status.PARTIAL
    assert [gap.code for gap in model.gaps] == [GapCode.SHAPE_MISMATCH]
    assert model.parameters["more.weight"].shape == (3, 3)


def test_a_factor_that_the_defaults_lack(tmp_path: Path) -> None:
    statement = """
        self.share = int(config.hidden_size * config.rope_parameters.get("partial_rotary_factor", 1.0))
        self.register_buffer("turns", torch.ones(self.share), persistent=False)"""
    call = "torch.cat(self.turns.split([2, 6], dim=-1)).sum() + self.table(input_ids)"
    model = _load(tmp_path, statement, call=call)
    (gap,) = model.gaps
    assert (gap.code, gap.construct, model.built.status) == (GapCode.ASSUMED, "rope_parameters", Status.COMPLETE)
    assert "partial_rotary_factor = 0.5" in gap.explanation


@pytest.mark.parametrize(
    ("statement", "call", "shape"),
    [
        ("self.turns = nn.Parameter(torch.ones(config.num_attention_heads))", "self.table(input_ids) * self.turns", 16),
        ("self.up = nn.Linear(config.num_attention_heads, 3)", "self.up(self.table(input_ids))", 3),
        ("self.up = nn.Parameter(torch.ones(config.num_attention_heads, 3))", "self.table(input_ids) @ self.up", 3),
        ("self.up = nn.Parameter(torch.ones(2, 3, 4))", "torch.cat((self.table(input_ids), self.up), 1)[:, 3:]", 16),
        ("self.part = [2, 3]", "torch.cat(self.table(input_ids).split(self.part, dim=-1)[::-1], -1)", 5),
    ],
)
def test_what_follows_on_sizes_at_odds_is_followed(tmp_path: Path, statement: str, call: str, shape: int) -> None:
    """The refused operation and its gap stay, with the size that fits; what is computed from it is no longer lost."""
    model = _load(tmp_path, statement, call=f"({call}).relu()")
    assert [gap.code for gap in model.gaps] == [GapCode.SHAPE_MISMATCH]
    assert model.built.status is Status.PARTIAL
    assert [op.at_odds for op in model.graph if op.operands].count(True) == 1
    (result,) = model.built.graph.results
    assert (result.source.kind, tuple(map(int, result.source.outputs[0].shape))) == ("relu", (2, 7, shape))


def test_inputs_with_which_sizes_agree_come_first(tmp_path: Path) -> None:
    statement = "self.turns = nn.Parameter(torch.ones(config.hidden_size))"
    model = _load(tmp_path, statement, call="self.table(input_ids).transpose(1, 2) * self.turns")
    assert model.built.status is Status.COMPLETE
    assert not any(op.at_odds for op in model.graph)


def test_several_fields_are_assumed_one_after_the_other(tmp_path: Path) -> None:
    model = _load(tmp_path, "self.up = nn.Linear(3, (config.top_k + config.horizon) * config.head_dim)")
    assert model.built.status is Status.COMPLETE
    assert {gap.construct for gap in model.gaps} == {"top_k", "horizon", "head_dim"}


def test_a_given_configuration_is_taken_as_it_is(tmp_path: Path) -> None:
    statement, _, _ = CASES["named by the message"]
    model = _load(tmp_path, statement, config={"hidden_size": 32})
    assert model.built.status is Status.FAILED
    assert "`horizon` has to be given" in model.built.failure


def test_a_part_that_can_not_be_built_leaves_the_rest(tmp_path: Path) -> None:
    part = """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        raise RuntimeError("no such hardware")
"""
    model = _load(tmp_path, "self.part = Part()", part)
    assert model.built.status is Status.PARTIAL
    assert [(gap.code, gap.explanation) for gap in model.gaps] == [(GapCode.RAISED, "no such hardware")]
    assert model.parameters.keys() == {"table.weight", "part.weight"}


def test_a_configuration_without_a_class_is_not_a_failure() -> None:
    model = analyzer.load("layoutxlm")
    assert (model.built.status, model.built.class_name, model.report.parameters) == (Status.COMPLETE, "", None)
    assert model.config["max_2d_position_embeddings"].value == 1024
    assert model.findings() == () and model.problems == ()


def test_the_type_of_a_field_may_only_be_documented(tmp_path: Path) -> None:
    config = '''
class AshConfig:
    """
    Args:
        breadth (`int`, *optional*): without a default
    """

    model_type = "ash"

    def __init__(self, breadth=None):
        self.breadth = breadth
'''
    code = """
class Ash(nn.Module):
    def __init__(self, config: AshConfig):
        super().__init__()
        self.table = nn.Embedding(10, config.breadth)

    def forward(self, input_ids):
        return self.table(input_ids)
"""
    (tmp_path / "configuration_ash.py").write_text(config, encoding="utf-8")
    (tmp_path / "modeling_ash.py").write_text(HEAD + code, encoding="utf-8")
    model = analyzer.load("Ash", tmp_path)
    assert (model.config["breadth"].value, model.config["breadth"].source) == (4, "assumed")


@pytest.mark.parametrize(
    "text", ["hidden_size=007", "hidden_size=٣", "hidden_size: [007]", "hidden_size=" + "9" * 5000]
)
def test_messages_that_ask_for_what_is_no_number(text: str, tmp_path: Path) -> None:
    (tmp_path / "modeling_asks.py").write_text(
        "from torch import nn\n"
        "from transformers import PretrainedConfig, PreTrainedModel\n\n"
        "class AsksConfig(PretrainedConfig):\n"
        "    model_type = 'asks'\n"
        "    def __init__(self, hidden_size=None, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
        "        self.hidden_size = hidden_size\n\n"
        "class AsksModel(PreTrainedModel):\n"
        "    config_class = AsksConfig\n"
        "    def __init__(self, config: AsksConfig):\n"
        "        super().__init__(config)\n"
        "        if config.hidden_size is None:\n"
        f"            raise ValueError({text!r})\n"
        "        self.inner = nn.Linear(8, 8)\n\n"
        "    def forward(self, x):\n"
        "        return self.inner(x)\n",
        encoding="utf-8",
    )
    report = analyzer.scan(tmp_path, jobs=1)
    assert report.models
    assert not report.errors
