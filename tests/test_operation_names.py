"""What understands graphs asks for the canonical name of an operation; how a framework spells it is for display."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analyzer.frameworks import RULES
from analyzer.frameworks.torch.description import TORCH
from analyzer.graph import LIKE, REFLECTED, Dtype
from analyzer.values import Tensor

ROOT = Path(__file__).parent.parent
UNDERSTANDING = ("analyzer/facts", "analyzer/query", "analyzer/compare", "analyzer/rule", "analyzer/claims", "rules")
DISPLAY = "analyzer/compare/describe.py"
SYNTAX = "analyzer/rule/renaming"
"""Reads the targets of assignments."""

T = Tensor((2, 3), Dtype.FLOAT32)

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in UNDERSTANDING
    for path in (ROOT / folder).glob("**/*.py")
    if path != ROOT / DISPLAY and ROOT / SYNTAX not in path.parents
)


OF_TERMS = "analyzer/compare"
"""Its own terms have ``attributes``."""


@pytest.mark.parametrize("path", FILES)
def test_no_spelling_is_read(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert reads(text, "target") == []
    assert path.startswith(OF_TERMS) or reads(text, "attributes") == []


def test_a_read_is_found() -> None:
    assert reads("def f(op):\n    return op.target.endswith('_')", "target") == [2]


def reads(text: str, name: str) -> list[int]:
    """Lines that read an attribute called ``name``."""
    nodes = ast.walk(ast.parse(text))
    return [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == name]


@pytest.mark.parametrize(
    ("target", "args", "kwargs", "found"),
    [
        ("linalg.norm", (T,), {"ord": 2, "dim": -1}, {"p": 2, "dim": -1}),
        ("Tensor.norm", (T,), {"p": 2, "dim": -1}, {"p": 2, "dim": -1}),
        ("tile", (T, (2, 1)), {}, {"repeats": (2, 1)}),
        ("Tensor.repeat", (T, 2, 1), {}, {"repeats": (2, 1)}),
    ],
)
def test_arguments_have_one_name(
    target: str, args: tuple[object, ...], kwargs: dict[str, object], found: dict[str, object]
) -> None:
    arguments = TORCH.operations.infer(target, args, kwargs).arguments
    assert {name: arguments[name] for name in found} == found


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
