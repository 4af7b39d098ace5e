"""MODEL on the command line: names, MODEL@PATH, and paths of files and folders, whatever they are called."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest

from analyzer.api import InputError
from analyzer.cli.models import Chosen, TreeSelection, choose, choose_each, groups, in_one_tree, located
from analyzer.cli.options import Options
from tests.cli.programs import ALDER

FILE = ALDER / "modeling_alder.py"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a copy of a fixture in folders of unusual names."""
    for name in ("alder", "with space", "v1@home", "llama"):
        shutil.copytree(ALDER, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", ["./alder", "with space/", "v1@home/", "./llama", "alder/modeling_alder.py"])
def test_a_path_means_the_models_there(here: Path, path: str) -> None:
    assert located(path, None) == Chosen("", Path(path))
    assert choose(path, Options()) == Chosen("AlderForCausalLM", Path(path))


def test_a_folder_is_meant_by_a_word_that_is_no_model(here: Path) -> None:
    assert located("v1@home", None) == Chosen("", Path("v1@home"))
    assert located("alder", None) == Chosen("", Path("alder"))
    assert located("alder", Path("alder")) == Chosen("alder", Path("alder"))
    assert located("llama", None) == Chosen("llama", None)
    assert located("llama@alder", None) == Chosen("llama", Path("alder"))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match=r"absent\.py: no such file or folder"):
        located("absent.py", None)
    assert located("mine@absent.py", None) == Chosen("mine", Path("absent.py"))


def test_one_model_of_several(tmp_path: Path) -> None:
    shutil.copytree(ALDER, tmp_path / "a")
    shutil.copytree(ALDER.with_name("birch"), tmp_path / "b")
    with pytest.raises(InputError, match=r"several models: name one as AlderForCausalLM@\S+, BirchForMaskedLM@"):
        choose(str(tmp_path), Options())
    assert [one.name for one in choose_each([str(tmp_path), "alder@x"], Options())] == [
        "AlderForCausalLM",
        "BirchForMaskedLM",
        "alder",
    ]


def test_a_class_of_a_path() -> None:
    assert choose(str(FILE), Options(class_name="AlderModel")) == Chosen("AlderModel", FILE)
    with pytest.raises(InputError, match="has no class 'AlderModell'; it has AlderModel"):
        choose(str(FILE), Options(class_name="AlderModell"))


def test_what_is_wrong_with_a_path_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    (tmp_path / "broken.py").write_text("def broken(:\n")
    with pytest.raises(InputError, match="no model code found"):
        choose(str(tmp_path / "empty.py"), Options())
    with pytest.raises(InputError, match=r"broken\.py:1: invalid syntax"):
        choose(str(tmp_path / "broken.py"), Options())


def test_models_of_several_trees() -> None:
    assert groups(("a", "b@x", "c@x", str(FILE), "d"), None) == (
        TreeSelection(("a",), None),
        TreeSelection(("b", "c"), Path("x")),
        TreeSelection(None, FILE),
        TreeSelection(("d",), None),
    )
    assert in_one_tree(("x@b", "y@b"), None) == (("x", "y"), Path("b"))
    assert in_one_tree((), Path("a")) == ((), Path("a"))
    assert in_one_tree((str(FILE),), None) == ((), FILE)
    with pytest.raises(click.BadParameter, match="in one tree"):
        in_one_tree(("x@a", "y@b"), None)
