"""The catalogue of small trees."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.names import Catalogue, ModelEntry
from tests.names.trees import library, opened, opened_at, write

NET = "from torch import nn\n"
MODULE = f"{NET}\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return x\n"


def mains(catalogue: Catalogue) -> dict[str, str]:
    return {entry.model_type: entry.class_name for entry in catalogue.models if entry.main}


def one(catalogue: Catalogue, model_type: str, class_name: str) -> ModelEntry:
    (entry,) = (e for e in catalogue.models if (e.model_type, e.class_name) == (model_type, class_name))
    return entry


# --- a library like transformers ---------------------------------------------------------------------------------


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return opened_at(library(tmp_path)).catalogue()


def test_every_model_type_has_one_main_class(catalogue: Catalogue) -> None:
    assert mains(catalogue) == {
        "oak": "OakHead",  # the causal language model
        "oak_text": "OakHead",
        "pine-tree": "PineModel",
        "bare": "",
        "hidden": "Outer",  # stated by no table; of its classes the one that no other builds
    }


def test_entry_says_where_everything_is(catalogue: Catalogue) -> None:
    entry = one(catalogue, "oak", "OakHead")
    assert entry.path == "models/oak/modeling_oak.py"
    assert entry.module == "transformers.models.oak.modeling_oak"
    assert entry.mappings == ("MODEL_MAPPING_NAMES", "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES")
    assert (entry.config_class, entry.config_module) == (
        "OakTextConfig",  # the part of OakConfig that the class declares
        "transformers.models.oak.configuration_oak",
    )
    assert one(catalogue, "oak", "OakModel").config_class == "OakConfig"
    assert one(catalogue, "pine-tree", "PineModel").config_class == "PineConfig"


def test_bases_and_layers_are_no_models(catalogue: Catalogue) -> None:
    assert not {"Base", "Layer", "PreTrainedModel"} & {entry.class_name for entry in catalogue.models}


def test_missing_class_is_an_error_and_a_type_without_class_is_listed(catalogue: Catalogue) -> None:
    assert [error.code for error in catalogue.errors] == ["missing-class"]
    assert "Nowhere" in catalogue.errors[0].message
    bare = one(catalogue, "bare", "")
    assert (bare.path, bare.config_class, bare.main) == ("models/oak/configuration_oak.py", "BareConfig", True)


def test_find_by_type_class_and_both(catalogue: Catalogue) -> None:
    assert catalogue.find("oak").class_name == "OakHead"
    assert catalogue.find("Inner").model_type == "hidden"
    assert catalogue.find("oak/OakModel").class_name == "OakModel"
    with pytest.raises(InputError, match="oak") as caught:
        catalogue.find("oakk")
    assert caught.value.code == "unknown-model"


@pytest.mark.parametrize("name", ["oak", "pine-tree", "OakHead", "PineModel", "Inner", "bare"])
def test_single_model_is_found_as_in_the_whole_catalogue(tmp_path: Path, name: str) -> None:
    root = library(tmp_path)
    assert opened_at(root).find(name) == opened_at(root).catalogue().find(name)


@pytest.mark.parametrize("given", ["models/pine", "models/pine/modeling_pine.py"])
def test_selected_part(tmp_path: Path, given: str) -> None:
    catalogue = opened_at(library(tmp_path) / given).catalogue()
    assert [(entry.model_type, entry.class_name) for entry in catalogue.models] == [("pine-tree", "PineModel")]


def test_modular_file_on_demand(tmp_path: Path) -> None:
    root = library(tmp_path)
    asked = opened_at(root / "models/pine/modular_pine.py").catalogue()
    assert {entry.class_name for entry in asked.models} == {"PineModel", "PineHead"}
    assert {(entry.model_type, entry.config_class) for entry in asked.models} == {("pine-tree", "PineConfig")}
    preferred = opened_at(root, prefer_modular=True).catalogue()
    assert one(preferred, "pine-tree", "PineModel").path == "models/pine/modular_pine.py"
    assert one(preferred, "oak", "OakHead").path == "models/oak/modeling_oak.py"


def test_broken_files_do_not_cost_the_others(tmp_path: Path) -> None:
    changes = {
        "models/pine/modeling_pine.py": "x = (",
        "models/cycle/modeling_a.py": "from .modeling_b import B\nclass A(B): ...\n",
        "models/cycle/modeling_b.py": "from .modeling_a import A\nclass B(A): ...\n",
    }
    catalogue = opened_at(library(tmp_path, changes)).catalogue()
    errors = {(error.path, error.code) for error in catalogue.errors}
    assert ("models/pine/modeling_pine.py", "syntax-error") in errors
    assert ("models/cycle/modeling_a.py", "inheritance-cycle") in errors
    assert mains(catalogue)["oak"] == "OakHead"
    assert mains(catalogue)["pine-tree"] == ""


# --- other code --------------------------------------------------------------------------------------------------


def test_roots_are_what_no_other_builds(tmp_path: Path) -> None:
    text = NET + (
        "class Leaf(nn.Module):\n  def forward(self, x): ...\n"
        "class Made(nn.Module):\n  def forward(self, x): ...\n"
        "def make(): return Made()\n"
        "class Stage(nn.Sequential):\n  def __init__(self): super().__init__(Leaf())\n"
        "class Parent(nn.Module):\n  def forward(self, x): ...\n"
        "class Net(Parent):\n  def __init__(self): self._add(make())\n  def _add(self, y): self.y = Stage()\n"
        "class Helper:\n  def forward(self, x): ...\n"
        "class Abstract(nn.Module): ...\n"
    )
    catalogue = opened(tmp_path, {"net.py": text}).catalogue()
    assert {entry.class_name for entry in catalogue.models} == {"Leaf", "Made", "Parent", "Net", "Stage"}
    assert [(entry.model_type, entry.class_name) for entry in catalogue.models if entry.main] == [("net", "Net")]


def test_modules_across_files(tmp_path: Path) -> None:
    files = {
        "parts/__init__.py": "from .block import Block\n",
        "parts/block.py": NET + "class Block(nn.Module):\n  def forward(self, x): ...\n",
        "net.py": "import torch.nn as tn\nfrom parts import Block\n"
        "class Net(tn.Module):\n  def __init__(self): self.b = Block()\n  def forward(self, x): ...\n",
    }
    catalogue = opened(tmp_path, files).catalogue()
    assert {(entry.class_name, entry.path, entry.main) for entry in catalogue.models} == {
        ("Block", "parts/block.py", False),
        ("Net", "net.py", True),
    }


def test_configuration_by_annotation_or_the_only_data_class(tmp_path: Path) -> None:
    data = "from dataclasses import dataclass\n" + NET + "@dataclass\nclass Size:\n  width: int = 3\n"
    silent = "class Net(nn.Module):\n  def __init__(self, c): ...\n  def forward(self, x): ...\n"
    stated = "class Net(nn.Module):\n  def __init__(self, c: Size, n: int = 2): ...\n  def forward(self, x): ...\n"
    several = "class Net(nn.Module):\n  def __init__(self, c, d): ...\n  def forward(self, x): ...\n"
    for name, text, expected in (("a", silent, "Size"), ("b", stated, "Size"), ("c", several, None)):
        catalogue = opened(tmp_path / name, {"net.py": data + text}).catalogue()
        assert catalogue.find("Net").config_class == expected, name


HUB = {
    "config.json": json.dumps(
        {
            "model_type": "birch",
            "architectures": ["BirchForCausalLM"],
            "auto_map": {"AutoModelForCausalLM": "modeling_birch.BirchForCausalLM"},
        }
    ),
    "configuration_birch.py": "from transformers import PretrainedConfig\nclass BirchConfig(PretrainedConfig): ...\n",
    "modeling_birch.py": (
        "from transformers import PreTrainedModel\nfrom .configuration_birch import BirchConfig\n"
        "class Base(PreTrainedModel):\n  config_class = BirchConfig\n"
        "class BirchModel(Base):\n  def forward(self, x): ...\n"
        "class BirchForScoring(Base):\n  def __init__(self, c): self.m = BirchModel(c)\n  def forward(self, x): ...\n"
        "class BirchForCausalLM(Base):\n  def __init__(self, c): self.m = BirchModel(c)\n  def forward(self, x): ...\n"
    ),
}


@pytest.mark.parametrize("installed", [True, False])
def test_repository_of_a_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool) -> None:
    monkeypatch.setattr("sys.path", [str(library(tmp_path / "env").parent)] if installed else [])
    catalogue = opened(tmp_path / "birch-7b", HUB).catalogue()
    assert mains(catalogue) == {"birch": "BirchForCausalLM"}
    entry = catalogue.find("birch")
    assert (entry.config_class, entry.mappings) == ("BirchConfig", ("AutoModelForCausalLM",))
    assert {entry.class_name for entry in catalogue.models} == {"BirchModel", "BirchForScoring", "BirchForCausalLM"}


@pytest.mark.parametrize(
    ("text", "line"), [("{", 1), ('{"a": 1,\n oops', 2), ("[1]", 1), ('{"architectures": 3}', None)]
)
def test_odd_config_json(tmp_path: Path, text: str, line: int | None) -> None:
    catalogue = opened(tmp_path / "birch", {**HUB, "config.json": text}).catalogue()
    assert [(error.path, error.line) for error in catalogue.errors] == ([("config.json", line)] if line else [])
    assert len(catalogue.models) == 3 and len(mains(catalogue)) == 1


def test_generated_file_stands_for_its_modular_one(tmp_path: Path) -> None:
    module = NET + "class Net(nn.Module):\n  def forward(self, x): ...\n"
    root = write(tmp_path, {"modeling_x.py": module, "modular_x.py": module, "modular_y.py": module})
    assert [entry.path for entry in opened_at(root).catalogue().models] == ["modeling_x.py", "modular_y.py"]
    preferred = opened_at(root, prefer_modular=True).catalogue()
    assert [entry.path for entry in preferred.models] == ["modular_x.py", "modular_y.py"]


def test_single_file_lists_only_its_own(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": NET + "from b import B\nclass A(B): ...\n"})
    write(tmp_path, {"b.py": NET + "class B(nn.Module):\n  def forward(self, x): ...\n"})
    catalogue = opened_at(tmp_path / "a.py").catalogue()
    assert [(entry.model_type, entry.class_name, entry.main) for entry in catalogue.models] == [("a", "A", True)]


def test_nothing_there(tmp_path: Path) -> None:
    catalogue = opened(tmp_path, {"empty.py": "", "notes.txt": "class Net(nn.Module)"}).catalogue()
    assert (catalogue.models, catalogue.errors) == ((), ())
    with pytest.raises(InputError, match=r"no model called 'x'$"):
        catalogue.find("x")


def test_hostile_files_are_listed_and_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    spring = f"open({str(trap)!r}, 'w')\n"
    files = {
        "__init__.py": spring,
        "net.py": spring + NET + f"class Net(nn.Module, metaclass={spring.strip()}):\n  def forward(self, x): ...\n",
        "torch.py": spring,
        "sitecustomize.py": spring,
        "os.py": spring,
        "é-ü 💥.py": NET + "class Odd(nn.Module):\n  def forward(self, x): ...\n",
        "line\nbreak.py": NET + "class Split(nn.Module):\n  def forward(self, x): ...\n",
    }
    catalogue = opened(tmp_path / "repo", files).catalogue()
    assert {entry.class_name for entry in catalogue.models} == {"Net", "Odd", "Split"}
    assert not trap.exists()


def test_files_that_no_import_can_name_are_modules_of_one_name_in_every_process(tmp_path: Path) -> None:
    """A process that analyses a model need not be the one that listed the files."""
    files = ("my-model.py", "my_model.py", "my.model.py", "a/__init__.py", "a.py", "b c/d.py", "typing.py")
    for name in (*files, os.fsdecode(b"x\xff.py"), os.fsdecode(b"x\xfe.py"), "n\n\x1b.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(MODULE)
    listing, working = opened_at(tmp_path), opened_at(tmp_path)
    entries = listing.catalogue().models
    assert len({entry.module for entry in entries}) == len(entries) == 10
    for entry in reversed(entries):
        module = working.module(entry.module)
        assert module is not None
        assert module.path == entry.path
        assert module.location.path == listing.module(entry.module).location.path  # type: ignore[union-attr]
        assert working.resolve(entry.module, entry.class_name) is not None
