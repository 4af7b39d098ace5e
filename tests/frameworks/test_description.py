"""A framework is known by its description alone: one that does not exist is read like the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.frameworks import FRAMEWORKS, PLATFORMS, RULES, short_target
from analyzer.library.framework import Framework, Natives, Roles
from analyzer.library.inputs import InputConventions
from analyzer.library.natives.catalogue import PYTHON, library_classes, platform_of
from analyzer.library.operations.table import Operations
from analyzer.names import Catalogue, Workspace
from analyzer.names.entries import ModelEntry
from analyzer.names.model_library import ModelLibrary
from analyzer.names.naming import Bases, Naming
from analyzer.names.tree import Modules
from analyzer.sources.layout import TreeLayout
from analyzer.values import ClassValue, Native

CODE = """\
from acorn.layers import Layer, Stack
from grove.base import Tree


class Inner(Layer):
    def run(self, x):
        return x


class Outer(Layer):
    def __init__(self):
        self.inner = Inner()

    def run(self, x):
        return self.inner(x)


class Idle(Layer):
    def forward(self, x):
        return x


class Piled(Stack): ...


class Oak(Tree):
    def run(self, x):
        return x
"""
ROLES = Roles(
    module="acorn.layers.Layer", tensor="acorn.Tensor", parameter="acorn.Weight", context="acorn.still",
    identity=("acorn.layers", "Same"),
)  # fmt: skip


def _classes(classes: dict[str, ClassValue]) -> dict[str, ClassValue]:
    return {"acorn.layers.Layer": ClassValue("Layer", "acorn.layers.Layer", (classes["object"],), {})}


ACORN = Framework(
    name="acorn",
    naming=Naming(
        roots=frozenset({"acorn"}), modules=("acorn.layers.",), abstract=frozenset({"Layer"}), call="run"
    ),
    installed={"acorn": "1.0"},
    operations=Operations(
        {"grow": RULES["Tensor.add"]}, prefixes=("acorn.ops.", "acorn."), renamed={"more": "grow"}, within=("gr",)
    ),
    natives=Natives(
        names={"acorn.pi": 3}, aliases={"acorn.Layer": "acorn.layers.Layer"}, classes=_classes, providing=("acorn.ops",)
    ),
    roles=ROLES,
)  # fmt: skip
LAYOUT = TreeLayout(
    package="grove",
    markers=("__init__.py", "base.py"),
    models="kinds",
    model_prefix="tree_",
    config_prefix="soil_",
    source_prefix="seed_",
)


def _listed(modules: Modules, prefer_sources: bool) -> Catalogue:
    return Catalogue((ModelEntry("oak", "Oak", "grove.kinds.oak", "kinds/oak.py", None, None, (), main=True),), ())


def _found(modules: Modules, name: str, prefer_sources: bool) -> ModelEntry | None:
    return next((one for one in _listed(modules, prefer_sources).models if one.model_type == name), None)


GROVE = Framework(
    name="grove",
    naming=Naming(
        roots=frozenset({"grove"}),
        call="run",
        models=Bases(modules=frozenset({"grove.base"}), names=frozenset({"Tree"})),
        layout=LAYOUT,
    ),
    library=ModelLibrary(_listed, _found),
    override=lambda name: Native(name, lambda machine: None) if name == "grove.base.log" else None,
)


def test_modules_are_recognised(tmp_path: Path) -> None:
    (tmp_path / "tree_wood.py").write_text(CODE)
    found = Workspace.open(tmp_path, frameworks=(ACORN, GROVE)).catalogue().models
    assert {entry.class_name: entry.main for entry in found} == {
        "Inner": False, "Outer": True, "Piled": True, "Oak": True,
    }  # fmt: skip
    assert {entry.model_type for entry in found} == {"wood"}


def test_without_a_description_nothing_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "tree_wood.py").write_text(CODE)
    assert Workspace.open(tmp_path, frameworks=FRAMEWORKS).catalogue().models == ()


def test_library_lists_its_models(tmp_path: Path) -> None:
    for name in LAYOUT.markers:
        (tmp_path / name).write_text("")
    workspace = Workspace.open(tmp_path, frameworks=(ACORN, GROVE))
    assert workspace.tree.label == "grove"
    assert workspace.find("oak").class_name == "Oak"
    assert [entry.class_name for entry in workspace.catalogue().models] == ["Oak"]


def test_generated_files_are_read_once(tmp_path: Path) -> None:
    for name in ("tree_a.py", "seed_a.py", "seed_b.py"):
        (tmp_path / name).write_text("from acorn.layers import Stack\nclass A(Stack): ...\n")
    found = Workspace.open(tmp_path, frameworks=(ACORN, GROVE)).catalogue().models
    assert [entry.path for entry in found] == ["seed_b.py", "tree_a.py"]


def test_platform() -> None:
    platform = platform_of(ACORN, GROVE)
    assert platform.roots == {"acorn", "grove"}
    assert (platform.call, platform.installed) == ("run", {"acorn": "1.0"})
    assert platform.natives.names["acorn.pi"] == 3 and "math.sqrt" in platform.natives.names
    assert {"acorn", "acorn.ops", "math"} <= platform.natives.prefixes
    assert "acorn.layers.Layer" in library_classes(platform.natives.parts)
    assert platform.override("grove.base.log") is not None and platform.override("grove.base.x") is None


def test_conventions_are_the_librarys() -> None:
    conventions = InputConventions(main=("light",))
    assert platform_of(ACORN, replace(GROVE, inputs=conventions)).inputs.main == ("light",)
    assert platform_of(ACORN, GROVE).inputs.main == ()


def test_library_alone_is_no_platform() -> None:
    with pytest.raises(ValueError, match="grove"):
        platform_of(GROVE)


def test_nothing_is_installed_without_a_library() -> None:
    with pytest.raises(InputError, match="give a path"):
        Workspace.open(None, frameworks=(ACORN,))


@pytest.mark.parametrize(
    ("name", "target"),
    [("acorn.grow", "grow"), ("acorn.ops.grow", "grow"), ("acorn.more", "grow"), ("acorn.ow", "grow"), ("grow", None)],
)
def test_public_names(name: str, target: str | None) -> None:
    assert ACORN.operations.public_target(name) == target


def test_tables_do_not_contradict_each_other() -> None:
    """A name that two tables describe would hide one of them."""
    parts = [*PYTHON, *PLATFORMS[0].natives.parts]
    names = [name for part in parts for name in part.names]
    assert len(names) == len(set(names))
    assert len(RULES) == sum(len(one.operations.rules) for one in FRAMEWORKS)


def test_short_targets() -> None:
    assert short_target("nn.functional.softmax") == "softmax"
    assert replace(ACORN.operations, silent=("gr",)).short("grow") == "ow"
