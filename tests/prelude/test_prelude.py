"""The prelude parses, imports, and its modules register what torch's do."""

from __future__ import annotations

import ast
import importlib
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.prelude.stand_in import PRELUDES, Parameter, array, prelude

FILES = sorted(path for prelude in PRELUDES for path in prelude.rglob("*.py"))


def dotted(path: Path) -> str:
    root = next(prelude for prelude in PRELUDES if path.is_relative_to(prelude))
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture
def calls() -> Iterator[list[Any]]:
    with prelude() as recorded:
        yield recorded


@pytest.fixture
def nn(calls: list[Any]) -> Any:
    return importlib.import_module("torch.nn")


def shapes(module: Any) -> dict[str, tuple[int, ...]]:
    return {name: value.shape for name, value in module.named_parameters()}


@pytest.mark.parametrize("path", FILES, ids=dotted)
def test_file_parses_and_stays_terse(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            assert "\n" not in (ast.get_docstring(node) or "")


def test_every_file_imports(calls: list[Any]) -> None:
    for path in FILES:
        importlib.import_module(dotted(path))


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda nn: nn.Linear(4, 6), {"weight": (6, 4), "bias": (6,)}),
        (lambda nn: nn.Linear(4, 6, bias=False), {"weight": (6, 4)}),
        (lambda nn: nn.Embedding(5, 4, padding_idx=-1), {"weight": (5, 4)}),
        (lambda nn: nn.Conv1d(8, 4, 3, groups=2), {"weight": (4, 4, 3), "bias": (4,)}),
        (lambda nn: nn.Conv2d(3, 8, (2, 5), bias=False), {"weight": (8, 3, 2, 5)}),
        (lambda nn: nn.ConvTranspose2d(8, 4, 3, groups=2), {"weight": (8, 2, 3, 3), "bias": (4,)}),
        (lambda nn: nn.LayerNorm(4), {"weight": (4,), "bias": (4,)}),
        (lambda nn: nn.LayerNorm((2, 4), bias=False), {"weight": (2, 4)}),
        (lambda nn: nn.LayerNorm(4, elementwise_affine=False), {}),
        (lambda nn: nn.RMSNorm(4), {"weight": (4,)}),
        (lambda nn: nn.GroupNorm(2, 4), {"weight": (4,), "bias": (4,)}),
        (lambda nn: nn.BatchNorm2d(4), {"weight": (4,), "bias": (4,)}),
        (lambda nn: nn.InstanceNorm1d(4), {}),
        (lambda nn: nn.PReLU(), {"weight": (1,)}),
        (
            lambda nn: nn.MultiheadAttention(8, 2),
            {"in_proj_weight": (24, 8), "in_proj_bias": (24,), "out_proj.weight": (8, 8), "out_proj.bias": (8,)},
        ),
        (
            lambda nn: nn.MultiheadAttention(8, 2, kdim=4, bias=False),
            {
                "q_proj_weight": (8, 8),
                "k_proj_weight": (8, 4),
                "v_proj_weight": (8, 8),
                "out_proj.weight": (8, 8),
            },
        ),
        (
            lambda nn: nn.LSTM(3, 5),
            {"weight_ih_l0": (20, 3), "weight_hh_l0": (20, 5), "bias_ih_l0": (20,), "bias_hh_l0": (20,)},
        ),
        (
            lambda nn: nn.GRU(3, 5, num_layers=2, bias=False, bidirectional=True),
            {
                "weight_ih_l0": (15, 3),
                "weight_hh_l0": (15, 5),
                "weight_ih_l0_reverse": (15, 3),
                "weight_hh_l0_reverse": (15, 5),
                "weight_ih_l1": (15, 10),
                "weight_hh_l1": (15, 5),
                "weight_ih_l1_reverse": (15, 10),
                "weight_hh_l1_reverse": (15, 5),
            },
        ),
        (
            lambda nn: nn.GRUCell(3, 5),
            {"weight_ih": (15, 3), "weight_hh": (15, 5), "bias_ih": (15,), "bias_hh": (15,)},
        ),
        (
            lambda nn: nn.utils.parametrizations.weight_norm(nn.Conv1d(8, 4, 3), dim=2),
            {
                "bias": (4,),
                "parametrizations.weight.original0": (1, 1, 3),
                "parametrizations.weight.original1": (4, 8, 3),
            },
        ),
        (
            lambda nn: nn.utils.weight_norm(nn.Linear(4, 6)),
            {"bias": (6,), "weight_g": (6, 1), "weight_v": (6, 4)},
        ),
        (
            lambda nn: nn.utils.parametrizations.spectral_norm(nn.Linear(4, 6)),
            {"bias": (6,), "parametrizations.weight.original": (6, 4)},
        ),
    ],
)
def test_parameters_in_order(nn: Any, build: Any, expected: dict[str, tuple[int, ...]]) -> None:
    assert list(shapes(build(nn)).items()) == list(expected.items())


def test_encoder_layer_registers_norms_before_dropouts(nn: Any) -> None:
    layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16)
    assert [name for name, _ in layer.named_children()] == [
        *("self_attn", "linear1", "dropout", "linear2", "norm1", "norm2", "dropout1", "dropout2"),
    ]


def test_batch_norm_buffers_hold_their_start_values(nn: Any) -> None:
    buffers = dict(nn.BatchNorm1d(3).named_buffers())
    assert list(buffers) == ["running_mean", "running_var", "num_batches_tracked"]
    assert buffers["running_mean"].tolist() == [0, 0, 0]
    assert buffers["running_var"].tolist() == [1, 1, 1]
    assert buffers["num_batches_tracked"].shape == ()


def test_parametrized_weight_is_computed_by_a_class_of_its_own(nn: Any, calls: list[Any]) -> None:
    conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(8, 4, 3))
    assert type(conv).__name__ == "ParametrizedConv1d"
    assert isinstance(conv, nn.Conv1d)
    conv(array(1, 8, 9))
    assert [name for name, _, _ in calls] == ["_weight_norm", "conv1d"]
    weight_norm = calls[0][1]
    assert [part.shape for part in weight_norm[:2]] == [(4, 8, 3), (4, 1, 1)]
    plain = nn.utils.parametrize.remove_parametrizations(conv, "weight")
    assert type(plain).__name__ == "Conv1d"
    assert list(shapes(plain)) == ["bias", "weight"]


def test_old_weight_norm_can_be_taken_off(nn: Any) -> None:
    linear = nn.utils.weight_norm(nn.Linear(4, 6))
    assert list(shapes(nn.utils.remove_weight_norm(linear))) == ["bias", "weight"]


def test_module_list_is_a_list(nn: Any) -> None:
    items = [nn.Identity() for _ in range(5)]
    modules = nn.ModuleList(items[:2])
    modules.append(items[2]).extend(items[3:])
    assert len(modules) == 5
    assert modules[-1] is items[4]
    assert list(modules) == items
    assert list(modules[1:3]) == items[1:3]
    assert isinstance(modules[:2], nn.ModuleList)
    modules.insert(0, items[4])
    assert modules[0] is items[4] and len(modules) == 6
    assert modules.pop(0) is items[4]
    del modules[0]
    assert list(modules) == items[1:]
    assert [name for name, _ in modules.named_children()] == ["0", "1", "2", "3"]
    with pytest.raises(IndexError):
        modules[4]
    assert list(modules + modules[:1]) == [*items[1:], items[1]]


def test_sequential_keeps_given_names(nn: Any) -> None:
    first, second = nn.Linear(2, 2), nn.ReLU()
    named = nn.Sequential(OrderedDict([("a", first), ("b", second)]))
    assert named.a is first and named[1] is second and list(named[1:]) == [second]
    assert [name for name, _ in named[1:].named_children()] == ["b"]
    plain = nn.Sequential(first, second)
    assert [name for name, _ in plain.named_children()] == ["0", "1"]


def test_module_dict_is_a_dict(nn: Any) -> None:
    one, two = nn.Identity(), nn.Identity()
    modules = nn.ModuleDict({"x": one})
    modules.update([("y", two)])
    assert list(modules) == list(modules.keys()) == ["x", "y"]
    assert "y" in modules and modules["y"] is two and modules.x is one
    assert list(modules.items()) == [("x", one), ("y", two)]
    assert modules.pop("x") is one and len(modules) == 1


def test_parameter_containers(nn: Any) -> None:
    listed = nn.ParameterList([array(2), Parameter(array(3))])
    assert shapes(listed) == {"0": (2,), "1": (3,)} and listed[-1].shape == (3,) and len(listed) == 2
    mapped = nn.ParameterDict({"b": array(2)})
    mapped["a"] = array(4)
    assert shapes(mapped) == {"b": (2,), "a": (4,)} and "a" in mapped and list(mapped.keys()) == ["b", "a"]


def test_attention_swaps_batch_and_length_once_for_shared_inputs(nn: Any, calls: list[Any]) -> None:
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    x = array(3, 5, 8)
    attention(x, x, x)
    query, key, value = calls[0][1][:3]
    assert query is key is value and query.shape == (5, 3, 8)


def test_losses_hold_their_weights_as_buffers(nn: Any, calls: list[Any]) -> None:
    loss = nn.CrossEntropyLoss(weight=array(3), ignore_index=7)
    assert [name for name, _ in loss.named_buffers()] == ["weight"]
    loss(array(2, 3), array(2))
    assert calls[0][0] == "cross_entropy" and calls[0][2]["ignore_index"] == 7


@pytest.mark.parametrize(
    ("pattern", "sizes", "expected"),
    [
        ("b s (h d) -> b h s d", {"h": 2}, lambda x: np.transpose(x.reshape(2, 3, 2, 4), (0, 2, 1, 3))),
        ("b s d -> b (s d)", {}, lambda x: x.reshape(2, 24)),
        ("b ... -> ... b", {}, lambda x: np.transpose(x, (1, 2, 0))),
        ("b s d -> b 1 s d", {}, lambda x: x[:, None]),
    ],
)
def test_rearrange(calls: list[Any], pattern: str, sizes: dict[str, int], expected: Any) -> None:
    einops = importlib.import_module("einops")
    x = np.arange(48).reshape(2, 3, 8).view(type(array(1)))
    assert np.array_equal(einops.rearrange(x, pattern, **sizes), expected(x))


def test_repeat_adds_axes(calls: list[Any]) -> None:
    einops = importlib.import_module("einops")
    x = np.arange(6).reshape(2, 3).view(type(array(1)))
    assert np.array_equal(einops.repeat(x, "b d -> b (d r)", r=2), np.repeat(x, 2, axis=1))
    assert einops.repeat(x, "b d -> b n d", n=4).shape == (2, 4, 3)


def test_versions_are_ordered(calls: list[Any]) -> None:
    version = importlib.import_module("packaging.version")
    assert version.parse("2.10") > version.parse("2.9.1")
    assert version.parse("2.4.0") == version.parse("2.4")
    assert version.parse("2.4.0.dev0") < version.parse("2.4")
    assert version.parse(version.parse("2.13.0+cpu").base_version).release == (2, 13, 0)
