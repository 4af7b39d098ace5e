"""Files and folders of several source trees in one scan, as pre-commit passes them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer import InputError, scan
from analyzer.cli import main
from analyzer.interpret import by_tree, open_workspace
from analyzer.report import Report
from tests.corpus import pinned

FIXTURES = Path(__file__).parents[2] / "fixtures"
PLAIN = """
from torch import nn

{imports}

class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = {inner}

    def forward(self, x):
        return self.up(x)
"""


@pytest.fixture
def places(tmp_path: Path) -> Path:
    for name in ("alder", "birch"):
        shutil.copytree(FIXTURES / name, tmp_path / "models" / name)
    return tmp_path / "models"


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def said(report: Report, model_type: str) -> list[tuple[object, ...]]:
    return [
        (
            one.rule,
            one.trait,
            one.value,
            one.module,
            one.certainty,
            [(place.line, place.text) for place in one.evidence],
        )
        for one in report.findings
        if one.model_type == model_type
    ]


def test_several_trees_say_together_what_each_says_alone(places: Path) -> None:
    files = [places / "alder" / "modeling_alder.py", places / "birch" / "modeling_birch.py"]
    together = scan(files, jobs=1)
    assert together.source.root == str(places)
    assert [model.path for model in together.models] == ["alder/modeling_alder.py", "birch/modeling_birch.py"]
    for file, model_type in zip(files, ("alder", "birch"), strict=True):
        assert said(together, model_type) == said(scan(file, jobs=1), model_type) != []
    shown = {place.path for finding in together.findings for place in finding.evidence}
    assert all((places / path).is_file() for path in shown)
    assert together.summary.models["complete"] == 2
    assert sum(together.summary.rules.values()) == len(together.findings)


def test_worker_processes_give_the_same_bytes(places: Path) -> None:
    files = [places / "alder", places / "birch" / "modeling_birch.py"]
    assert scan(files, jobs=2).to_json() == scan(files, jobs=1).to_json()


def test_what_is_in_a_folder_that_is_given_is_not_read_twice(places: Path) -> None:
    (groups,) = by_tree([places, places / "alder", places / "birch" / "modeling_birch.py"])
    assert groups == (places,)
    assert by_tree([places / "alder", places / "birch"]) == ((places / "alder",), (places / "birch",))
    file = places / "alder" / "modeling_alder.py"
    other = places / "alder" / "configuration_alder.py"
    assert by_tree([file, other, file]) == ((file, other),)


def test_files_of_one_folder_are_one_tree(tmp_path: Path) -> None:
    """What one of them builds of another is a part of it, as in a scan of the folder."""
    (tmp_path / "inner.py").write_text(PLAIN.format(name="Inner", inner="nn.Linear(8, 8)", imports=""))
    (tmp_path / "outer.py").write_text(PLAIN.format(name="Outer", inner="Inner()", imports="from inner import Inner"))
    (tmp_path / "other.py").write_text(PLAIN.format(name="Other", inner="nn.Linear(8, 8)", imports=""))
    report = scan([tmp_path / "inner.py", tmp_path / "outer.py"], jobs=1)
    assert [model.class_name for model in report.models] == ["Outer"]


def test_parts_of_a_library_are_listed_as_from_it() -> None:
    root = pinned()
    some = ["models/llama/modeling_llama.py", "models/gemma2", "models/llama/tokenization_llama.py", "activations.py"]
    first, *more = (root / one for one in some)
    found = open_workspace(first, further=more).catalogue()
    assert {entry.model_type for entry in found.models if entry.main} >= {"llama", "gemma2"}
    assert {entry.path for entry in found.models} >= {"activations.py"}
    for one in ("models/llama/modeling_llama.py", "models/gemma2"):
        alone = open_workspace(root / one).catalogue().models
        assert len(alone) > 3
        assert set(alone) <= set(found.models)


def test_models_are_named_over_all_trees(places: Path) -> None:
    folders = [places / "alder", places / "birch"]
    assert [model.model_type for model in scan(folders, models=["birch"], jobs=1).models] == ["birch"]
    with pytest.raises(InputError, match="no model called 'cedar' in 2 trees"):
        scan(folders, models=["alder", "cedar"], jobs=1)
    result = command("scan", *folders, "--model", "alder,birch", "--format", "csv", "--select", "norm.type")
    assert {line.partition(",")[0] for line in result.stdout.splitlines()[1:]} == {"alder", "birch"}


def test_files_without_a_model_are_no_error(places: Path) -> None:
    file = places / "alder" / "configuration_alder.py"
    result = command("scan", file, "--fail-on", "warning")
    assert (result.exit_code, "no model code found" in result.stderr) == (0, True)
    assert command("scan", file, places / "birch" / "configuration_birch.py").exit_code == 0
    assert [one.model_type for one in scan([file, places / "birch"], jobs=1).models] == ["birch"]
    (places / "empty").mkdir()
    with pytest.raises(InputError, match="no model code found"):
        scan(places / "empty", jobs=1)


def test_a_baseline_knows_findings_however_they_are_scanned(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    unused = PLAIN.format(name="Odd", inner="nn.Linear(8, 8)", imports="").replace("(self):", "(self, depth=3):")
    (tmp_path / "a" / "odd.py").write_text(unused)
    (tmp_path / "b.py").write_text(unused.replace("Odd", "Even"))
    known = tmp_path / "known.json"
    check = ("--fail-on", "warning", "--baseline", known)
    assert command("scan", tmp_path, "--write-baseline", known, "--fail-on", "warning").exit_code == 1
    assert command("scan", tmp_path, *check).exit_code == 0
    assert command("scan", tmp_path / "a" / "odd.py", tmp_path / "b.py", *check).exit_code == 0
    assert command("scan", tmp_path / "a" / "odd.py", *check).exit_code == 0
