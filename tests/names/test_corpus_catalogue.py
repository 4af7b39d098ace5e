"""The catalogue of the real library: every model type, and every recorded class with its configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.frameworks.transformers.auto import read_auto_tables
from analyzer.names import Catalogue, Workspace
from analyzer.sources.cache import SyntaxCache
from analyzer.sources.discover import installed_package
from tests.names.trees import opened_at
from tests.truth import classes, runs

pytestmark = pytest.mark.skipif(installed_package("transformers") is None, reason="needs transformers' sources")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    found = opened_at(None, cache=SyntaxCache.open(tmp_path_factory.mktemp("cache")))
    if found.tree.version != "5.23.0":
        pytest.skip("the truth is of another version")
    return found


@pytest.fixture(scope="module")
def catalogue(workspace: Workspace) -> Catalogue:
    return workspace.catalogue()


def test_every_model_type_is_listed_once_as_main(workspace: Workspace, catalogue: Catalogue) -> None:
    types = read_auto_tables(workspace.module).configs
    assert len(types) == 804
    mains = [entry.model_type for entry in catalogue.models if entry.main]
    assert len(mains) == len(set(mains))
    assert set(types) <= set(mains)
    assert catalogue.errors == ()


def test_every_mapped_class_is_listed(workspace: Workspace, catalogue: Catalogue) -> None:
    auto = read_auto_tables(workspace.module)
    mapped = {(key, name) for table in auto.mappings.values() for key, names in table.items() for name in names}
    assert mapped <= {(entry.model_type, entry.class_name) for entry in catalogue.models}


def test_few_types_have_no_class(catalogue: Catalogue) -> None:
    """Configurations that no class takes: of tokenizers, of code that borrows another type's classes."""
    assert sum(not entry.class_name for entry in catalogue.models) <= 8


def test_recorded_classes_have_their_file_and_configuration(catalogue: Catalogue) -> None:
    listed = {(entry.model_type, entry.class_name): entry for entry in catalogue.models}
    wrong = [
        row.key
        for row in classes()
        if (listed[row.key].path, listed[row.key].config_class) != (row.path, row.config_class)
    ]
    assert len(classes()) >= 700
    assert wrong == []


def test_recorded_runs_have_the_configuration_that_they_were_given(catalogue: Catalogue) -> None:
    """A recorded configuration says its model type; the class must take that type's configuration class."""
    listed = {(entry.model_type, entry.class_name): entry for entry in catalogue.models}
    by_type = {entry.model_type: entry.config_class for entry in catalogue.models if entry.main}
    wrong = [
        run.key
        for run in runs()
        if listed[run.key].config_class not in (run.config_class, by_type.get(run.config.get("model_type", "")))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        ("llama", "LlamaForCausalLM"),
        ("t5", "T5ForConditionalGeneration"),
        ("vit", "ViTForImageClassification"),
        ("mamba2", "Mamba2ForCausalLM"),
        ("wav2vec2", "Wav2Vec2ForCTC"),
        ("clip_vision_model", "CLIPVisionModel"),
        ("whisper", "WhisperForConditionalGeneration"),  # not the decoder that ForCausalLM cuts out
        ("bart", "BartForConditionalGeneration"),
        ("marian", "MarianMTModel"),
        ("prophetnet", "ProphetNetForConditionalGeneration"),
        ("musicgen", "MusicgenForConditionalGeneration"),  # its other towers are those of the configuration
        ("llama4", "Llama4ForConditionalGeneration"),
        ("mllama", "MllamaForConditionalGeneration"),
        ("clip", "CLIPModel"),  # CLIPForImageClassification has no text tower
        ("seamless_m4t", "SeamlessM4TModel"),
        ("sam3_video", "Sam3VideoModel"),  # of its own folder, not sam3_tracker's
        ("shieldgemma2", "ShieldGemma2ForImageClassification"),
        ("tvp", "TvpForVideoGrounding"),  # the base model with its head
        ("patchtst", "PatchTSTModel"),  # four heads of equal standing
        ("trocr", "TrOCRForCausalLM"),  # a type that is a decoder alone
        ("bert", "BertLMHeadModel"),
    ],
)
def test_main_class_is_the_one_people_mean(catalogue: Catalogue, name: str, class_name: str) -> None:
    assert catalogue.find(name).class_name == class_name


def test_entries_name_the_other_classes_of_their_type(catalogue: Catalogue) -> None:
    whisper = catalogue.find("whisper")
    assert {"WhisperForCausalLM", "WhisperModel", "WhisperEncoder"} < set(whisper.others)
    assert whisper.class_name not in whisper.others
    assert whisper.class_name in catalogue.find("WhisperForCausalLM").others
    assert catalogue.find("trocr").others == ("TrOCRDecoder", "TrOCRDecoderWrapper")


def test_one_model_is_found_without_listing_all(workspace: Workspace, catalogue: Catalogue) -> None:
    for name in (
        "llama",
        "LlamaForCausalLM",
        "clip_vision_model",
        "MllamaForCausalLM",
        "musicgen",
        "shieldgemma2",
        "tvp",
    ):
        fresh = opened_at(workspace.tree.root)
        assert fresh.find(name) == catalogue.find(name)
        assert fresh.module("transformers.models.mistral.modeling_mistral") is not None
        assert "_catalogue" not in vars(fresh)


def test_modular_sources_give_the_same_classes(workspace: Workspace, catalogue: Catalogue) -> None:
    root = Path(workspace.tree.root)
    for path in ("models/gemma2/modular_gemma2.py", "models/olmo2/modular_olmo2.py"):
        modular = {e.class_name: e.config_class for e in opened_at(root / path).catalogue().models}
        folder = path.rpartition("/")[0]
        generated = {e.class_name: e.config_class for e in catalogue.models if e.path.startswith(f"{folder}/")}
        assert modular == generated
