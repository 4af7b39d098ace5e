"""Classes that take no configuration, and configurations with required fields."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.base import GapCode
from analyzer.graph import BuiltModel, OpKind, Status
from analyzer.values import origin_of

FILE = '''
from __future__ import annotations
from dataclasses import dataclass
from enum import Enum
from typing import Optional
import torch
from torch import nn


class Bark(nn.Module):
    """Sizes without annotations, one with a default."""

    def __init__(self, dim, heads, *, rings, head_width=8):
        super().__init__()
        assert dim % heads == 0
        self.up = nn.Linear(dim, heads * head_width)
        self.down = nn.ModuleList([nn.Linear(heads * head_width, dim) for _ in range(rings)])

    def forward(self, x):
        x = self.up(x)
        for down in self.down:
            y = down(x)
        return y


class Ring(nn.Module):
    """Annotated arguments of all kinds."""

    def __init__(self, inner: nn.Module, sizes: tuple[int, int], p: float, deep: bool, mask: Optional[str], bark: Bark):
        super().__init__()
        assert mask is None and not deep and 0 < p < 1
        self.inner = inner
        self.bark = bark
        self.across = nn.Linear(*sizes)

    def forward(self, x):
        return self.bark(self.inner(self.across(x)))


class Leaf(nn.Module):
    """A configuration class of its own, with an object in it."""

    @dataclass
    class Shape:
        width: int
        depth: int = 2

    @dataclass
    class Config:
        shape: Leaf.Shape
        bias: bool = False

    def __init__(self, config: Config):
        super().__init__()
        width = config.shape.width
        self.layers = nn.ModuleList([nn.Linear(width, width, bias=config.bias) for _ in range(config.shape.depth)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Wide(nn.Module):
    """Refuses the smallest sizes."""

    def __init__(self, width):
        super().__init__()
        if width < 16:
            raise ValueError("too narrow")
        self.norm = nn.GroupNorm(32, width)

    def forward(self, x):
        return self.norm(x)


class Kind(Enum):
    A = 1


class Odd(nn.Module):
    def __init__(self, kind: Kind):
        super().__init__()

    def forward(self, x):
        return x


@dataclass
class TwigConfig:
    width: int
    bias: bool = True


class Twig(nn.Module):
    def __init__(self, config: TwigConfig):
        super().__init__()
        self.up = nn.Linear(config.width, 2 * config.width, bias=config.bias)

    def forward(self, x):
        return self.up(x)
'''


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("arguments") / "trees.py"
    file.write_text(FILE)
    return file


def built(path: Path, name: str, **overrides: object) -> BuiltModel:
    return analyzer.load(
        name, path, overrides={key.replace("__", "."): value for key, value in overrides.items()}
    ).built


def shapes(model: BuiltModel) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tuple(tensor.shape) for tensor in model.parameters}


def assumed(model: BuiltModel) -> list[str]:
    return sorted(gap.construct for gap in model.gaps if gap.code is GapCode.ASSUMED)


def test_required_sizes_are_assumed_and_defaults_hold(path: Path) -> None:
    model = built(path, "Bark")
    assert assumed(model) == ["dim", "heads", "rings"]
    assert shapes(model)["up.weight"] == (32, 4)
    assert len(model.parameters) == 2 + 2 * 4
    assert {name: (field.value, field.source) for name, field in model.config.items()} == {
        "dim": (4, "assumed"),
        "heads": (4, "assumed"),
        "rings": (4, "assumed"),
        "head_width": (8, "default"),
    }


def test_sizes_are_known_by_the_name_of_their_argument(path: Path) -> None:
    first = next(op for op in built(path, "Bark").graph.ops if op.kind is OpKind.LINEAR)
    size = origin_of(first.outputs[0].shape[-1])
    assert size is not None and size.expression == "config.heads * config.head_width"


def test_values_can_be_given(path: Path) -> None:
    model = built(path, "Bark", dim=6, heads=3, rings=1)
    assert assumed(model) == []
    assert model.status is Status.COMPLETE
    assert shapes(model) == {
        "up.weight": (24, 6),
        "up.bias": (24,),
        "down.0.weight": (6, 24),
        "down.0.bias": (6,),
    }
    assert model.config["dim"].source == "set"


def test_objects_are_made_for_annotations(path: Path) -> None:
    model = built(path, "Ring")
    assert model.status is Status.COMPLETE
    assert assumed(model) == ["bark", "deep", "inner", "mask", "p", "sizes"]
    assert shapes(model)["across.weight"] == (4, 4)
    assert shapes(model)["bark.up.weight"] == (32, 4)


def test_objects_in_a_configuration_of_the_class_itself(path: Path) -> None:
    assert shapes(built(path, "Leaf")) == {"layers.0.weight": (4, 4), "layers.1.weight": (4, 4)}
    given = built(path, "Leaf", config__shape__width=3, config__shape__depth=1, config__bias=True)
    assert shapes(given) == {"layers.0.weight": (3, 3), "layers.0.bias": (3,)}


def test_larger_sizes_are_tried(path: Path) -> None:
    assert shapes(built(path, "Wide")) == {"norm.weight": (32,), "norm.bias": (32,)}


def test_what_can_not_be_assumed_is_the_programs_own_error(path: Path) -> None:
    model = built(path, "Odd")
    assert model.status is Status.FAILED
    assert "missing required argument: 'kind'" in model.failure


def test_required_fields_of_a_configuration_class(path: Path) -> None:
    model = built(path, "Twig")
    assert (assumed(model), model.config["width"].source) == (["width"], "assumed")
    assert shapes(model) == {"up.weight": (8, 4), "up.bias": (8,)}
    assert assumed(built(path, "Twig", width=5)) == []


def test_unknown_arguments_are_told(path: Path) -> None:
    (issue,) = built(path, "Bark", hed=3).config_issues
    assert issue.message == "the constructor of Bark has no parameter 'hed'; did you mean heads?"
