"""What findings say that they depend on, on real sources: what decides a value, and nothing else."""

from __future__ import annotations

from functools import cache

import pytest

from analyzer import load
from analyzer.report import Finding
from analyzer.sources.discover import installed_package

pytestmark = pytest.mark.skipif(installed_package("transformers") is None, reason="needs transformers' sources")


@cache
def found(name: str) -> dict[tuple[str, str], Finding]:
    """The traits of a model by trait and module."""
    return {(str(one.trait), one.module): one for one in load(name).findings() if one.kind == "trait"}


def depends(name: str, trait: str, module: str = "model.layers.*") -> set[str]:
    finding = found(name)[trait, module]
    assert finding.certainty == ("default" if finding.depends_on else "proved")
    return {field.removeprefix("config.") for field in finding.depends_on}


def test_numbers_of_parameters_depend_on_sizes_repetitions_and_branches() -> None:
    fields = depends("mistral", "params.total", "")
    assert {"hidden_size", "num_hidden_layers", "num_key_value_heads", "vocab_size", "tie_word_embeddings"} <= fields
    assert fields.isdisjoint({"rms_norm_eps", "pad_token_id", "sliding_window", "max_position_embeddings"})
    assert depends("mistral", "params.active", "") == fields
    assert "add_adapter" in depends("wavlm", "params.total", "")


def test_schedules_depend_on_how_often_the_loop_runs_that_makes_the_layers() -> None:
    assert depends("mistral", "block.schedule") >= {"num_hidden_layers"}
    assert depends("swin", "dims.layers", "swin.encoder.layers.*.blocks.*") == {"depths"}
    assert depends("whisper", "dims.layers", "model.encoder.layers.*") == {"encoder_layers"}


def test_words_do_not_depend_on_sizes_that_do_not_decide_them() -> None:
    assert depends("mistral", "attention.kv") == {"num_attention_heads", "num_key_value_heads"}
    assert depends("mistral", "attention.cache") <= {"sliding_window"}
    assert depends("mistral", "attention.scale") == set()
    assert depends("mistral", "init.scheme") == set()
    assert depends("mistral", "init.std") == {"initializer_range"}
    assert depends("whisper", "attention.kv", "model.encoder.layers.*") == set()  # one number is both
    assert depends("wavlm", "attention.o_bias", "wavlm.encoder.layers.*") == {"do_stable_layer_norm"}


def test_a_part_that_the_configuration_chooses_makes_all_of_it_a_default() -> None:
    chosen = [one for one in found("rag").values() if one.module.startswith("rag.generator")]
    assert chosen
    assert all("config.generator.model_type" in one.depends_on for one in chosen)
    assert all(one.certainty != "proved" for one in chosen)


def test_a_part_of_a_fixed_class_is_no_choice() -> None:
    fields = {field for one in found("clip").values() for field in one.depends_on}
    assert not any(field.endswith("model_type") for field in fields)
