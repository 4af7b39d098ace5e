"""How parameters start out, by the program's own functions, in the spellings of several releases."""

from __future__ import annotations

from textwrap import indent

import pytest

from analyzer.facts.training.initialisation import Role, initial_values
from analyzer.graph import Status
from analyzer.interpret.construction import initialisation
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

CODE = """
import math
import torch
from torch import nn


class OakConfig:
    def __init__(self, spread=0.05, depth=3):
        self.spread = spread
        self.depth = depth


class Base(nn.Module):
    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(mean=0.0, std=self.config.spread)
            if isinstance(module, nn.Embedding) and module.padding_idx is not None:
                module.weight.data[module.padding_idx].zero_()
        elif isinstance(module, nn.LayerNorm):
            module.bias.data.zero_()
            module.weight.data.fill_(1.0)


class Leaf(nn.Module):
    def __init__(self, number):
        super().__init__()
        self.number = number
        self.norm = nn.LayerNorm(8)
        self.up = nn.Linear(8, 32, bias=False)
        self.down = nn.Linear(32, 8, bias=False)
        self.gain = nn.Parameter(torch.ones(8))

    def forward(self, x):
        return x + self.gain * self.down(torch.relu(self.up(self.norm(x))))


class Oak(Base):
    config_class = OakConfig

    def __init__(self, config: OakConfig):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(20, 8, padding_idx=0)
        self.leaves = nn.ModuleList([Leaf(i) for i in range(3)])

    def _init_weights(self, module):
        super()._init_weights(module)
{special}

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        for leaf in self.leaves:
            x = leaf(x)
        return x
"""


def starting(special: str = "pass") -> dict[str, tuple[str, float | None]]:
    query = Query(build_snippet(Example(CODE.replace("{special}", indent(special, " " * 8)), {})))
    return {one.name: (one.scheme, one.std) for one in query.facts(initial_values)}


def test_inherited_functions_fill_every_layer() -> None:
    found = starting()
    assert found["tokens.weight"] == ("normal", 0.05)
    assert {found[f"leaves.{i}.up.weight"] for i in range(3)} == {("normal", 0.05)}
    assert found["leaves.2.norm.weight"] == ("ones", None)
    assert found["leaves.2.norm.bias"] == ("zeros", None)
    assert "leaves.0.gain" not in found


SPECIAL = (
    (
        "for name, p in module.named_parameters():\n"
        "    if name == 'down.weight':\n"
        "        p.data.normal_(mean=0.0, std=self.config.spread / math.sqrt(2 * self.config.depth))",
        "leaves.1.down.weight",
        ("normal", 0.05 / 6**0.5),
    ),
    ("if isinstance(module, Leaf):\n    nn.init.constant_(module.gain, 1e-2)", "leaves.0.gain", ("constant", None)),
    (
        "if isinstance(module, Leaf):\n    nn.init.zeros_(module.gain)\n    module.gain.requires_grad_(False)",
        "leaves.0.gain",
        ("zeros", None),
    ),
    (
        "if isinstance(module, Leaf):\n    nn.init.trunc_normal_(module.up.weight, std=0.01)",
        "leaves.0.up.weight",
        ("truncated_normal", 0.01),
    ),
)


@pytest.mark.parametrize(("special", "name", "expected"), SPECIAL)
def test_special_cases(special: str, name: str, expected: tuple[str, float | None]) -> None:
    scheme, std = starting(special)[name]
    assert scheme == expected[0]
    assert std == (None if expected[1] is None else pytest.approx(expected[1]))


def test_places_roles_and_rows_for_padding() -> None:
    query = Query(build_snippet(Example(CODE.replace("{special}", "        pass"), {})))
    found = {one.name: one for one in query.facts(initial_values)}
    line = CODE[: CODE.index("module.weight.data.normal_")].count("\n")
    assert found["leaves.1.up.weight"].span.line == line
    assert found["tokens.weight"].partly
    assert found["tokens.weight"].role is Role.TABLE
    assert found["leaves.1.norm.weight"].role is Role.NORM


def test_a_function_that_differs_by_layer_is_told() -> None:
    special = "if isinstance(module, Leaf):\n    nn.init.normal_(module.up.weight, std=0.1 / (module.number + 1))"
    query = Query(build_snippet(Example(CODE.replace("{special}", indent(special, " " * 8)), {})))
    assert {one.varies for one in query.facts(initial_values) if one.name.endswith("up.weight")} == {True}


def test_initialisation_leaves_no_trace_in_the_graph() -> None:
    query = Query(build_snippet(Example(CODE.replace("{special}", "        pass"), {})))
    assert not any("normal_" in op.target for op in query.graph.ops)
    assert query.model.gaps == ()


def test_endless_initialisation_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initialisation, "MOST_STEPS", 200)
    model = build_snippet(Example(CODE.replace("{special}", "        while True:\n            pass"), {}))
    assert model.status is Status.COMPLETE
