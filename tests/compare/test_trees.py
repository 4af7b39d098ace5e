"""Two trees of models: which changed, which did not, which are new, gone or not understood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
from click.testing import CliRunner, Result

from analyzer.api import comparing, diff_trees
from analyzer.base import InputError
from analyzer.cli import main
from analyzer.report import TreeComparison

MODEL = """
import torch
from torch import nn


class {name}Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.q, self.k, self.v = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, self.size).transpose(1, 2)

    def forward(self, hidden):
        q, k, v = self.split(self.q(hidden)), self.split(self.k(hidden)), self.split(self.v(hidden))
        weights = (q @ k.transpose(-1, -2) * {scale}).softmax(dim=-1{dtype})
        return (weights.to(v.dtype) @ v).transpose(1, 2).reshape(hidden.shape)


class {name}Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(50, 32)
        self.layers = nn.ModuleList([{name}Attention(32, 4) for _ in range(2)])
        self.norm = nn.LayerNorm(32, eps={eps})

    def forward(self, input_ids):
        hidden = self.tokens(input_ids)
        for layer in self.layers:
            hidden = hidden + layer(hidden)
        return self.norm(hidden)
"""


class Source(NamedTuple):
    """What a version of a model says where versions differ."""

    scale: str = "self.size**-0.5"
    dtype: str = ", dtype=torch.float32"
    eps: str = "1e-5"

    def code(self, name: str) -> str:
        return MODEL.format(name=name.title(), scale=self.scale, dtype=self.dtype, eps=self.eps)


BEFORE = {name: Source() for name in ("aspen", "beech", "cedar", "dwarf", "elder", "holly")}
AFTER = {
    "aspen": Source(scale="1 / self.size**0.5"),  # another spelling
    "beech": Source(scale="self.size**-1"),
    "cedar": Source(scale="self.size**-1"),  # the same change once more
    "dwarf": Source(dtype=""),
    "elder": Source(eps="1e-6"),
    "maple": Source(),
}


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders of models; ``yew`` of the second cannot be built."""
    folders = []
    for side, models in (("old", BEFORE | {"yew": Source()}), ("new", AFTER)):
        folder = tmp_path_factory.mktemp(side)
        for name, source in models.items():
            (folder / f"{name}.py").write_text(source.code(name))
        folders.append(folder)
    broken = Source().code("yew").replace("self.tokens = ", "raise ValueError('no weights')\n        self.tokens = ")
    (folders[1] / "yew.py").write_text(broken)
    return folders[0], folders[1]


@pytest.fixture(scope="module")
def compared(trees: tuple[Path, Path]) -> TreeComparison:
    return diff_trees(*trees, jobs=1)


def test_every_model_is_accounted_for(compared: TreeComparison) -> None:
    assert compared.equal == ("aspen",)
    assert {row.model_type: row.comparison.verdict for row in compared.models} == {
        "beech": "different",
        "cedar": "different",
        "dwarf": "precision",
        "elder": "different",
    }
    assert (compared.only_first, compared.only_second) == (("holly",), ("maple",))


def test_a_model_that_can_not_be_built_is_told_with_the_reason(compared: TreeComparison) -> None:
    (row,) = compared.unknown
    assert row.model_type == "yew"
    assert "no weights" in row.reason


def test_a_change_of_several_models_is_told_once(compared: TreeComparison) -> None:
    scale = next(change for change in compared.changes if "cedar" in change.models and change.kind == "arithmetic")
    assert scale.models == ("beech", "cedar")
    assert scale.first is not None and scale.second is not None
    line = (
        Source()
        .code("beech")
        .splitlines()
        .index("        weights = (q @ k.transpose(-1, -2) * self.size**-0.5).softmax(dim=-1, dtype=torch.float32)")
        + 1
    )
    assert (scale.first.line, scale.second.line) == (line, line)


def test_what_changes_the_computation_comes_first(compared: TreeComparison) -> None:
    kinds = [change.kind for change in compared.changes]
    assert kinds[0] == "arithmetic"
    assert kinds.index("precision") > max(n for n, kind in enumerate(kinds) if kind == "arithmetic")
    weights = [change.weight for change in compared.changes]
    assert weights == sorted(weights, reverse=True)


def test_a_change_of_a_trait_goes_with_the_operation_that_shows_it(compared: TreeComparison) -> None:
    told = next(change for change in compared.changes if change.models == ("elder",))
    assert any("norm.eps: 1e-05 → 1e-06" in trait for trait in told.traits)


def test_the_same_bytes_whatever_the_jobs(trees: tuple[Path, Path], tmp_path: Path) -> None:
    files = [tmp_path / f"{jobs}.json" for jobs in (1, 2)]
    for jobs, file in zip((1, 2), files, strict=True):
        done(*trees, "--model", "aspen", "--model", "beech", "--format", "json", "-o", file, "--jobs", jobs)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_bug_costs_one_model(trees: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*sides: object) -> None:
        raise ZeroDivisionError("seeded")

    monkeypatch.setattr(comparing, "compare", broken)
    found = diff_trees(*trees, models=["aspen"], jobs=1)
    assert [row.model_type for row in found.unknown] == ["aspen"]
    assert "seeded" in found.unknown[0].reason


def test_trees_without_a_common_model(trees: tuple[Path, Path]) -> None:
    with pytest.raises(InputError, match="no model type in common"):
        diff_trees(*trees, models=["holly"], jobs=1)


# -- the command ---


def run(first: Path, second: Path, *arguments: object) -> Result:
    words = ["diff", f"@{first}", f"@{second}", *map(str, arguments)]
    return CliRunner().invoke(main, words if "--jobs" in words else [*words, "--jobs", "1"])


def done(first: Path, second: Path, *arguments: object) -> str:
    result = run(first, second, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_text_names_changes_with_both_lines_and_models(trees: tuple[Path, Path]) -> None:
    page = done(*trees)
    assert "4 models changed, 1 is equal, 1 could not be told; 1 is only in A, 1 only in B" in page
    assert "beech.py:" in page
    assert "beech, cedar" in page
    assert "\x1b" not in page


def test_text_with_everything_names_what_is_new_gone_or_unknown(trees: tuple[Path, Path]) -> None:
    page = done(*trees, "--verbose")
    for word in ("holly", "maple", "yew", "no weights"):
        assert word in page


def test_json_keeps_its_schema(trees: tuple[Path, Path]) -> None:
    content = json.loads(done(*trees, "--format", "json"))
    schema = json.loads(CliRunner().invoke(main, ["schema", "trees"]).stdout)
    jsonschema.validate(content, schema)
    assert {row["model_type"] for row in content["models"]} == {"beech", "cedar", "dwarf", "elder"}


def test_markdown_has_a_section_of_changes(trees: tuple[Path, Path]) -> None:
    page = done(*trees, "--format", "markdown")
    assert page.startswith("# ")
    assert "beech" in page
    assert "maple" in page


@pytest.mark.parametrize(("model", "code"), [("aspen", 0), ("beech", 1), ("yew", 1), ("holly", 2)])
def test_exit_code(trees: tuple[Path, Path], model: str, code: int) -> None:
    assert run(*trees, "--model", model, "--exit-code").exit_code == code


def test_without_being_asked_a_difference_is_no_failure(trees: tuple[Path, Path]) -> None:
    assert run(*trees, "--model", "beech").exit_code == 0


def test_new_and_gone_models_are_a_difference(trees: tuple[Path, Path]) -> None:
    assert run(*trees, "--model", "aspen", "--model", "maple", "--exit-code").exit_code == 1


@pytest.mark.parametrize("second", ["@/nowhere/at/all", "llama"])
def test_what_can_not_be_compared(trees: tuple[Path, Path], second: str) -> None:
    result = CliRunner().invoke(main, ["diff", f"@{trees[0]}", second, "--jobs", "1"])
    assert result.exit_code == 2
    assert result.output
