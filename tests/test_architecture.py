"""The page on the architecture names the packages that there are, and the contracts as they stand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS: dict[str, dict[str, Any]] = {
    one["id"]: one
    for one in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
}
LAYERED = [name for name, contract in CONTRACTS.items() if contract["type"] == "layers"]
SECTIONS = dict(re.findall(r"^##+ (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
LISTED = {"analyzer": "Packages"} | {
    f"analyzer/{room}": f"Folders of `analyzer/{room}`" for room in ("interpret", "facts", "frameworks", "library")
}


def folders(path: str) -> list[str]:
    """The packages directly in a folder; a prelude is a folder of programs."""
    return sorted(
        one.name
        for one in (ROOT / path).iterdir()
        if one.is_dir() and (one.name == "prelude" or (one / "__init__.py").exists() or any(one.glob("*.py")))
    )


@pytest.mark.parametrize("path", LISTED)
def test_every_package_has_a_line(path: str) -> None:
    lines = re.findall(r"^- `(\w+)`: .", SECTIONS[LISTED[path]], re.MULTILINE)
    assert sorted(lines) == folders(path)


def test_every_contract_is_explained() -> None:
    assert sorted(re.findall(r"^(?:- )?`([\w-]+)`: ", SECTIONS["Contracts"], re.MULTILINE)) == sorted(CONTRACTS)


@pytest.mark.parametrize("name", LAYERED)
def test_layers_are_drawn_as_they_are(name: str) -> None:
    drawn = re.search(rf"^`{name}`: [^`]*?```text\n(.*?)^```", SECTIONS["Contracts"], re.MULTILINE | re.DOTALL)
    assert drawn is not None
    assert drawn[1].splitlines() == CONTRACTS[name]["layers"]


def test_the_flow_has_every_room_once_or_more() -> None:
    """Rooms without a step of their own carry no data."""
    drawing = PAGE.partition("```mermaid")[2].partition("```")[0]
    missing = {room for room in folders("analyzer") if not re.search(rf"\b{room}\b", drawing)}
    assert missing == {"base", "values"}


def test_every_path_exists() -> None:
    paths = {one for one in re.findall(r"`([\w./]+)`", PAGE) if "/" in one}
    assert {one for one in paths if not (ROOT / one).exists()} == set()
