"""Every code of a gap: explained, and reproduced by a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.base import GAP_KINDS, Gap, GapCode
from analyzer.cli import main
from analyzer.engine import Settings, attempt
from analyzer.engine.assemble import summary
from analyzer.engine.examination import Attempt
from analyzer.graph import BuiltModel, OpKind, Status
from analyzer.interpret import Request
from analyzer.interpret.machine import Machine
from analyzer.names import ModelEntry
from analyzer.report import Coverage, GapReport, ModelReport
from analyzer.rule.examples import Example, build_snippet

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F
"""


def model(*statements: str, constructor: str = "pass", top: str = "") -> str:
    body = "\n        ".join(statements)
    return f"""{top}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {constructor}

    def forward(self, x):
        {body}
"""


CASES = {
    GapCode.RAISED: model(
        "y = self.inner(x)",
        "return x + y",
        constructor="self.inner = Inner()",
        top=("class Inner(nn.Module):\n    def forward(self, x):\n        raise ValueError('no')\n"),
    ),
    GapCode.SHAPE_MISMATCH: model("return x + torch.ones(3, 5)"),
    GapCode.DATA_DEPENDENT: model("return x.view(x.argmax(), -1)"),
    GapCode.EXTERNAL_SOURCE: model("return elsewhere.mix(x)", top="import elsewhere"),
    GapCode.UNKNOWN_OPERATION: model("return x.entirely_new()"),
    GapCode.UNKNOWN_LIBRARY: model("return torch.entirely_new(x)"),
    GapCode.UNKNOWN_VALUE: model("return x * torch.finfo(elsewhere.dtype).max", top="import elsewhere"),
    GapCode.UNSUPPORTED_SYNTAX: model("try:", "    pass", "except* ValueError:", "    return 0", "return x"),
    GapCode.BUDGET: model("return x * (2 ** 10 ** 9)"),
}
ELSEWHERE = frozenset(
    {
        *(GapCode.NO_INPUTS, GapCode.ASSUMED, GapCode.INTERNAL, GapCode.RECURSION),
        *(GapCode.UNKNOWN_NAME, GapCode.UNREADABLE_SOURCE),
    }
)
"""Codes that a class alone does not lead to; their tests are below or, for assumptions, beside the code."""


def built(code: str) -> BuiltModel:
    return build_snippet(Example(HEAD + code, {}, inputs={"x": ("float32", (2, 7, 8))}))


@pytest.mark.parametrize("code", CASES)
def test_a_program_with_this_gap(code: GapCode) -> None:
    result = built(CASES[code])
    assert result.status is Status.PARTIAL, result.failure
    assert code in {gap.code for gap in result.gaps}
    assert all(gap.explanation for gap in result.gaps)


def test_a_call_that_says_nothing_of_its_inputs_is_not_made() -> None:
    code = "class Net(nn.Module):\n    def forward(self, {}):\n        return torch.zeros(2)\n"
    result = build_snippet(Example(HEAD + code.format("*args, **kwargs"), {}))
    assert [gap.code for gap in result.gaps] == [GapCode.NO_INPUTS]
    assert build_snippet(Example(HEAD + code.format(""), {})).status is Status.COMPLETE


def test_names_imported_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "left.py").write_text("from right import width\n")
    (tmp_path / "right.py").write_text("from left import width\n")
    net = "from torch import nn\nfrom left import width\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
    (tmp_path / "modeling_net.py").write_text(net + "        return x * width\n")
    loaded = analyzer.load("Net", tmp_path, inputs={"x": ("float32", (2, 3))})
    assert GapCode.UNKNOWN_NAME in {gap.code for gap in loaded.gaps}


def test_names_of_a_file_that_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "sizes.py").write_text("def broken(:\n")
    net = "from torch import nn\nfrom sizes import width\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
    (tmp_path / "modeling_net.py").write_text(net + "        return x * width\n")
    gaps = analyzer.load("Net", tmp_path, inputs={"x": ("float32", (2, 3))}).gaps
    told = {gap.explanation for gap in gaps if gap.code is GapCode.UNREADABLE_SOURCE}
    assert told == {"the file can not be read: sizes.py:1: invalid syntax"}


def test_nesting_that_is_too_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    def deep(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(Machine, "call_module", deep)
    result = built(model("return x"))
    assert [gap.code for gap in result.gaps] == [GapCode.RECURSION]


def test_every_code_is_explained_and_tested() -> None:
    assert [kind.code for kind in GAP_KINDS] == list(dict.fromkeys(kind.code for kind in GAP_KINDS))
    assert {kind.code for kind in GAP_KINDS} == set(GapCode)
    assert CASES.keys() | ELSEWHERE == set(GapCode)


def test_the_command_explains_codes() -> None:
    shown = json.loads(CliRunner().invoke(main, ["gaps", "raised", "--format", "json"]).stdout)
    assert [kind["code"] for kind in shown] == ["raised"]
    assert shown[0]["meaning"] and shown[0]["remedy"]
    refused = CliRunner().invoke(main, ["gaps", "raise"])
    assert refused.exit_code == 2 and "raised" in refused.output


def test_a_bug_of_the_analysis_is_a_gap_of_one_model() -> None:
    entry = ModelEntry("oak", "Oak", "oak", "oak.py", None, None, (), main=True)

    def broken(request: Request) -> BuiltModel:
        raise ZeroDivisionError("bug")

    tried = attempt(broken, entry, Settings())
    assert isinstance(tried, Attempt)
    assert [gap.code for gap in tried.model.gaps] == [GapCode.INTERNAL]


def test_summary_counts_gaps_and_the_models_that_have_them() -> None:
    def report(name: str, counts: dict[str, int]) -> ModelReport:
        gaps = tuple(
            GapReport(code=code, construct="x", path="", line=0, explanation="", hint="", count=number)
            for code, number in counts.items()
        )
        return ModelReport(
            model_type=name,
            class_name=name,
            config_class="",
            path="",
            status=Status.PARTIAL,
            parameters=0,
            coverage=Coverage(operations=0, unknown=0, gaps=gaps),
        )

    counted = summary([report("oak", {"raised": 3, "budget": 1}), report("elm", {"raised": 2})], (), ())
    assert counted.gaps == {"raised": 5, "budget": 1}
    assert counted.gap_models == {"raised": 2, "budget": 1}


def test_joined_branches_are_no_gap() -> None:
    result = built(model("if x.sum() > 0:", "    x = x * 2", "return x"))
    assert result.status is Status.COMPLETE
    assert any(op.kind is OpKind.JOIN for op in result.graph)


def test_one_cause_is_one_gap() -> None:
    result = built(
        model(
            "y = elsewhere.mix(x)",
            "if y is None:",
            "    z = [1]",
            "else:",
            "    z = {}",
            "return z",
            top="import elsewhere",
        )
    )
    assert {gap.code for gap in result.gaps} == {GapCode.EXTERNAL_SOURCE}
    assert all(isinstance(gap, Gap) for gap in result.gaps)
