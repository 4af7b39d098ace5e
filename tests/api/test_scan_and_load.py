"""A small tree of torch modules from its source to findings."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import networkx as nx
import pytest

import analyzer
from analyzer.api import RuleFailed
from analyzer.base import InputError
from analyzer.engine import Attempt
from analyzer.graph import OpKind

OAK = """
import torch
from torch import nn


class OakConfig:
    model_type = "oak"

    def __init__(self, hidden_size=8, eps=1e-6):
        self.hidden_size = hidden_size
        self.eps = eps


class OakNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, hidden):
        variance = hidden.pow(2).mean(-1, keepdim=True)
        return self.gain * (hidden * torch.rsqrt(variance + self.eps))


class OakLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.norm = OakNorm(config.hidden_size, config.eps)
        self.up = nn.Linear(config.hidden_size, 16)
        self.down = nn.Linear(16, config.hidden_size)

    def forward(self, hidden):
        return hidden + self.down(nn.functional.silu(self.up(self.norm(hidden))))


class OakModel(nn.Module):
    config_class = OakConfig

    def __init__(self, config):
        super().__init__()
        self.embed = nn.Embedding(20, config.hidden_size)
        self.layers = nn.ModuleList([OakLayer(config) for _ in range(2)])

    def forward(self, input_ids):
        hidden = self.embed(input_ids)
        for layer in self.layers:
            hidden = layer(hidden)
        return hidden
"""

BROKEN_RULE = '''"""Breaks."""
from analyzer.rule import Example, Match, Rule


def check(query):
    return [Match(1 / 0)]


RULE = Rule("BRK001", "breaks", check, traits=("own.breaks",), examples=(Example("class A: pass", {"own.breaks": 1}),))
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "oak"
    folder.mkdir()
    (folder / "modeling_oak.py").write_text(OAK)
    return folder


@pytest.fixture
def broken_rule(tmp_path: Path) -> Path:
    path = tmp_path / "breaks.py"
    path.write_text(BROKEN_RULE)
    return path


def test_scan_reports_the_model_and_validates(tree: Path) -> None:
    report = analyzer.scan(tree, jobs=1)
    assert "OakModel" in {model.class_name for model in report.models}
    jsonschema.validate(json.loads(report.to_json()), analyzer.schema())
    (eps,) = {item.value for item in report.findings if item.trait == "norm.eps"}
    assert eps == 1e-6


def test_scan_gives_the_same_bytes_in_one_process_and_in_two(tree: Path) -> None:
    (tree / "modeling_elm.py").write_text(OAK.replace("Oak", "Elm").replace("oak", "elm"))
    alone = analyzer.scan(tree, jobs=1).to_json()
    assert analyzer.scan(tree, jobs=2).to_json() == alone
    assert analyzer.scan(tree, jobs=1).to_json() == alone


def test_scan_tells_its_progress(tree: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    analyzer.scan(tree, jobs=1, progress=lambda *step: steps.append(step))
    assert steps[-1][0] == steps[-1][1] >= 1


def test_broken_rule_costs_nothing_else(tree: Path, broken_rule: Path) -> None:
    report = analyzer.scan(tree, rules=[broken_rule], jobs=1)
    assert any(item.trait == "norm.eps" for item in report.findings)
    failed = [problem for problem in report.errors if problem.code == "rule-failed"]
    assert failed
    assert all("BRK001" in problem.message and "ZeroDivisionError" in problem.message for problem in failed)
    assert all(problem.line == 6 for problem in failed)


def test_selection_of_rules_and_models(tree: Path) -> None:
    report = analyzer.scan(tree, models=["Oak*"], select=["norm.eps"], jobs=1)
    assert {item.trait for item in report.findings} == {"norm.eps"}
    with pytest.raises(InputError, match="OakModl"):
        analyzer.scan(tree, models=["OakModl"], jobs=1)


def test_override_reaches_the_finding(tree: Path) -> None:
    report = analyzer.scan(tree, models=["OakModel"], overrides={"eps": 0.5}, jobs=1)
    (eps,) = [item for item in report.findings if item.trait == "norm.eps"]
    assert (eps.value, eps.certainty, eps.depends_on) == (0.5, "proved", ("config.eps",))


def test_load_gives_modules_tensors_graph_and_findings(tree: Path) -> None:
    model = analyzer.load("OakModel", tree)
    assert model.config["hidden_size"].value == 8
    assert model.modules["layers.1.norm"].class_name == "OakNorm"
    assert {name: tuple(info.shape) for name, info in model.parameters.items() if ".1." not in name} == {
        "embed.weight": (20, 8),
        "layers.0.norm.gain": (8,),
        "layers.0.up.weight": (16, 8),
        "layers.0.up.bias": (16,),
        "layers.0.down.weight": (8, 16),
        "layers.0.down.bias": (8,),
    }
    assert ("layers.0.norm", "OakNorm") in model.calls
    assert isinstance(model.graph.to_networkx(), nx.MultiDiGraph)
    assert len(model.query.ops(OpKind.RSQRT)) == 2
    assert any(item.trait == "norm.eps" for item in model.findings())
    assert "OakModel" in repr(model)
    assert "norm.eps" in model._repr_html_()


def test_findings_of_a_model_raise_what_a_rule_raises(tree: Path, broken_rule: Path) -> None:
    with pytest.raises(RuleFailed, match="ZeroDivisionError"):
        analyzer.load("OakModel", tree).findings(rules=[broken_rule])


def test_load_without_trace_has_tensors_only(tree: Path) -> None:
    model = analyzer.load("OakModel", tree, trace=False)
    assert len(model.parameters) == 11
    assert model.calls == ()


def total(tried: Attempt) -> int:
    return tried.model.total


def test_each_extracts_in_order(tree: Path) -> None:
    layer = 8 + 16 * 8 + 16 + 8 * 16 + 8
    assert list(analyzer.each(total, tree, models=["OakModel"], jobs=1)) == [20 * 8 + 2 * layer]


def test_models_lists_the_tree(tree: Path) -> None:
    assert "OakModel" in {entry.class_name for entry in analyzer.models(tree, all_classes=True)}


def test_folder_without_models_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(InputError):
        analyzer.scan(tmp_path, jobs=1)
