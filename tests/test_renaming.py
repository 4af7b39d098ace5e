"""Renaming every class, function, attribute and local variable of a model changes nothing that is found.

The models are those of the installed transformers: a copy of its sources is made, and in it the modeling files of a few
models are rewritten under meaningless names (configuration fields and names of libraries stay). ``tests.invariance``
does the same with every family.
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
from tests.invariance import Paths, copied, involved, rewrite, said
from tests.library_names import library_names

SMALL: Mapping[str, Mapping[str, object]] = {
    "gemma2": {"num_hidden_layers": 2},
    "gptj": {"n_layer": 2},
    "deepseek_v3": {"num_hidden_layers": 5},
    "falcon_h1": {"num_hidden_layers": 2},
    "t5": {"num_layers": 2, "num_decoder_layers": 2},
    "vit": {"num_hidden_layers": 2},
    "clip": {"text_config.num_hidden_layers": 2, "vision_config.num_hidden_layers": 2},
}
"""The models, with fewer layers than their defaults: the rest would be more of the same. Decoders, one with experts and
one with a state space, an encoder and decoder, a vision model, and one of text and images."""


@dataclass(frozen=True, slots=True)
class RenamedTree:
    root: Path
    files: frozenset[str]
    names: Renamed


@pytest.fixture(scope="module")
def renamed_tree(tmp_path_factory: pytest.TempPathFactory) -> RenamedTree:
    """A copy of the sources with all of the models rewritten."""
    source = pinned()
    root = copied(source, tmp_path_factory.mktemp("renamed") / "transformers")
    files = sorted({file for model in SMALL for file in involved(built(model, source))})
    least, _ = library_names([source / file for file in files], source)
    return RenamedTree(root, frozenset(files), rewrite(source, root, files, least))


@cache
def built(model_type: str, root: Path) -> Model:
    return load(model_type, root, overrides=SMALL[model_type])


@pytest.mark.parametrize("model_type", SMALL)
def test_renaming_changes_no_finding(model_type: str, renamed_tree: RenamedTree) -> None:
    original, renamed = built(model_type, pinned()), built(model_type, renamed_tree.root)
    paths = Paths(original, renamed_tree.files, renamed_tree.names)
    expected, got = said(original.findings(), paths), said(renamed.findings())
    assert len(expected) > 10
    assert sorted((expected - got).elements()) == sorted((got - expected).elements()) == []


@pytest.mark.parametrize("model_type", SMALL)
def test_renaming_changes_no_structure(model_type: str, renamed_tree: RenamedTree) -> None:
    model, renamed = built(model_type, pinned()), built(model_type, renamed_tree.root).built
    paths, original = Paths(model, renamed_tree.files, renamed_tree.names), model.built
    assert renamed.status == original.status
    assert [(item.name, item.shape) for item in renamed.parameters] == [
        (paths(item.name), item.shape) for item in original.parameters
    ]
    assert [call.path for call in renamed.calls] == [paths(call.path) for call in original.calls]
    assert [(op.kind, op.outputs) for op in renamed.graph] == [(op.kind, op.outputs) for op in original.graph]


@pytest.mark.parametrize("model_type", SMALL)
def test_the_copy_is_really_renamed(model_type: str, renamed_tree: RenamedTree) -> None:
    original = built(model_type, pinned())
    paths = Paths(original, renamed_tree.files, renamed_tree.names)
    class_name = renamed_tree.names.globals[original.built.class_name]
    assert class_name == built(model_type, renamed_tree.root).built.class_name != original.built.class_name
    deep = [path for path in original.modules if path.count(".") > 3]
    assert all(paths(path) != path for path in deep)
