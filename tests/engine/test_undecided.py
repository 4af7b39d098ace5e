"""A model whose forward call ends early keeps what was found, and says of the rest why it is not known."""

from __future__ import annotations

from pathlib import Path

from analyzer import Finding, scan

CODE = """
import torch
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel


class ElmConfig(PreTrainedConfig):
    model_type = "elm"


class Leaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.inner = nn.Linear(8, 8)

    def forward(self, x):
        return x + self.inner(self.norm(x))


class ElmModel(PreTrainedModel):
    config_class = ElmConfig

    def __init__(self, config: ElmConfig):
        super().__init__(config)
        self.tokens = nn.Embedding(20, 8)
        self.leaves = nn.ModuleList([Leaf() for _ in range(2)])

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        for leaf in self.leaves:
            x = leaf(x)
        raise ValueError("this way is closed")
"""


def found(folder: Path, code: str) -> dict[str, list[Finding]]:
    (folder / "modeling_elm.py").write_text(code, encoding="utf-8")
    result: dict[str, list[Finding]] = {}
    for finding in scan(folder, jobs=1, cache=False).findings:
        result.setdefault(finding.trait or "", []).append(finding)
    return result


def test_open_traits_are_unknown_with_the_reason(tmp_path: Path) -> None:
    findings = found(tmp_path, CODE)
    (softcap,) = findings["logits.softcap"]
    assert softcap.certainty == "unknown"
    assert "this way is closed" in str(softcap.reason)
    assert softcap.evidence[0].line == CODE.splitlines().index('        raise ValueError("this way is closed")') + 1


def test_what_was_found_before_stays(tmp_path: Path) -> None:
    findings = found(tmp_path, CODE)
    assert {finding.value for finding in findings["norm.placement"]} == {"pre"}
    assert all(finding.reason for finding in findings["dims.layers"])


def test_a_call_that_returns_leaves_nothing_open(tmp_path: Path) -> None:
    findings = found(tmp_path, CODE.replace('raise ValueError("this way is closed")', "return x"))
    assert "logits.softcap" not in findings
    assert [finding.value for finding in findings["dims.layers"]] == [2]
