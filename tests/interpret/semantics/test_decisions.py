"""Conditions over configuration values are remembered, with what ran and what was made under them."""

from __future__ import annotations

from analyzer.facts.dataflow.conditions import absent, asked, skipped
from analyzer.graph import OpKind
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

CODE = """
from torch import nn
from torch.nn import functional

TABLE = {"wide": functional.relu, "narrow": functional.silu}


class OakConfig:
    def __init__(self, gate=True, bias=False, shift=False, kind="wide", first=1):
        self.gate = gate
        self.bias = bias
        self.shift = shift
        self.kind = kind
        self.first = first


class Leaf(nn.Module):
    def __init__(self, config, number):
        super().__init__()
        self.shift = config.shift
        self.inner = nn.Linear(8, 8, bias=config.bias) if number >= config.first else nn.LayerNorm(8)

    def forward(self, x):
        x = self.inner(x)
        if self.shift:
            x = x + 1
        return x.tanh()


class Oak(nn.Module):
    config_class = OakConfig

    def __init__(self, config: OakConfig):
        super().__init__()
        self.config = config
        self.leaves = nn.ModuleList([Leaf(config, i) for i in range(2)])

    def forward(self, x):
        for leaf in self.leaves:
            x = leaf(x)
        if self.config.gate:
            x = x * x.sigmoid()
        return TABLE[self.config.kind](x)
"""


def built() -> Query:
    return Query(build_snippet(Example(CODE, {}, inputs={"x": ("float32", (2, 7, 8))})))


def test_an_operation_knows_the_condition_that_it_ran_under() -> None:
    query = built()
    (gate,) = query.ops(OpKind.SIGMOID)
    assert {one.expression for one in query.controls(gate)} == {"config.gate"}
    (relu,) = query.ops(OpKind.RELU)
    assert {one.expression for one in query.controls(relu)} == {"config.kind"}


def test_a_module_made_under_a_condition_hands_it_to_its_operations() -> None:
    query = built()
    (linear,) = query.ops(OpKind.LINEAR)
    (found,) = query.controls(linear)
    assert (found.expression, found.outcome, found.modules) == ("1 >= config.first", True, ("leaves.1.inner",))
    assert found.module == "leaves.1"


def test_what_a_constructor_asked_decides_also_what_is_absent() -> None:
    query = built()
    assert asked(query, query.ops(OpKind.LINEAR)) == {"config.bias"}


def test_what_was_skipped_between_two_operations() -> None:
    query = built()
    (linear,) = query.ops(OpKind.LINEAR)
    (last,) = query.ops(OpKind.SIGMOID)
    assert skipped(query, linear, last) == {"config.shift"}


def test_a_choice_from_a_table_is_a_decision() -> None:
    query = built()
    (found,) = [one for one in query.model.decisions if isinstance(one.outcome, str)]
    assert (found.outcome, found.fields) == ("wide", {"config.kind"})


ABSENT = """
from torch import nn


class OakConfig:
    def __init__(self, direct=None, kept=None, named=None, asked=None, handed=None, negated=None, lost=None):
        self.direct = direct
        self.kept = kept
        self.named = named
        self.asked = asked
        self.handed = handed
        self.negated = negated
        self.lost = lost


def shift(x, by=None, other=None):
    if by is not None:
        x = x + by
    return x if other is None else x + other


class Oak(nn.Module):
    config_class = OakConfig

    def __init__(self, config: OakConfig):
        super().__init__()
        self.config = config
        self.kept = config.kept
        self.handed = config.handed
        self.lost = config.lost
        self.lost = None

    def forward(self, x):
        if self.config.direct is not None:
            x = x + 1
        if self.kept:
            x = x + 2
        named = self.config.named
        x = x * named if named is not None else x
        if getattr(self.config, "asked", None) is not None:
            x = x + 3
        if not self.config.negated:
            x = x.tanh()
        if self.lost is not None:
            x = x + 4
        return shift(x, by=self.handed).relu()
"""


def test_a_field_without_a_value_is_known_where_none_is_asked_for() -> None:
    query = Query(build_snippet(Example(ABSENT, {}, inputs={"x": ("float32", (2, 7, 8))})))
    asked_for = {one.expression: one.outcome for one in query.model.decisions}
    assert asked_for == {
        "config.direct is not None": False,
        "config.kept": False,
        "config.named is not None": False,
        "config.asked is not None": False,
        "not config.negated": True,
        "config.handed is not None": False,
    }


def test_absent_fields_are_those_asked_in_vain_before_operations() -> None:
    query = Query(build_snippet(Example(ABSENT, {}, inputs={"x": ("float32", (2, 7, 8))})))
    (tanh,) = query.ops(OpKind.TANH)
    names = {"config.direct", "config.kept", "config.named", "config.asked"}
    assert absent(query, [tanh]) == names
    assert absent(query, []) == frozenset()


TABLE = """
from torch import nn

KINDS = {"plain": nn.LayerNorm, "rooted": nn.RMSNorm}


class MossConfig:
    def __init__(self, kind="plain"):
        self.kind = kind


class Moss(nn.Module):
    def __init__(self, config: MossConfig):
        super().__init__()
        self.level = KINDS[config.kind](8)
        self.other = nn.LayerNorm(8)

    def forward(self, x):
        return self.other(self.level(x))
"""


def test_a_class_taken_from_a_table_makes_its_module_under_that_choice() -> None:
    query = Query(build_snippet(Example(TABLE, {}, inputs={"x": ("float32", (2, 7, 8))})))
    level, other = query.ops(OpKind.LAYER_NORM)
    assert [one.fields for one in query.controls(level)] == [{"config.kind"}]
    assert query.controls(other) == ()


PICKED = """
from torch import nn


class FirConfig:
    def __init__(self, kinds=("wide", "narrow")):
        self.kinds = kinds


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(8, 8)

    def forward(self, x):
        return self.up(x).tanh()


class Narrow(Wide):
    pass


class Fir(nn.Module):
    config_class = FirConfig

    def __init__(self, config: FirConfig):
        super().__init__()
        picked = Wide if config.kinds[0] == "wide" else Narrow
        self.before = nn.Linear(8, 8)
        self.part = picked()
        picked = Narrow
        self.other = picked()

    def forward(self, x):
        return self.other(self.part(self.before(x)))
"""


def test_a_class_that_a_variable_was_given_under_a_condition_hands_it_to_its_module() -> None:
    query = Query(build_snippet(Example(PICKED, {}, inputs={"x": ("float32", (2, 7, 8))})))
    fields = {op.module: {field for one in query.controls(op) for field in one.fields} for op in query.ops()}
    assert fields["part"] == fields["part.up"] == {"config.kinds"}
    assert fields["before"] == fields["other.up"] == set()
