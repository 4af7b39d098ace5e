"""Arithmetic that claims are written in: ``1/sqrt(3*head_dim)``, ``log(10)``, ``2/5*config.hidden_size``."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

Lookup: TypeAlias = Callable[[str], float | None]
SIZES: Final = ("layers", "hidden", "heads", "kv_heads", "head_dim", "ffn", "vocab", "context")
"""Names that stand for the sizes ``dims.…`` of the model."""
_LONGEST: Final = 500
"""Characters of an expression; a longer text is none."""
_BINARY: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Final[dict[str, Callable[[float], float]]] = {"sqrt": math.sqrt, "log": math.log, "exp": math.exp}
NAMED: Final = {"inv_sqrt_head_dim": "1/sqrt(head_dim)", "sqrt_hidden": "sqrt(hidden)", "none": "1"}
"""Words of the vocabulary that stand for an expression where a factor is meant."""


def parse(text: str) -> ast.expr | None:
    """The expression that ``text`` is; None if it is a word, or anything but arithmetic over known names."""
    if len(text) > _LONGEST:
        return None
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    parts = tuple(_parts(tree))
    return tree if all(parts) and not isinstance(tree, ast.Name) else None


def evaluate(tree: ast.expr, lookup: Lookup) -> float | None:
    """The value of a parsed expression; None if ``lookup`` does not know a name, or arithmetic has no answer."""
    try:
        return _value(tree, lookup)
    except (ArithmeticError, ValueError, TypeError):  # TypeError: a power of a negative number is complex
        return None


def _value(tree: ast.expr, lookup: Lookup) -> float | None:
    match tree:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name() | ast.Attribute():
            return lookup(ast.unparse(tree))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _value(inner, lookup)
            return None if value is None else -value
        case ast.BinOp(left=left, op=op, right=right):
            first, second = _value(left, lookup), _value(right, lookup)
            return None if first is None or second is None else float(_BINARY[type(op)](first, second))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            value = _value(argument, lookup)
            return None if value is None else _FUNCTIONS[name](value)
        case _:
            raise ValueError(f"not arithmetic: {ast.unparse(tree)}")


def _parts(tree: ast.expr) -> Iterator[bool]:
    """Whether each part of an expression is one that can be evaluated."""
    match tree:
        case ast.Constant(value=value):
            yield isinstance(value, int | float) and not isinstance(value, bool)
        case ast.Name(id=name):
            yield name in SIZES
        case ast.Attribute():
            yield ast.unparse(tree).startswith("config.")
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            yield from _parts(inner)
        case ast.BinOp(left=left, op=op, right=right):
            yield type(op) in _BINARY
            yield from _parts(left)
            yield from _parts(right)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            yield name in _FUNCTIONS
            yield from _parts(argument)
        case _:
            yield False
