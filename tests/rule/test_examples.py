"""The examples of the shipped rules are tests, and so are those of a scaffolded rule."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer.api import scaffold
from analyzer.base import InputError
from analyzer.outputs.rule_page import page
from analyzer.query import Query
from analyzer.rule import Example, Group, Match, Rule, at
from analyzer.rule.examples import Variant, renamed_example, run_examples
from analyzer.rule.packs import load_pack, load_packs

SHIPPED = tuple(load_packs(entry_points=False))

SNIPPET = """
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.up = nn.Linear(8, 8)

        def forward(self, hidden):
            return nn.functional.silu(self.up(hidden))
"""
INPUTS = {"hidden": ("float32", (2, 7, 8))}


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.id)
def test_examples_of_shipped_rules(rule: Rule) -> None:
    assert [result for result in run_examples(rule) if not result.passed] == []


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.id)
def test_shipped_rules_have_a_page(rule: Rule) -> None:
    text = page(rule)
    assert text.startswith(f"# {rule.id} {rule.name}\n\n{rule.kind} · ")
    assert rule.title in text
    assert "## Matches" in text
    assert text.count("```python") == sum(1 + len(example.files) for example in rule.examples)


def activations(query: Query) -> Iterable[Match]:
    for op in query.ops(*Group.ACTIVATION):
        yield Match(op.kind.value, (at("activation", op),))


def expecting(value: object, code: str = SNIPPET) -> Rule:
    example = Example(code, {"own.activation": value}, inputs=INPUTS)
    return Rule("OAK001", "oak", activations, traits=("own.activation",), examples=(example,))


@pytest.mark.parametrize("value", ["silu", {"silu"}])
def test_right_expectation_passes_in_both_variants(value: object) -> None:
    results = run_examples(expecting(value))
    assert [(result.variant, result.complaint) for result in results] == [(Variant.WRITTEN, ""), (Variant.RENAMED, "")]


@pytest.mark.parametrize("value", ["gelu", {"silu", "gelu"}, None, "unknown", 1])
def test_wrong_expectation_fails_with_what_was_found(value: object) -> None:
    results = run_examples(expecting(value))
    assert all("found silu" in result.complaint for result in results)


@pytest.mark.parametrize(("code", "complaint"), [("x = 1", "defines a class"), ("class A(:\n", "can not be analysed")])
def test_example_that_can_not_be_analysed_fails(code: str, complaint: str) -> None:
    assert all(complaint in result.complaint for result in run_examples(expecting("silu", code)))


def test_renamed_example_keeps_the_arguments_of_the_call() -> None:
    code = renamed_example(expecting("silu").examples[0]).code
    assert "hidden" in code
    assert "up" not in code.replace("super", "")
    assert "Block" not in code


def test_scaffold_passes_its_own_examples(tmp_path: Path) -> None:
    path = tmp_path / "usr001_count.py"
    path.write_text(scaffold("count-activations", "USR007"))
    (rule,) = load_pack(path).rules
    assert (rule.id, rule.name, rule.traits) == ("USR007", "count-activations", ("own.count_activations",))
    assert [result for result in run_examples(rule) if not result.passed] == []


@pytest.mark.parametrize(("name", "identifier"), [("Bad Name", "USR001"), ("good-name", "usr1")])
def test_scaffold_refuses_bad_words(name: str, identifier: str) -> None:
    with pytest.raises(InputError):
        scaffold(name, identifier)
