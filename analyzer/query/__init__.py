"""Set-based questions to an operation graph."""

from analyzer.query.arithmetic import Side, constant_side, is_square_root_of, number, operand_sides, sides
from analyzer.query.query import Query
from analyzer.query.simplify import simplified
from analyzer.query.tree import ModuleTree

__all__ = [
    "ModuleTree",
    "Query",
    "Side",
    "constant_side",
    "is_square_root_of",
    "number",
    "operand_sides",
    "sides",
    "simplified",
]
