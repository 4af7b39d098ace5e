"""Modules by name, and names followed through imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.names import Workspace
from tests.names.trees import library, opened, opened_at, write


def target(workspace: Workspace, module: str, name: str) -> str | None:
    found = workspace.resolve(module, name)
    return None if found is None else found.qualified


FILES = {
    "pkg/__init__.py": "from .a import thing as renamed\nfrom .star import *\nfrom . import b\nimport pkg.c.d\n",
    "pkg/a.py": "thing = 1\ndef f(): ...\nalias = f\nfrom .b import *\n",
    "pkg/b.py": (
        "from torch import nn\nimport torch.nn.functional as F\nimport torch\nclass C(nn.Linear): ...\n_hidden = 1\n"
    ),
    "pkg/star.py": "__all__ = ['shown']\nshown = 1\nkept_back = 2\n",
    "pkg/c/__init__.py": "",
    "pkg/c/d.py": "from .. import a\nfrom ..b import C as D\nfrom ... import outside\n",
    "pkg/left.py": "from .right import name, other\n",
    "pkg/right.py": "from .left import name\nfrom .left import *\nother = 1\n",
    "pkg/torn.py": "x = (\n",
    "space/e.py": "from pkg.a import thing\n",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return opened(tmp_path / "repo", FILES)


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("repo.pkg", "renamed", "repo.pkg.a.thing"),
        ("repo.pkg", "shown", "repo.pkg.star.shown"),
        ("repo.pkg", "kept_back", None),
        ("repo.pkg", "b", "repo.pkg.b"),
        ("repo.pkg", "b.C", "repo.pkg.b.C"),
        ("repo.pkg", "pkg.c.d.D", "repo.pkg.b.C"),
        ("repo.pkg.a", "alias", "repo.pkg.a.f"),
        ("repo.pkg.a", "C", "repo.pkg.b.C"),
        ("repo.pkg.a", "_hidden", None),
        ("repo.pkg.b", "nn.Module", "torch.nn.Module"),
        ("repo.pkg.b", "F.softmax", "torch.nn.functional.softmax"),
        ("repo.pkg.b", "torch.nn.Linear", "torch.nn.Linear"),
        ("repo.pkg.c.d", "a.thing", "repo.pkg.a.thing"),
        ("repo.pkg.left", "name", None),
        ("repo.pkg.right", "name", None),
        ("repo.pkg.left", "other", "repo.pkg.right.other"),
        ("repo.pkg.torn", "x", None),
        ("repo.pkg.b", "absent", None),
        ("repo.space.e", "thing", "repo.pkg.a.thing"),
        ("no.such.module", "x", None),
    ],
)
def test_name_leads_to_its_definition(workspace: Workspace, module: str, name: str, expected: str | None) -> None:
    assert target(workspace, module, name) == expected
    assert target(workspace, module, name) == expected, "asked again"


def test_one_file_is_one_module_by_whatever_name(workspace: Workspace) -> None:
    assert workspace.module("pkg.a") is workspace.module("repo.pkg.a")
    module = workspace.module_at("pkg/a.py")
    assert module is workspace.module("pkg.a")
    assert (module.name, module.path, module.is_package, module.external) == ("repo.pkg.a", "pkg/a.py", False, False)
    package = workspace.module("repo.pkg")
    assert package is not None and package.is_package and package.path == "pkg/__init__.py"
    assert workspace.module("repo.space") is not None, "a folder without __init__.py is a package too"
    assert workspace.module("repo.nothing") is None


def test_module_that_can_not_be_read_says_so_each_time(workspace: Workspace) -> None:
    module = workspace.module("repo.pkg.torn")
    assert module is not None
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            _ = module.syntax
        assert (caught.value.path, caught.value.line) == ("pkg/torn.py", 1)
    assert module.file.text == "x = (\n"


def test_files_named_like_libraries_do_not_stand_in_for_them(tmp_path: Path) -> None:
    files = {"torch.py": "evil = 1\n", "json.py": "", "net.py": "import torch\nfrom .torch import evil\n"}
    workspace = opened(tmp_path / "repo", files)
    assert workspace.module("torch") is None
    assert workspace.module("json") is None
    assert target(workspace, "repo.net", "torch.nn") == "torch.nn"
    assert target(workspace, "repo.net", "evil") == "repo.torch.evil"


def test_names_that_are_no_identifiers(tmp_path: Path) -> None:
    files = {"my-model.v2.py": "x = 1\n", "my-model_v2.py": "y = 2\n", "a b/c.py": "from . import *\nz = 1\n"}
    workspace = opened(tmp_path / "1.0-repo", files)
    modules = [workspace.module_at(path) for path in workspace.files().files]
    assert sorted(module.path for module in modules) == sorted(files)
    assert len({module.name for module in modules}) == 3
    for module in modules:
        assert workspace.module(module.name) is module
        assert module.syntax.body
    assert workspace.module("..secret") is None
    assert workspace.module("") is None


def test_src_layout_and_package_around_the_tree(tmp_path: Path) -> None:
    workspace = opened(tmp_path / "repo", {"src/lib/__init__.py": "", "src/lib/m.py": "q = 1\n"})
    assert target(workspace, "lib.m", "q") == "repo.src.lib.m.q"
    write(tmp_path / "outer", {"__init__.py": "", "util.py": "u = 1\n", "in/x.py": "", "part/__init__.py": ""})
    inner = opened(tmp_path / "outer" / "part", {"net.py": "from ..util import u\nfrom outer.util import u as v\n"})
    assert inner.tree.package == "outer.part"
    assert target(inner, "outer.part.net", "u") == target(inner, "outer.part.net", "v") == "outer.util.u"
    outside = inner.module("outer.util")
    assert outside is not None and outside.external and outside.file.span(0, 1).external


def test_library_roots_come_after_the_tree(tmp_path: Path) -> None:
    stubs = write(tmp_path / "stubs", {"torch/__init__.py": "", "torch/nn.py": "class Module: ...\n", "net.py": ""})
    workspace = opened(tmp_path / "repo", {"net.py": "from torch.nn import Module\n"}, library_roots=(stubs,))
    found = workspace.resolve("repo.net", "Module")
    assert found is not None and found.is_class and found.source is not None
    assert (found.qualified, found.source.external, found.source.path) == ("torch.nn.Module", True, "torch/nn.py")
    assert workspace.module("net") is workspace.module("repo.net")


def test_folder_of_one_model_copied_out_of_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = library(tmp_path / "installed")
    monkeypatch.syspath_prepend(root.parent)
    files = {
        "modeling_new.py": "from ...modeling_utils import PreTrainedModel\nfrom ..oak.modeling_oak import OakModel\n"
    }
    workspace = opened(tmp_path / "copied" / "new", files)
    assert target(workspace, "new.modeling_new", "PreTrainedModel") == "transformers.modeling_utils.PreTrainedModel"
    assert target(workspace, "new.modeling_new", "OakModel") == "transformers.models.oak.modeling_oak.OakModel"
    write(tmp_path / "copied", {"oak/modeling_oak.py": "class OakModel: ...\n"})
    beside = opened(tmp_path / "copied" / "new", files)
    found = beside.resolve("new.modeling_new", "OakModel")
    assert found is not None and found.source is not None and found.source.path == "../oak/modeling_oak.py"


def test_lazy_packages_of_the_library(tmp_path: Path) -> None:
    workspace = opened_at(library(tmp_path))
    assert target(workspace, "transformers", "OakHead") == "transformers.models.oak.modeling_oak.OakHead"
    assert target(workspace, "transformers", "PreTrainedModel") == "transformers.modeling_utils.PreTrainedModel"
    assert target(workspace, "transformers.models.oak", "HiddenConfig") is None, "not in __all__"
    assert target(workspace, "transformers.configuration_utils", "PreTrainedConfig") == (
        "transformers.configuration_utils.PretrainedConfig"
    )


def test_what_stands_in_for_a_missing_package(tmp_path: Path) -> None:
    """A function that is defined where an import fails counts where nothing to import is there."""
    guarded = "try:\n    from {0} import decorate, thing\nexcept ImportError:\n    def decorate(f): return f\n"
    workspace = opened(
        tmp_path / "repo",
        {
            "pkg/__init__.py": "from .guarded import decorate, thing\nfrom .present import decorate as other\n",
            "pkg/guarded.py": guarded.format("accelerator_kernels"),
            "pkg/present.py": guarded.format(".real"),
            "pkg/real.py": "def decorate(f): return f\nthing = 1\n",
        },
    )
    assert target(workspace, "repo.pkg", "decorate") == "repo.pkg.guarded.decorate"
    assert target(workspace, "repo.pkg", "thing") == "accelerator_kernels.thing"
    assert target(workspace, "repo.pkg", "other") == "repo.pkg.real.decorate"
