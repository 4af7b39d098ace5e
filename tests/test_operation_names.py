"""What understands graphs asks for the canonical name of an operation; how a framework spells it is for display."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analyzer.frameworks import RULES
from analyzer.frameworks.torch.description import TORCH
from analyzer.graph import LIKE, REFLECTED

ROOT = Path(__file__).parent.parent
UNDERSTANDING = ("analyzer/facts", "analyzer/query", "analyzer/compare", "analyzer/rule", "analyzer/claims", "rules")
DISPLAY = "analyzer/compare/describe.py"
SYNTAX = "analyzer/rule/renaming"
"""Reads the targets of assignments."""

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in UNDERSTANDING
    for path in (ROOT / folder).glob("**/*.py")
    if path != ROOT / DISPLAY and ROOT / SYNTAX not in path.parents
)


@pytest.mark.parametrize("path", FILES)
def test_no_spelling_is_read(path: str) -> None:
    assert target_reads((ROOT / path).read_text(encoding="utf-8")) == []


def test_a_read_is_found() -> None:
    assert target_reads("def f(op):\n    return op.target.endswith('_')") == [2]


def target_reads(text: str) -> list[int]:
    """Lines that read an attribute called ``target``."""
    nodes = ast.walk(ast.parse(text))
    return [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == "target"]


def test_canonical_names_are_words() -> None:
    names = {rule.name for rule in RULES.values()}
    assert [name for name in sorted(names) if not name.isidentifier() or name.strip("_") != name] == []
    assert names >= LIKE | REFLECTED


@pytest.mark.parametrize(
    ("targets", "name"),
    [
        (("Tensor.add", "Tensor.add_", "add"), "add"),
        (("Tensor.__rsub__", "rsub"), "rsub"),
        (("Tensor.greater_equal", "ge", "Tensor.ge_"), "ge"),
        (("Tensor.T", "t"), "reverse_dims"),
        (("nn.init.normal_", "Tensor.normal_", "normal"), "normal"),
        (("baddbmm", "Tensor.addmm"), "addmm"),
        (("something.else",), "something.else"),
    ],
)
def test_spellings_share_a_name(targets: tuple[str, ...], name: str) -> None:
    assert {TORCH.operations.canonical_name(target) for target in targets} == {name}
