"""One name, one meaning: no class of the package has the name of another one."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import analyzer

ROOT = Path(analyzer.__file__).parent


def test_no_class_has_the_name_of_another() -> None:
    """Preludes are left out: their classes have the names of the library that they describe."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        if "prelude" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert len(places) > 400
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
