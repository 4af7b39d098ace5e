"""Things of a model by name."""

from __future__ import annotations

import pickle

import pytest

from analyzer.api.named import Named, UnknownNameError

NAMES = ("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "lm_head.weight")


@pytest.fixture
def parameters() -> Named[int]:
    return Named("parameter", ((name, number) for number, name in enumerate(NAMES)))


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("embed_tokens.weight", "did you mean 'model.embed_tokens.weight'?"),
        ("lm_head", "did you mean 'lm_head.weight'?"),
        ("model.layers.0.self_attn.k_proj.weight", "did you mean 'model.layers.0.self_attn.q_proj.weight'?"),
        ("something else", "there are 3"),
        ("", "there are 3"),
    ],
)
def test_a_missing_name_is_answered_with_the_nearest(parameters: Named[int], asked: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        parameters[asked]
    assert str(raised.value).startswith(f"the model has no parameter {asked!r}; ")
    assert hint in str(raised.value)


def test_it_is_a_dictionary_like_any_other(parameters: Named[int]) -> None:
    assert dict(parameters) == {name: number for number, name in enumerate(NAMES)}
    assert parameters[NAMES[2]] == 2
    assert parameters.get("lm_head") is None
    assert "lm_head" not in parameters
    with pytest.raises(KeyError):
        parameters["lm_head"]


def test_the_error_survives_a_worker() -> None:
    error = pickle.loads(pickle.dumps(UnknownNameError("no such thing")))
    assert str(error) == "no such thing"
