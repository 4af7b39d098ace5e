"""What the short forms of examples stand for, and that rules in them are short."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.graph import Status
from analyzer.query import Query
from analyzer.rule import (
    Example,
    Match,
    Rule,
    attention_example,
    block_example,
    experts_example,
    model_example,
)
from analyzer.rule.examples import build_snippet, run_examples
from analyzer.rule.packs import load_pack
from analyzer.rule.scaffold import scaffold
from tests.test_readme import fences

EXPERTS = "weights, chosen = torch.topk(torch.softmax(self.router(x), -1), 2)"
LONGEST = 25
"""Lines of a useful rule with its docstring and examples: a page."""


def test_a_block_is_the_program_that_its_lines_stand_for() -> None:
    example = block_example("self.norm = nn.LayerNorm(8)", "return self.norm(x)", finds="layernorm")
    assert example.code == (
        "import torch\nfrom torch import nn\n\n\n"
        "class Block(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.norm = nn.LayerNorm(8)\n\n"
        "    def forward(self, x):\n"
        "        return self.norm(x)\n"
    )
    assert example.inputs == {"x": ("float32", (2, 7, 8))}


def test_indented_lines_are_as_good_as_flush_ones() -> None:
    indented = block_example(
        """
        self.up = nn.Linear(8, 8)
        self.down = nn.Linear(8, 8)
        """,
        "return self.down(self.up(x))",
        finds=None,
    )
    flush = "self.up = nn.Linear(8, 8)\nself.down = nn.Linear(8, 8)"
    assert indented.code == block_example(flush, "return self.down(self.up(x))", finds=None).code


@pytest.mark.parametrize(
    ("example", "shape"),
    [
        (block_example("self.up = nn.Linear(8, 4)", "return self.up(x)", finds=None), (2, 7, 4)),
        (block_example("self.up = nn.Linear(6, 4)", "return self.up(x)", finds=None, width=6), (2, 7, 4)),
        (attention_example(finds=None), (2, 7, 32)),
        (experts_example(EXPERTS, finds=None), (14, 8)),
        (model_example(finds=None), (2, 7, 20)),
        (model_example(finds=None, end="return x"), (2, 7, 8)),
    ],
)
def test_every_program_is_understood_to_its_end(example: Example, shape: tuple[int, ...]) -> None:
    model = build_snippet(example)
    assert (model.status, model.gaps) == (Status.COMPLETE, ())
    assert model.graph.results[0].source.outputs[0].shape == shape


def test_a_configuration_reaches_the_model_and_the_blocks_that_read_it() -> None:
    example = model_example(
        "self.up = nn.Linear(config.width, config.width, bias=index > 0)",
        "return x + self.up(x)",
        fields={"width": 8, "depth": 3},
        layers=3,
        finds=None,
    )
    model = build_snippet(example)
    assert {name: field.value for name, field in model.config.items()} == {"width": 8, "depth": 3}
    assert [one.name for one in model.parameters if one.name.endswith("bias")] == [
        "layers.1.up.bias",
        "layers.2.up.bias",
    ]


def test_inputs_beside_x_and_those_that_the_call_leaves_out() -> None:
    example = block_example(
        "self.up = nn.Linear(8, 8)",
        "return self.up(x) * scale if mask is None else x",
        inputs={"scale": ("float32", (8,)), "mask": None},
        finds=None,
    )
    assert example.inputs == {"x": ("float32", (2, 7, 8)), "scale": ("float32", (8,))}
    assert "def forward(self, x, scale, mask=None):" in example.code


def test_prelude_and_class_body_stand_above_and_in_the_analysed_class() -> None:
    example = block_example(
        "self.up = nn.Linear(8, 8)",
        "return self.doubled(half(x))",
        prelude="def half(x):\n    return x / 2",
        class_body="""
        def doubled(self, x):
            return self.up(x) * 2
        """,
        finds=None,
    )
    assert [type(node).__name__ for node in ast.parse(example.code).body][2:] == ["FunctionDef", "ClassDef"]
    assert build_snippet(example).status is Status.COMPLETE


@pytest.mark.parametrize(
    ("traits", "finds", "expected"),
    [
        (("own.oak", "own.elm"), 3, {"own.oak": 3}),
        ((), True, {"oak": True}),
        (("own.oak", "own.elm"), {"own.elm": 3}, {"own.elm": 3}),
        (("own.oak",), {1, 2}, {"own.oak": {1, 2}}),
        (("own.oak",), None, {"own.oak": None}),
    ],
)
def test_a_single_value_is_about_the_first_trait(
    traits: tuple[str, ...], finds: object, expected: Mapping[str, object]
) -> None:
    rule = Rule("OAK001", "oak", nothing, traits=traits, examples=(attention_example(finds=finds),))
    assert rule.examples[0].expected == expected


def nothing(query: Query) -> list[Match]:
    return []


def test_a_variant_is_the_same_program_with_other_lines() -> None:
    example = block_example("self.up = nn.Linear(8, 8)", "return self.up(x)", finds=True)
    changed = example.changed("nn.Linear(8, 8)", "nn.Linear(8, 8, bias=False)", finds=None)
    assert changed.code == example.code.replace("8)\n\n", "8, bias=False)\n\n")
    assert (changed.inputs, list(changed.expected.values())) == (example.inputs, [None])


def test_a_variant_of_lines_that_are_not_there_is_an_error_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "usr001.py"
    path.write_text(scaffold("count-oaks").replace("finds=None),", 'finds=None).changed("no such", "", finds=1),'))
    with pytest.raises(InputError, match="does not have 'no such'") as raised:
        load_pack(path)
    assert raised.value.line == path.read_text()[: path.read_text().index("no such")].count("\n") + 1


def test_a_useful_rule_fits_on_a_page(tmp_path: Path) -> None:
    (text, *_) = fences("Writing a rule", "python")
    assert len(text.splitlines()) <= LONGEST
    path = tmp_path / "usr001_unscaled_norm.py"
    path.write_text(text, encoding="utf-8")
    (rule,) = load_pack(path).rules
    assert rule.documentation
    assert [value for example in rule.examples for value in example.expected.values()] == [True, None]
    assert [result for result in run_examples(rule) if not result.passed] == []
