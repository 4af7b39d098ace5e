"""The prelude calls only what the library provides natively or the prelude defines itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analyzer.frameworks.torch.natives.names import ALIASES, NAMES
from analyzer.frameworks.torch.operations import OPERATIONS
from tests.prelude.stand_in import PACKAGE, PRELUDES

ROOTS = {"torch": "torch", "F": "torch.nn.functional", "init": "torch.nn.init"}
FILES = sorted(path for root in PRELUDES for name in ("torch", "einops") for path in (root / name).rglob("*.py"))


def dotted(node: ast.Attribute) -> str | None:
    """``torch.linalg.norm`` for the attribute chain, None where it does not begin with a library module."""
    parts = [node.attr]
    inner: ast.expr = node.value
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id not in ROOTS:
        return None
    return ".".join([ROOTS[inner.id], *reversed(parts)])


def native(name: str) -> bool:
    return name in NAMES or name in ALIASES or OPERATIONS.public_target(name) is not None


def is_module(name: str) -> bool:
    places = [prelude.joinpath(*name.split(".")) for prelude in PRELUDES]
    written = any(place.is_dir() or place.with_suffix(".py").exists() for place in places)
    return written or name in ROOTS.values() or name == "torch.linalg"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_operations_are_known(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {name for node in ast.walk(tree) if isinstance(node, ast.Attribute) and (name := dotted(node))}
    # A chain such as ``torch.nn.init.normal_`` is met once whole and once for each of its beginnings.
    assert [name for name in sorted(used) if not native(name) and not is_module(name)] == []
