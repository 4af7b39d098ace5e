"""Renaming every class, function, attribute and local variable of a model changes nothing that is found.

The models are those of the installed transformers: a copy of its sources is made, and in it the modeling files of a few
models are rewritten under meaningless names (configuration fields and names of libraries stay).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from analyzer import Model, load
from analyzer.rule.renaming import Renamed
from tests.corpus import pinned
from tests.invariance import Paths, copied, refer, rewrite, said

SMALL: Mapping[str, Mapping[str, object]] = {
    "llama": {"num_hidden_layers": 2},
    "gemma2": {"num_hidden_layers": 2},
    "gptj": {"n_layer": 2},
    "olmo2": {"num_hidden_layers": 2},
    "deepseek_v3": {"num_hidden_layers": 5},
    "t5": {"num_layers": 2, "num_decoder_layers": 2},
}
"""The models, with fewer layers than their defaults: the rest would be more of the same."""


@dataclass(frozen=True, slots=True)
class RenamedTree:
    root: Path
    models: Mapping[str, Renamed]


@pytest.fixture(scope="module")
def renamed_tree(tmp_path_factory: pytest.TempPathFactory) -> RenamedTree:
    """A copy of the sources with all of the models rewritten."""
    root = copied(pinned(), tmp_path_factory.mktemp("renamed") / "transformers")
    models = {model: rewrite(root / "models" / model) for model in SMALL}
    refer(root / "models" / "auto", {old: new for renamed in models.values() for old, new in renamed.globals.items()})
    return RenamedTree(root, models)


@cache
def built(model_type: str, root: Path) -> Model:
    return load(model_type, root, overrides=SMALL[model_type])


@pytest.mark.parametrize("model_type", SMALL)
def test_renaming_changes_no_finding(model_type: str, renamed_tree: RenamedTree) -> None:
    names = renamed_tree.models[model_type]
    original, renamed = built(model_type, pinned()), built(model_type, renamed_tree.root)
    paths = Paths(original, f"models/{model_type}", names)
    expected, got = said(original.findings(), paths), said(renamed.findings())
    assert len(expected) > 10
    assert sorted((expected - got).elements()) == sorted((got - expected).elements()) == []


@pytest.mark.parametrize("model_type", SMALL)
def test_renaming_changes_no_structure(model_type: str, renamed_tree: RenamedTree) -> None:
    names = renamed_tree.models[model_type]
    original, renamed = built(model_type, pinned()).built, built(model_type, renamed_tree.root).built
    assert renamed.status == original.status
    assert [(item.name, item.shape) for item in renamed.parameters] == [
        (names.path(item.name), item.shape) for item in original.parameters
    ]
    assert [path for path, _ in renamed.calls] == [names.path(path) for path, _ in original.calls]
    assert [(op.kind, op.outputs) for op in renamed.graph] == [(op.kind, op.outputs) for op in original.graph]


@pytest.mark.parametrize("model_type", SMALL)
def test_the_copy_is_really_renamed(model_type: str, renamed_tree: RenamedTree) -> None:
    names = renamed_tree.models[model_type]
    original = built(model_type, pinned())
    assert names.globals[original.built.class_name] == built(model_type, renamed_tree.root).built.class_name
    assert names.globals[original.built.class_name] != original.built.class_name
    paths = [path for path in original.modules if path.count(".") > 1]
    assert all(names.path(path) != path for path in paths)
