"""The language of data rules: how predicates read, and how they are answered."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from analyzer.graph import BuiltModel
from analyzer.query import Query
from analyzer.rule import Match, Rule
from analyzer.rule.data.check import PredicateCheck
from analyzer.rule.data.evaluate import LayerReader, evaluate
from analyzer.rule.data.parse import parse
from analyzer.rule.data.scope import RuleScope, lies_in
from analyzer.rule.data.terms import (
    Conjunction,
    Disjunction,
    FieldName,
    InState,
    IsTrue,
    Negation,
    Operator,
    Precedes,
    State,
    StructureName,
    TraitName,
    ValueComparison,
    subjects,
)
from analyzer.rule.data.tokens import PredicateError
from analyzer.rule.rule import Traits
from tests.rule.made import made_model


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ('a.b = "x"', ValueComparison('a.b = "x"', TraitName("a.b"), Operator.EQUAL, ("x",))),
        ("a.b == 'x'", ValueComparison("a.b == 'x'", TraitName("a.b"), Operator.EQUAL, ("x",))),
        ("a.b != -1.5e3", ValueComparison("a.b != -1.5e3", TraitName("a.b"), Operator.UNEQUAL, (-1500.0,))),
        ("a.b <= 4", ValueComparison("a.b <= 4", TraitName("a.b"), Operator.AT_MOST, (4,))),
        (
            "a.b in [1, true, null]",
            ValueComparison("a.b in [1, true, null]", TraitName("a.b"), Operator.IN, (1, True, None)),
        ),
        ("a.b not in [1]", ValueComparison("a.b not in [1]", TraitName("a.b"), Operator.NOT_IN, (1,))),
        ("a.b < config.c.d", ValueComparison("a.b < config.c.d", TraitName("a.b"), Operator.LESS, FieldName("c.d"))),
        ("norm after rope", Precedes("norm after rope", StructureName("rope"), StructureName("norm"))),
        ("norm before attention", Precedes("norm before attention", StructureName("norm"), StructureName("attention"))),
        ("router", IsTrue("router", StructureName("router"))),
        ("a.b is absent", InState("a.b is absent", TraitName("a.b"), State.ABSENT)),
        ("a.b is not known", Negation(InState("a.b is not known", TraitName("a.b"), State.KNOWN))),
        ("not not a.b", Negation(Negation(IsTrue("a.b", TraitName("a.b"))))),
    ],
)
def test_terms(text: str, term: object) -> None:
    assert parse(text) == term


def test_and_binds_closer_than_or_and_parentheses_closest() -> None:
    a, b, c = (IsTrue(f"{name}.x", TraitName(f"{name}.x")) for name in "abc")
    assert parse("a.x or b.x and c.x") == Disjunction((a, Conjunction((b, c))))
    assert parse("(a.x or b.x) and not c.x") == Conjunction((Disjunction((a, b)), Negation(c)))


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("a.b = ", 7, 'expected "text" in quotes'),
        ("a.b = model", 7, "expected a structure"),
        ("a.b ~ 1", 5, "'~' has no meaning"),
        ("a.b = 1 b.c", 9, "expected `and`, `or` or the end"),
        ("(a.b", 5, "expected `)`"),
        ("norm = 1", 6, "norm is a structure and has no value"),
        ("a.b before norm", 5, "orders structures"),
        ("norm before a.b", 13, "orders structures"),
        ("a.b in 1", 8, "expected `[`"),
        ("a.b is there", 8, "expected known, unknown, present, absent"),
        ("a.b not = 1", 9, "expected `in`"),
        ("__import__('os')", 1, "expected a structure"),
        ("", 1, "expected a trait"),
    ],
)
def test_errors_name_the_column(text: str, column: int, message: str) -> None:
    with pytest.raises(PredicateError, match=re.escape(message)) as raised:
        parse(text)
    assert raised.value.column == column


@pytest.mark.parametrize(
    ("module", "layer", "inside"),
    [
        ("model.layers.*", "model.layers.3", True),
        ("model.layers.*.attention", "model.layers.3", True),
        ("model.layers.{0,2-4}", "model.layers.3", True),
        ("model.layers.{0,2-4}", "model.layers.1", False),
        ("model.layers.3", "model.layers.31", False),
        ("tower.layers.*", "model.layers.3", False),
        ("model", "model.layers.3", False),
        ("anything", "", True),
    ],
)
def test_patterns_cover_layers(module: str, layer: str, inside: bool) -> None:
    assert lies_in(module, layer) is inside


def answered(text: str, model: BuiltModel | None = None) -> bool | None:
    """The answer on a model without operations about which one rule says the following."""

    def check(query: Query) -> Iterable[Match]:
        yield Match("model", trait="own.word")
        yield Match(8, trait="own.number")
        yield Match(3, trait="own.number")
        yield Match(True, trait="own.flag")
        yield Match(None, trait="own.open", reason="not understood")

    traits = ("own.word", "own.number", "own.flag", "own.open", "own.none")
    query = Query(model or made_model({"width": (8, "default"), "limit": (None, "default")}, returning=True))
    rule = Rule("OAK001", "oak", check, traits=traits)
    return evaluate(parse(text), LayerReader(query, Traits(query, (rule,)), None, ())).truth


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ('own.word = "model"', True),
        ('own.word != "model"', False),
        ('own.word in ["float32", "model"]', True),
        ('own.word not in ["float32"]', True),
        ("own.number = 3 and own.number = 8.0", True),
        ("own.number > 8", False),
        ("own.number >= config.width", True),
        ("config.limit = null", True),
        ("own.flag", True),
        ("own.flag = 1", False),
        ("own.word < 3", False),
        ("own.open = 3", None),
        ("own.number = own.open", None),
        ("not own.open", None),
        ("own.open and own.word = 3", False),
        ("own.open or own.flag", True),
        ("own.open is unknown and own.open is not known and own.open is present", True),
        ("own.none is absent and not own.none and own.none is not present", True),
        ("own.none = 3 or own.none != 3", False),
        ("config.width", False),
        ("config.height is absent", True),
        ("norm", False),
        ("norm after rope", False),
    ],
)
def test_answers(text: str, truth: bool | None) -> None:
    assert answered(text) is truth


def test_absence_is_not_believed_where_the_call_could_not_be_followed() -> None:
    cut = made_model({"width": (8, "default")})
    assert answered("norm is absent", cut) is None
    assert answered("own.none = 1", cut) is None
    assert answered("config.height is absent", cut) is True


def test_models_outside_of_the_scope_are_not_judged() -> None:
    query = Query(made_model({"width": (8, "default")}, returning=True))
    for scope, matches in ((RuleScope(("oa*",)), 1), (RuleScope(("elm",)), 0), (RuleScope(classes=("OakFor*",)), 1)):
        check = PredicateCheck(parse("config.width = 8"), scope, "{config.width} wide")
        assert [match.message for match in check(query)] == ["8 wide"] * matches


def test_subjects_are_all_that_is_asked_about() -> None:
    found = list(subjects(parse("a.b < config.c and (norm after rope or not d.e)")))
    assert found == [TraitName("a.b"), FieldName("c"), StructureName("rope"), StructureName("norm"), TraitName("d.e")]
