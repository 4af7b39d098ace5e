"""Rules in TOML files: what loads, what is said when one does not, and what they find in code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.query import Query
from analyzer.rule import Example, attention_example, block_example, model_example
from analyzer.rule.examples import build_snippet, run_examples
from analyzer.rule.explain import explain
from analyzer.rule.packs import load_packs
from analyzer.rule.rule import Rule
from analyzer.rule.scaffold import data_scaffold

GOOD = """id = "OAK001"
name = "oaks"
title = "Oaks."
why = "They are tall."
when = 'norm.placement = "pre"'
message = "{norm.placement} of {config.width}"

[scope]
stacks = "main"

[[examples]]
expect = "match"
code = "class A: pass"
"""

BLOCK = """
from torch import nn


class Ivy(nn.Module):
    def __init__(self):
        super().__init__()
        self.ash = nn.LayerNorm(32)
        self.oak = nn.Linear(32, 96)
        self.elm = nn.Linear(32, 32)

    def forward(self, fern):
        moss, reed, rush = self.oak(self.ash(fern)).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        dew = (moss @ reed.transpose(-1, -2) * 8**-0.5).softmax(-1)
        return fern + self.elm((dew @ rush).transpose(1, 2).reshape(2, 7, 32))


class Grove(nn.Module):
    def __init__(self):
        super().__init__()
        self.trees = nn.ModuleList([Ivy() for _ in range(2)])

    def forward(self, fern):
        for tree in self.trees:
            fern = tree(fern)
        return fern
"""

BLOCK_MODEL = build_snippet(Example(BLOCK, {}, inputs={"fern": ("float32", (2, 7, 32))}))


def own(text: str, folder: Path) -> tuple[Rule, ...]:
    path = folder / "oaks.toml"
    path.write_text(text, encoding="utf-8")
    return load_packs((path,), entry_points=False, shipped=False).rules


def ruled(when: str, folder: Path) -> Rule:
    (rule,) = own(re.sub("when = .*", f"when = '{when}'", GOOD), folder)
    return rule


@pytest.mark.parametrize(
    ("table", "example"),
    [
        ('attention = { attend = "y = v" }', attention_example("y = v", finds={"oaks": True})),
        (
            'block = { init = "self.a = 1", forward = "return x + b", width = 4 }\ninputs = { b = ["float32", [4]] }',
            block_example("self.a = 1", "return x + b", width=4, inputs={"b": ("float32", (4,))}, finds={"oaks": True}),
        ),
        (
            'model = { layers = 3, fields = { eps = 0.1 }, end = "return x" }',
            model_example(layers=3, fields={"eps": 0.1}, end="return x", finds={"oaks": True}),
        ),
    ],
)
def test_tables_of_examples_are_the_functions_of_that_name(table: str, example: Example, tmp_path: Path) -> None:
    (rule,) = own(GOOD.replace('code = "class A: pass"', table), tmp_path)
    assert rule.examples == (example,)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", r"examples\[0\]: needs one of code, block, attention, model"),
        ('code = "x"\nmodel = {}', r"examples\[0\]: needs one of code, block, attention, model"),
        ("attention = { atend = '' }", r"examples\[0\].attention.atend: unknown key; did you mean attend"),
        ("block = { init = '' }", r"examples\[0\].block: .*forward"),
        ("model = { layers = 'two' }", r"examples\[0\].model.layers: expected `int"),
    ],
)
def test_tables_of_examples_that_do_not_fit(table: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        own(GOOD.replace('code = "class A: pass"', table), tmp_path)


def test_a_rule_as_data_is_a_rule(tmp_path: Path) -> None:
    (rule,) = own(GOOD, tmp_path)
    assert (rule.id, rule.severity, rule.kind, rule.title) == ("OAK001", "warning", "hazard", "Oaks.")
    assert rule.path == str(tmp_path / "oaks.toml")
    assert "They are tall." in rule.documentation
    assert [provider.id for provider in rule.providers] == ["NRM002"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('id = "OAK001"', 'id = "OAK001', 1, "not valid TOML"),
        ('id = "OAK001"', "", 2, "missing required field `id`"),
        ('name = "oaks"', "name = 3", 2, "name: expected `str`, got `int`"),
        ('why = "They are tall."', 'why = "x"\nwhem = "y"', 5, "whem: unknown key; did you mean when?"),
        ("when = 'norm.placement = \"pre\"'", "when = 'norm.placement ='", 5, "when: .*column 17"),
        ('"pre"', '"before"', 5, "when: 'before' is no value of norm.placement"),
        ("norm.placement = ", "norm.plaement = ", 0, "OAK001 reads norm.plaement.*did you mean norm.placement"),
        ("{norm.placement}", "{placement}", 6, "message: .placement. is neither a trait"),
        ('stacks = "main"', 'stacks = "all"', 9, "scope.stacks: invalid enum value 'all'"),
        ('stacks = "main"', 'stack = "main"', 9, "scope.stack: unknown key; did you mean stacks"),
        ('expect = "match"', 'expect = "maybe"', 12, r"examples\[0\].expect: invalid enum value"),
        ('id = "OAK001"', 'id = "oak"', 1, "id 'oak' is not letters and three digits"),
        ('id = "OAK001"', 'id = "OAK001"\nstage = "deprecated"', 1, "replaced_by names what to use"),
    ],
)
def test_a_broken_file_is_named_with_line_and_key(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=message) as raised:
        own(GOOD.replace(old, new), tmp_path)
    assert (raised.value.path, raised.value.line) == (str(tmp_path / "oaks.toml"), line)


def test_several_rules_and_tombstones_in_one_file(tmp_path: Path) -> None:
    both = "[[rules]]\n" + re.sub(r"^\[+(\w+)\]+", _below, GOOD, flags=re.MULTILINE)
    second = both.replace("OAK001", "OAK002").replace('"oaks"', '"elms"')
    gone = '[[removed]]\nid = "OAK009"\nname = "old-oaks"\nuse = "use OAK001"\n'
    (tmp_path / "a.toml").write_text(both + second + gone)
    catalogue = load_packs((tmp_path,), entry_points=False, shipped=False)
    assert [rule.id for rule in catalogue] == ["OAK001", "OAK002"]
    with pytest.raises(InputError, match="OAK009 old-oaks was removed; use OAK001"):
        catalogue.find("oak009")
    (tmp_path / "a.toml").write_text(both + gone.replace("OAK009", "OAK001"))
    with pytest.raises(InputError, match="OAK001 is the id of a removed rule"):
        load_packs((tmp_path,), entry_points=False, shipped=False)


def _below(found: re.Match[str]) -> str:
    return f"[[rules.{found[1]}]]" if found[0].startswith("[[") else f"[rules.{found[1]}]"


@pytest.mark.parametrize(
    ("when", "modules"),
    [
        ('norm.placement = "pre"', ["trees.*"]),
        ('norm.placement = "post"', []),
        ("norm before attention", ["trees.*"]),
        ("norm after attention", []),
        ("attention before residual", ["trees.*"]),
        ("norm before softmax", []),
        ("dropout or rope", []),
        ("attention and not feed_forward", ["trees.*"]),
        ("norm.final", []),
        ("attention.qk_norm is present and norm.final = false", ["trees.*"]),
    ],
)
def test_what_predicates_find(tmp_path: Path, when: str, modules: list[str]) -> None:
    assert [match.module for match in ruled(when, tmp_path).matches(Query(BLOCK_MODEL))] == modules


def line_of(text: str) -> int:
    lines = BLOCK.strip().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_explanation_tells_the_nearest_place_and_what_fails_there(tmp_path: Path) -> None:
    told = explain(
        ruled('norm.placement = "pre" and not attention.kv = "mha"', tmp_path), Query(BLOCK_MODEL), lambda span: ""
    )
    assert (told.findings, told.module) == ((), "trees.0")
    first, second = told.answers
    assert (first.wanted, first.found, first.actual, first.line) == (
        "true",
        "true",
        "pre",
        line_of("return fern + self"),
    )
    assert (second.wanted, second.found, second.actual) == ("false", "true", "mha")


def test_scaffold_passes_its_own_examples(tmp_path: Path) -> None:
    (rule,) = own(data_scaffold("house-softmax", "OAK007"), tmp_path)
    assert [result for result in run_examples(rule) if not result.passed] == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("rules = 3\n", 1, r"rules: write \[\[rules\]\]"),
        ("[rules]\na = 1\n", 1, r"rules: write \[\[rules\]\]"),
        ("removed = 'x'\n", 1, r"removed: write \[\[removed\]\]"),
        ("rules = [1, 2]\n", 1, r"rules\[0\]: expected `object`"),
        (GOOD.replace("when = ", "when = 1979-05-27\nx = "), 5, "when: a date is no value here"),
        (GOOD.replace("expect", "config = { width = nan }\nexpect"), 11, r"config.width: nan is no value"),
        (re.sub("when = .*", f"when = '{'(' * 3000}norm.eps{')' * 3000}'", GOOD), 5, "nested deeper than 50"),
        (re.sub("when = .*", f"when = '{'not ' * 2000}norm.eps = 1'", GOOD), 5, "nested deeper than 50"),
        (re.sub("when = .*", f"when = 'norm.eps = {'9' * 5000}'", GOOD), 5, "a number of more than 40"),
        (re.sub("when = .*", f"when = 'norm.eps = 1{' or norm.eps = 1' * 5000}'", GOOD), 5, "longer than 10,000"),
        ("x = " + "[" * 5000, 1, "nested deeper"),
        ("id = " + "1" * 5000, 1, "can not be taken"),
        ('id = "\0"', 1, "not valid TOML"),
    ],
)
def test_odd_files_are_refused_at_their_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        own(text, tmp_path)
    assert (raised.value.line, raised.value.code) == (line, "bad-rule")
