"""The page for contributors names files and tasks that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.slow_tests import SLOW

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WRITTEN = set(re.findall(r"(?<![\w./-])(?:[\w.-]+/)*[\w.-]+(?:\.(?:py|md|toml)\b|/[\w-]+)", PAGE))
FOLDERS = ("analyzer/", "rules/", "tests/", "docs/", "fixtures/")
PATHS = sorted(path for path in WRITTEN if path.startswith(FOLDERS) or path.endswith((".md", ".toml")))
PLACEHOLDERS = {
    "analyzer/frameworks/NAME",
    "tests/frameworks/NAME",
    "rules/FILE",
    "analyzer/x/y.py",
    "tests/x/test_y.py",
}


def test_paths_are_found() -> None:
    assert set(PATHS) >= PLACEHOLDERS | {"analyzer/cli/app.py", "pyproject.toml"}
    assert len(PATHS) > 40


@pytest.mark.parametrize("path", [path for path in PATHS if path not in PLACEHOLDERS])
def test_every_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_files_named_without_a_folder_are_operations() -> None:
    found = set(re.findall(r"`(\w+\.py)`", PAGE)) - {"description.py"}
    assert found
    assert {one for one in found if not (ROOT / "analyzer/frameworks/torch/operations" / one).exists()} == set()


def test_tasks_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    tasks = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    assert set(re.findall(r"^\| `make (\w+)` \|", PAGE, re.MULTILINE)) == tasks
    assert set(re.findall(r"make ([a-z]+)`", PAGE)) <= tasks


@pytest.mark.parametrize("place", SLOW)
def test_slow_tests_exist(place: str) -> None:
    """A test that moved would otherwise be fast from then on."""
    path, _, name = place.partition("::")
    assert (ROOT / path).exists()
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else True
