"""Fills templates in: holes become expressions, names and blocks of random content and bounded depth.

A template is source text with

- ``<int>``, ``<str>`` …: an expression of a kind; ``<int @1>``: one that may read the name ``@1``, also an ``int``;
  ``<int str:@1>``: of another kind;
- ``@1``, ``@2``: names that are new in each use of the template;
- ``<leaf int>``: a name or a literal, as it can stand in a formatted string before Python 3.12;
- ``<var int>``: a variable of the block that may be assigned to; ``<new int>``: one that exists from here on;
- ``<block int:@1>`` on a line of its own: statements, which may read and assign ``@1``;
- ``<body int:@1>``: the same for a function, in which the variables around it may be read only; it ends with a return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

HOLE = re.compile(r"<((?:var |new |leaf )?)([a-z]+)((?: [a-z]*:?@\d)*)>|@\d")
BLOCK = re.compile(r"^( *)<(block|body)((?: [a-z]+:@\d)*)>$", re.MULTILINE)
Table = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Scope:
    """Names by kind: those that may be read, and those that may be assigned, too."""

    readable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assignable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def reading(self, names: Sequence[tuple[str, str]]) -> Scope:
        return replace(self, readable=_with(self.readable, names))

    def assigning(self, names: Sequence[tuple[str, str]]) -> Scope:
        return Scope(_with(self.readable, names), _with(self.assignable, names))

    def inner(self) -> Scope:
        """The scope of a function defined here."""
        return Scope(self.readable)


def _with(names: Mapping[str, tuple[str, ...]], more: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    merged = dict(names)
    for kind, name in more:
        merged[kind] = (*merged.get(kind, ()), name)
    return merged


class Filler:
    """Makes the choices of one program; ``below`` chooses a number from 0 to one less than it is given."""

    def __init__(self, below: Callable[[int], int], leaves: Table, inner: Table, fuel: int) -> None:
        self._below = below
        self._leaves = leaves
        self._inner = inner
        self._count = 0
        self.fuel = fuel
        """How many statements may still be written."""

    def choose(self, options: Sequence[str]) -> str:
        return options[self._below(len(options))]

    def expression(self, kind: str, scope: Scope, depth: int) -> str:
        """Source of an expression; the deeper, the more likely a name or a literal."""
        if kind == "any":
            kind = self.choose(sorted(self._leaves))
        names = scope.readable.get(kind, ())
        if depth <= 0 or self._below(4) == 0:
            return self.choose((*names, *names, *self._leaves[kind])) if names else self.choose(self._leaves[kind])
        return self.inline(self.choose(self._inner[kind]), scope, depth - 1)

    def inline(self, template: str, scope: Scope, depth: int) -> str:
        return self._filled(template, scope, depth, {})[0]

    def block(self, statements: Sequence[str], scope: Scope, depth: int, most: int) -> tuple[list[str], Scope]:
        """Lines of a few statements, and the scope after them."""
        lines: list[str] = []
        for _ in range(1 + self._below(most)):
            self.fuel -= 1
            options = [one for one in statements if self._fits(one, scope, depth)]
            text, scope = self.statement(self.choose(options), statements, scope, depth)
            lines += text
        return lines, scope

    def statement(self, template: str, statements: Sequence[str], scope: Scope, depth: int) -> tuple[list[str], Scope]:
        fresh: dict[str, str] = {}
        lines: list[str] = []
        for line in template.strip("\n").splitlines():
            if match := BLOCK.match(line):
                margin, kind, names = match.groups()
                inner = self._inner_scope(kind, _pairs(names, fresh, self._fresh), scope)
                body, after = self.block(statements, inner, depth - 1, 2)
                if kind == "body":
                    body.append(f"return {self.expression('any', after, 1)}")
                lines += [margin + text for text in body]
            else:
                text, made = self._filled(line, scope, 2, fresh)
                scope = scope.assigning(made)
                lines.append(text)
        return lines, scope

    def _fits(self, template: str, scope: Scope, depth: int) -> bool:
        if BLOCK.search(template) and (depth <= 0 or self.fuel <= 0):
            return False
        wanted = {kind for mode, kind, _ in HOLE.findall(template) if mode == "var "}
        return all(scope.assignable.get(kind) for kind in wanted)

    def _inner_scope(self, kind: str, names: Sequence[tuple[str, str]], scope: Scope) -> Scope:
        return (scope.inner() if kind == "body" else scope).assigning(names)

    def _fresh(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _filled(
        self, template: str, scope: Scope, depth: int, fresh: dict[str, str]
    ) -> tuple[str, list[tuple[str, str]]]:
        made: list[tuple[str, str]] = []

        def fill(match: re.Match[str]) -> str:
            if match[0].startswith("@"):
                return _named(match[0], fresh, self._fresh)
            mode, kind = match[1].strip(), match[2]
            if mode == "var":
                return self.choose(scope.assignable[kind])
            if mode == "new":
                made.append((kind, self._fresh()))
                return made[-1][1]
            if mode == "leaf":
                return self.expression(kind, scope, 0)
            names = _pairs(match[3], fresh, self._fresh, kind)
            text = self.expression(kind, scope.reading(names), depth)
            return text if text.isalnum() else f"({text})"

        return HOLE.sub(fill, template), made


def _pairs(text: str, fresh: dict[str, str], make: Callable[[], str], default: str = "") -> list[tuple[str, str]]:
    pairs = (part.rpartition(":") for part in text.split())
    return [(kind or default, _named(label, fresh, make)) for kind, _, label in pairs]


def _named(label: str, fresh: dict[str, str], make: Callable[[], str]) -> str:
    if label not in fresh:
        fresh[label] = make()
    return fresh[label]
