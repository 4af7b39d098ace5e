"""The layering that pyproject.toml states holds, the shipped rules see nothing but ``analyzer.rule``, and commands see
nothing but what packages offer."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from grimp import build_graph
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
COMMANDS = sorted((ROOT / "analyzer" / "cli").glob("*.py"))
RULES = sorted((ROOT / "rules").glob("**/*.py"))
FOR_RULES = {"analyzer.rule", "__future__", "collections.abc", "dataclasses", "enum", "functools", "itertools", "math"}


def test_layers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_circles_of_imports() -> None:
    """Imports for type checking count: two files that need each other to be read are one."""
    graph = build_graph("analyzer", cache_dir=None)
    imports = nx.DiGraph(
        (name, found) for name in graph.modules for found in graph.find_modules_directly_imported_by(name)
    )
    circles = [sorted(names) for names in nx.strongly_connected_components(imports) if len(names) > 1]
    assert circles == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rules_import_only_what_rule_authors_may(path: Path) -> None:
    assert imported(ast.parse(path.read_text(encoding="utf-8"))) <= FOR_RULES


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_commands_import_only_what_packages_offer(path: Path) -> None:
    """``from analyzer.outputs import FINDINGS``, never ``from analyzer.outputs.formats import FINDINGS``."""
    for module, name in imported_names(ast.parse(path.read_text(encoding="utf-8"))):
        package = module.split(".")
        if package[0] != "analyzer" or package[:2] == ["analyzer", "cli"]:
            continue
        assert len(package) == 2, f"{module} is inside of a package"
        assert name in importlib.import_module(module).__all__, f"{module} does not offer {name}"


def test_there_are_rules() -> None:
    assert RULES


def imported_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Every (module, name) of the ``from`` imports in ``tree``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or ".", alias.name) for alias in node.names)


def imported(tree: ast.Module) -> set[str]:
    """Every module that ``tree`` imports, wherever the statement stands."""
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
