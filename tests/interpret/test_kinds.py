"""The values that a program meets are of a closed set of kinds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.interpret import open_workspace
from analyzer.interpret.machine import Machine
from analyzer.interpret.objects.generators import Generator
from analyzer.interpret.semantics.expressions import EVALUATE
from analyzer.library.natives.walking import Walk
from analyzer.values import kinds, objects

KINDS = (*kinds.KINDS, Walk, Generator)
PROGRAM = """
import collections, dataclasses, enum, functools, math
import numpy as np
import torch
from torch import nn


@dataclasses.dataclass
class Aspen:
    leaves: int = 3
    twigs: list = dataclasses.field(default_factory=list)


class Colour(enum.Enum):
    GREEN = 1


class Grove(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.layer = nn.Linear(size, size)

    @property
    def width(self):
        return self.layer.in_features

    @classmethod
    def small(cls):
        return cls(2)

    def forward(self, x):
        return self.layer(x).view(x.shape[0], -1)[..., :1]


def counted(limit):
    for number in range(limit):
        yield number


grove = Grove.small()
given = torch.ones(2, 3, 2)
result = [
    grove(given), grove.width, Grove.width, grove.layer.weight, given.dtype, given.device, given.split(1), math.pi,
    [*counted(3)], counted(2), (leaf for leaf in "ab"), {"a": 1}.items(), {1, 2}, frozenset("ab"), b"ab", 1j, ...,
    collections.OrderedDict(a=1), collections.deque([1]), collections.defaultdict(list), collections.Counter("aab"),
    np.arange(3), np.sin(np.arange(3)), np.float32, functools.partial(counted, 3), Colour.GREEN, Colour.GREEN.value,
    Aspen(), dataclasses.fields(Aspen), lambda leaf: leaf, torch.topk(given, 1), max, map(len, ["a"]), slice(1), None,
]
"""


def test_no_value_is_of_another_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    met: set[type] = set()

    def watched(evaluator: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(*args: Any) -> Any:
            value = evaluator(*args)
            met.add(type(value))
            return value

        return evaluate

    for node, evaluator in list(EVALUATE.items()):
        monkeypatch.setitem(EVALUATE, node, watched(evaluator))
    (tmp_path / "program.py").write_text(PROGRAM)
    Machine(open_workspace(tmp_path / "program.py")).import_name("program", "result")
    assert not {kind for kind in met if not issubclass(kind, KINDS)}
    assert len(met) > 30


def test_every_class_of_values_is_a_kind() -> None:
    own = {cls for _, cls in inspect.getmembers(objects, inspect.isclass) if cls.__module__ == objects.__name__}
    assert own <= set(kinds.KINDS)
