"""Code outside a framework's folder does not name the framework: adding one means adding a folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer

ROOT = Path(analyzer.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "prelude" not in path.parts)


def _words(*names: str) -> str:
    """The pattern of names as words of identifiers and texts, in small letters, capitals and ``CamelCase``."""
    small, capital = "|".join(names), "|".join(name.capitalize() for name in names)
    return rf"(?<![a-z])(?:{small})(?![a-z])|(?:{capital})(?![a-z])|(?<![A-Z])(?:{small.upper()})(?![A-Z])"


TORCH = re.compile(rf"{_words('torch', 'pytorch')}|PyTorch|\bnn\.|\bTensor\.")
TRANSFORMERS = re.compile(rf"{_words('transformers')}|\b(?:modeling|configuration|modular)_|Pre[Tt]rained")
OTHERS = re.compile(rf"{_words('tensorflow', 'keras', 'flax', 'jax', 'mlx')}|TensorFlow")
EVERYWHERE = (TORCH, TRANSFORMERS, OTHERS)
OWN = {"frameworks/torch/": (TRANSFORMERS, OTHERS), "frameworks/transformers/": ()}
"""What the folders must not name: transformers stands on torch, and says which files are for other frameworks."""

PROSE = {
    "base/gaps.py": "help for gaps says what PyTorch would do",
    "cli/": "help with examples",
    "rule/example_programs.py": "examples of rules are programs in PyTorch",
    "rule/scaffold.py": "the rule that a user starts from has an example model",
}
"""Texts of several words that people read."""
EXCEPTIONS = {
    ("rule/example_programs.py", "(nn.Module):\n"): "a part of the text of an example",
    ("claims/agreement.py", "gelu_pytorch_tanh"): "a name of an activation that configurations of any framework have",
    ("frameworks/__init__.py", "TORCH"): "the one place that lists the frameworks",
    ("frameworks/__init__.py", "TRANSFORMERS"): "the one place that lists the frameworks",
    ("frameworks/__init__.py", "analyzer.frameworks.torch.description"): "the one place that lists the frameworks",
    ("frameworks/__init__.py", "analyzer.frameworks.transformers.description"): "the same",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_framework_is_named(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    found = {text for text in named(path, place) if (place, text) not in EXCEPTIONS}
    assert not found


@pytest.mark.parametrize(("place", "text"), EXCEPTIONS)
def test_exception_is_needed(place: str, text: str) -> None:
    assert text in set(named(ROOT / place, place))


def test_names_are_noticed() -> None:
    text = 'from torch import x\n"""Of torch."""\nclass FlaxNet: """keras"""\ny = f"{x}.nn.Module"\ntorch_type = "a"\n'
    assert set(_suspects(ast.parse(text), _forbidden("facts/x.py"))) == {"torch", "FlaxNet", ".nn.Module", "torch_type"}


def named(path: Path, place: str) -> Iterator[str]:
    """Identifiers and texts in the code of a file that name a framework which it must not know."""
    is_prose = any(place.startswith(one) for one in PROSE)
    for text in _suspects(ast.parse(path.read_text(encoding="utf-8")), _forbidden(place)):
        if not (is_prose and " " in text):
            yield text


def _forbidden(place: str) -> tuple[re.Pattern[str], ...]:
    return next((patterns for folder, patterns in OWN.items() if place.startswith(folder)), EVERYWHERE)


def _suspects(tree: ast.Module, forbidden: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if id(node) not in documentation:
            yield from (text for text in _texts(node) if any(pattern.search(text) for pattern in forbidden))


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.keyword(arg=str() as name):
            yield name
        case ast.ImportFrom(module=str() as name):
            yield name
        case ast.alias(name=name, asname=other):
            yield name
            yield other or ""
