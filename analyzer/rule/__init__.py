"""What a rule author imports: rules, matches, queries and facts."""

from analyzer.base import Span
from analyzer.graph import BuiltModel, Dtype, Group, Op, OpKind
from analyzer.query import ModuleTree, Query, constant_side, is_square_root_of, number, sides
from analyzer.rule.origins import bare, expression_of, fields_of
from analyzer.rule.rule import Certainty, Evidence, Example, Kind, Match, Rule, Severity, at, unknown
from analyzer.values import Origin, origin_of, plain, traced

__all__ = [
    "BuiltModel",
    "Certainty",
    "Dtype",
    "Evidence",
    "Example",
    "Group",
    "Kind",
    "Match",
    "ModuleTree",
    "Op",
    "OpKind",
    "Origin",
    "Query",
    "Rule",
    "Severity",
    "Span",
    "at",
    "bare",
    "constant_side",
    "expression_of",
    "fields_of",
    "is_square_root_of",
    "number",
    "origin_of",
    "plain",
    "sides",
    "traced",
    "unknown",
]
