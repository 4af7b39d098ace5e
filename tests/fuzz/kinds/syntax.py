"""Modules of any syntax: random trees of Python's own grammar, which this Python describes in its ``ast`` module."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

_FIELD = re.compile(r"(\w+)([*?]?) (\w+)")
NAMES = (
    "x",
    "y",
    "self",
    "nn",
    "torch",
    "Model",
    "forward",
    "config",
    "__init__",
    "_",
    "é",
    "print",
    "super",
    "match",
    "type",
)
CONSTANTS = (
    0,
    1,
    -1,
    2.5,
    1e400,
    10**30,
    1j,
    True,
    None,
    "",
    "a",
    "\ud800",
    "\x00\x1b",
    "{x}",
    "é" * 9,
    b"",
    b"\xff",
    ...,
)
_AVOIDED = frozenset(
    {"FunctionType", "Expression", "Interactive", "TypeIgnore", "Suite", "Param", "AugLoad", "AugStore"}
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind of node: what may stand in it, and whether none, one or many."""

    kind: str
    many: str
    name: str


def any_module(random: Random) -> str:
    """The text of a module; trees that cannot be written are left out."""
    parts = [_written(random) for _ in range(random.randrange(1, 8))]
    return "import torch\nfrom torch import nn\n" + "\n".join(parts) + "\n"


def _written(random: Random) -> str:
    for _ in range(30):
        node = _node(_grammar()["stmt"], random, depth=random.choice((2, 3, 4, 5)))
        try:
            return _checked(ast.unparse(ast.fix_missing_locations(node)))
        except (ValueError, TypeError, AttributeError, SyntaxError, RecursionError, IndexError, UnicodeError):
            continue  # not every tree is a program
    return "pass"


def _checked(text: str) -> str:
    ast.parse(text)
    return text


def _node(kinds: tuple[type[ast.AST], ...], random: Random, depth: int) -> ast.AST:
    chosen = random.choice(_leaves(kinds) or kinds) if depth <= 0 else random.choice(kinds)
    values = {field.name: _value(field, random, depth - 1) for field in _fields(chosen)}
    return chosen(**values)


@cache
def _leaves(kinds: tuple[type[ast.AST], ...]) -> tuple[type[ast.AST], ...]:
    simple = (ast.Name, ast.Constant, ast.Pass, ast.Break, ast.Continue, ast.MatchSingleton, ast.Load)
    return tuple(kind for kind in kinds if kind in simple)


def _value(field: Field, random: Random, depth: int) -> object:
    if field.many == "*":
        count = random.choice((0, 0, 1, 2)) if depth <= 0 else random.choice((0, 1, 1, 2, 3))
        return [
            _single(field.kind, random, depth)
            for _ in range(max(count, field.name in ("body", "targets", "names", "items")))
        ]
    if field.many == "?" and (depth <= 0 or random.random() < 0.5):
        return None
    return _single(field.kind, random, depth)


def _single(kind: str, random: Random, depth: int) -> object:
    match kind:
        case "identifier":
            return random.choice(NAMES)
        case "constant":
            return random.choice(CONSTANTS)
        case "int":
            return random.choice((0, 0, 1, -1, 114, 115))
        case "string":
            return None
    return _node(_grammar()[kind], random, depth)


@cache
def _grammar() -> Mapping[str, tuple[type[ast.AST], ...]]:
    """Kinds of node by the name of their sort, read from the documentation strings of ``ast``."""
    sorts: dict[str, tuple[type[ast.AST], ...]] = {}
    for name, sort in sorted(vars(ast).items()):
        if isinstance(sort, type) and issubclass(sort, ast.AST) and sort.__module__ == "ast" and name[:1].islower():
            kinds = [
                kind for kind in sort.__subclasses__() if kind.__module__ == "ast" and kind.__name__ not in _AVOIDED
            ]
            sorts[name] = tuple(kinds) or (sort,)
    return sorts


@cache
def _fields(kind: type[ast.AST]) -> tuple[Field, ...]:
    described = (kind.__doc__ or "").partition("(")[2]
    return tuple(Field(*found) for found in _FIELD.findall(described))
