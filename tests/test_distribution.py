"""The wheel and the source distribution: nothing is missing, and what is installed from them works on its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MISSING = [name for name in ("hatchling", "pip") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING), reason=f"without a network it takes {' and '.join(MISSING)} to build and install"
    ),
]
MODEL = """\
from einops import rearrange
from torch import nn


class Block(nn.Module):
    def __init__(self, dim: int = 8):
        super().__init__()
        self.norm = nn.RMSNorm(dim, eps=1e-5)
        self.layer = nn.TransformerEncoderLayer(dim, 2, 16, batch_first=True)

    def forward(self, x):
        return rearrange(self.layer(self.norm(x)), "b s (h d) -> b h s d", h=2)
"""
"""A program that needs the preludes: einops, and classes of torch that are written in Python."""


def sources(folder: str) -> set[str]:
    """The files of a folder, relative to the root."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def run(*command: str, cwd: Path, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=cwd, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both distributions by their kind."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "-d", str(folder), cwd=ROOT)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def test_wheel_has_the_package_and_the_rules(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == sources("analyzer") | {f"analyzer/_{path}" for path in sources("rules")}


def test_source_distribution_has_all_that_tests_and_builds_need(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {path for folder in ("analyzer", "rules", "tests", "docs") for path in sources(folder)}
    wanted |= {"pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md", "Makefile"}
    assert wanted - names == set()


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_installed_it_works_on_its_own(built: dict[str, Path], kind: str, tmp_path: Path) -> None:
    installed, model = tmp_path / "installed", tmp_path / "block.py"
    options = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet")
    run("-m", "pip", "install", *options, "--target", str(installed), str(built[kind]), cwd=tmp_path)
    model.write_text(MODEL, encoding="utf-8")

    def asbuilt(*words: str) -> str:
        program = ("-P", "-c", "from analyzer.cli import run; run()")
        return run(*program, *words, cwd=tmp_path, PYTHONPATH=str(installed))

    where = run("-P", "-c", "import analyzer; print(analyzer.__file__)", cwd=tmp_path, PYTHONPATH=str(installed))
    assert Path(where.strip()).is_relative_to(installed)
    rules = json.loads(asbuilt("rules", "list", "--format", "json"))
    assert len(rules) == len([path for path in (ROOT / "rules").iterdir() if path.suffix in (".py", ".toml")])
    found = json.loads(asbuilt("scan", str(model), "--format", "json", "--no-cache"))
    assert [(one["class"], one["status"]) for one in found["models"]] == [("Block", "complete")]
    assert "layernorm" in {one["value"] for one in found["findings"] if one["trait"] == "norm.type"}
    papers = [*(ROOT / "rules" / "papers").glob("*.toml")]
    assert json.loads(asbuilt("claims", "check", "--format", "json")) == {"files": len(papers), "errors": []}
