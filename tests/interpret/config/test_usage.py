"""What is read of the configuration, by what ran and by what did not, and what classes declare."""

from __future__ import annotations

from analyzer.facts.upkeep.unused import unmatched_claims, unread_fields, unused_parameters
from analyzer.graph import FileScope
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import snippet

CODE = """
from torch import nn


class SubConfig:
    def __init__(self, deep=3):
        self.deep = deep


class OakConfig:
    def __init__(self, width=8, bark=1, moss=2, root=4, ring=5, twig=None):
        self.width = width
        self.bark = bark
        self.moss = moss
        self.rings = ring * 2
        self.root = root
        self.sub = SubConfig()
        self.twig = twig


class Oak(nn.Module):
    _tied_weights_keys = {"up.weight": "down.weight", r"(left|right).weight": "up.weight"}

    def __init__(self, config: OakConfig):
        super().__init__()
        self.config = config
        self.up = nn.Linear(config.width, config.width)
        self.left = nn.Linear(8, 8)
        self.right = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])
        self.depth = getattr(config.sub, "deep", 9)
        self.size = getattr(config, "absent", config.width)

    def forward(self, x):
        return self.up(x) * getattr(self.config, "twig", 7)

    def never(self):
        return self.config.moss, getattr(self.config, "root"), self.left
"""


def asked(code: str) -> Query:
    with snippet(Example(code, {}, inputs={"x": ("float32", (2, 8))})) as query:
        return query


QUERY = asked(CODE.replace("twig=None", "twig=2"))


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(CODE.strip().splitlines(), 1) if text in line)


def test_reads_have_place_and_fallback() -> None:
    reads = {read.field: read for read in QUERY.model.usage.reads}
    assert {"width", "sub", "sub.deep", "absent", "twig"} <= set(reads)
    lines = {read.span.line for read in QUERY.model.usage.reads if read.field == "width"}
    assert lines == {line_of("self.up = "), line_of('"absent"')}
    assert (reads["sub.deep"].has_fallback, reads["sub.deep"].fallback) == (True, 9)
    assert (reads["twig"].fallback, reads["twig"].span.line) == (7, line_of('"twig", 7'))
    assert not reads["width"].has_fallback
    assert not reads["absent"].has_fallback, "a fallback that the configuration gives is no constant"


def test_unread_is_what_no_code_reads() -> None:
    assert [field.name for field in QUERY.facts(unread_fields)] == ["bark", "rings"]
    assert QUERY.program.mentions("ring", FileScope.ALL)
    assert not QUERY.program.mentions("ring", FileScope.MODULES)


def test_parameters_are_unused_only_if_no_code_reads_their_attribute() -> None:
    (found,) = QUERY.facts(unused_parameters)
    assert (found.path, found.attribute, len(found.names)) == ("right", "right", 4)
    assert found.span.line == line_of("self.right = ")


def test_declarations_of_shared_parameters() -> None:
    claims = QUERY.model.usage.claims
    assert [(claim.tied, claim.source) for claim in claims] == [
        ("up.weight", "down.weight"),
        ("(left|right).weight", "up.weight"),
    ]
    assert {claim.span.line for claim in claims} == {line_of("_tied_weights_keys")}
    assert [word for _, word in QUERY.facts(unmatched_claims)] == ["down.weight"]


def test_names_that_code_composes_may_be_read() -> None:
    composing = """
    def by_side(self, side):
        return getattr(self.config, f"{side}ngs"), getattr(self.config, "ba" + side), self[f"ri{side}"]
"""
    found = asked(CODE + composing).facts(unread_fields)
    assert [field.name for field in found] == ["bark"], "'ba' is too short to tell"
