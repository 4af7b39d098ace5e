"""Values of options."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from analyzer.cli.values import Assignment, TensorInput, split_model


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("num_hidden_layers=4", ("num_hidden_layers", 4)),
        ("rms_norm_eps=1e-5", ("rms_norm_eps", 1e-5)),
        ("tie_word_embeddings=false", ("tie_word_embeddings", False)),
        ("head_dim=null", ("head_dim", None)),
        ("hidden_act=gelu", ("hidden_act", "gelu")),
        ('layer_types=["a", "b"]', ("layer_types", ["a", "b"])),
        ('rope_parameters={"rope_theta": 5.0}', ("rope_parameters", {"rope_theta": 5.0})),
        ("text_config.hidden_size=8", ("text_config.hidden_size", 8)),
        ("name=a=b", ("name", "a=b")),
    ],
)
def test_assignments(text: str, expected: tuple[str, object]) -> None:
    value = Assignment().convert(text, None, None)
    assert value == expected
    assert type(value[1]) is type(expected[1])


@pytest.mark.parametrize("text", ["hidden_size", "=4", " =4"])
def test_what_is_no_assignment(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not name=value"):
        Assignment().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input_ids=int64[2,7]", ("input_ids", ("int64", (2, 7)))),
        ("pixel_values=float32[1, 3, 224, 224]", ("pixel_values", ("float32", (1, 3, 224, 224)))),
        ("step=int64[]", ("step", ("int64", ()))),
    ],
)
def test_tensors(text: str, expected: object) -> None:
    assert TensorInput().convert(text, None, None) == expected


@pytest.mark.parametrize("text", ["input_ids", "input_ids=int64", "input_ids=long[2]", "input_ids=int64[2,x]"])
def test_what_is_no_tensor(text: str) -> None:
    with pytest.raises(click.BadParameter):
        TensorInput().convert(text, None, None)


def test_models_with_their_tree() -> None:
    assert split_model("llama", None) == ("llama", None)
    assert split_model("llama", Path("a")) == ("llama", Path("a"))
    assert split_model("llama@b@c", Path("a")) == ("llama", Path("b@c"))


@pytest.mark.parametrize("name", ["@tree", "llama@"])
def test_what_is_no_model_of_a_tree(name: str) -> None:
    with pytest.raises(click.BadParameter):
        split_model(name, None)
