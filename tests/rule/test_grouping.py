"""Checks of single facts, and one match for all equal layers of a stack."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from analyzer.base import InputError
from analyzer.query import Query
from analyzer.rule import Match, Norm, Rule, absent, at, block_example, for_each, main_stacks, model_example, norms
from analyzer.rule.examples import build_snippet
from analyzer.rule.packs import load_pack

TWO_KINDS = model_example(
    "self.norm, self.up = nn.LayerNorm(8, bias=index > 0), nn.Linear(8, 8)",
    "return x + self.up(self.norm(x))",
    layers=3,
    finds=None,
)


@for_each(norms)
def biased(query: Query, norm: Norm) -> Iterable[Match]:
    """Norms with a bias."""
    yield Match(norm.affine.bias is not None, (at("norm", norm.core),), module=norm.module)


def test_layers_with_the_same_answer_share_a_match() -> None:
    found = list(biased(Query(build_snippet(TWO_KINDS))))
    assert [(one.value, one.module) for one in found] == [(False, "layers.0"), (True, "layers.{1,2}")]


def test_a_model_without_such_facts_has_no_match() -> None:
    model = build_snippet(block_example("self.up = nn.Linear(8, 8)", "return self.up(x)", finds=None))
    assert list(biased(Query(model))) == []


def test_title_and_documentation_are_those_of_the_function() -> None:
    rule = Rule("OAK001", "biased", biased, traits=("own.biased",))
    assert rule.title == "Norms with a bias."
    assert rule.documentation == __doc__


def test_an_error_is_at_the_line_of_the_function(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text(
        "from analyzer.rule import Rule, for_each, norms\n\n\n"
        "@for_each(norms)\ndef check(query, norm):\n    return ()\n\n\n"
        "RULE = Rule('OAK001', 'oaks', check, traits=('own.oaks',))\n"
    )
    with pytest.raises(InputError, match="docstring") as raised:
        load_pack(path)
    assert raised.value.line == 4


@pytest.mark.parametrize(("before", "value"), [("", "none"), ("missing(x)", None)])
def test_what_a_stack_lacks_is_undecided_where_something_was_not_understood(before: str, value: object) -> None:
    example = model_example(
        "self.up = nn.Linear(8, 8)",
        f"{before}\nreturn x + self.up(x)",
        prelude="from somewhere import missing",
        finds=None,
    )
    query = Query(build_snippet(example))
    (stack,) = query.get(main_stacks)
    match = absent(query, stack, "none")
    assert (match.value, match.module, bool(match.reason)) == (value, "layers.*", value is None)
