"""Which names a file's code reads, wherever it does: the witness for what no run has shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.sources import syntax

TELLING = 3
"""Letters from which on a part of a name says which names it is a part of."""
MENTIONS_VERSION = 1
"""Version of what is read off a file; a part of the key in the cache."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """``attributes``: read as ``x.name``; ``texts``: written as a string (for ``getattr``, as a key, ``"-inf"``);
    ``names``: read as a plain name, other than ``self.name = name`` does. ``stored``: assigned as ``x.name``, or
    defined. ``prefixes``, ``suffixes``: of names that the code composes (``f"layer_{i}"``) or takes apart
    (``name.startswith("layer_")``)."""

    attributes: frozenset[str]
    texts: frozenset[str]
    names: frozenset[str]
    stored: frozenset[str]
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()

    def composed(self, name: str) -> bool:
        """Whether ``name`` may be one that the code composes or takes apart."""
        return name.startswith(self.prefixes) or name.endswith(self.suffixes)


def mentions(module: syntax.ModuleSyntax) -> Mentions:
    """The names that the code of ``module`` reads."""
    attributes: set[str] = set()
    texts: set[str] = set()
    names: set[str] = set()
    stored: set[str] = set()
    prefixes: set[str] = set()
    suffixes: set[str] = set()
    for node in read_in(module.body, stored):
        match node:
            case syntax.FormattedString(_, _, (first, *_, last)):
                prefixes |= _part(first)
                suffixes |= _part(last)
            case syntax.Binary(_, _, "+", left, right):
                prefixes |= _part(left)
                suffixes |= _part(right)
            case syntax.Call(_, _, syntax.Attribute(_, _, _, "startswith" | "removeprefix"), (argument,)):
                prefixes |= _part(argument.value)
            case syntax.Call(_, _, syntax.Attribute(_, _, _, "endswith" | "removesuffix"), (argument,)):
                suffixes |= _part(argument.value)
            case syntax.FunctionDefinition() | syntax.ClassDefinition():
                stored.add(node.name)
            case syntax.Attribute(_, _, _, name):
                attributes.add(name)
            case syntax.Literal(_, _, str() as text) if text.removeprefix("-").isidentifier():
                texts.add(text)
            case syntax.Name(_, _, name):
                names.add(name)
    return Mentions(
        frozenset(attributes),
        frozenset(texts),
        frozenset(names),
        frozenset(stored),
        tuple(sorted(prefixes)),
        tuple(sorted(suffixes)),
    )


def _part(node: syntax.Node) -> set[str]:
    """The text of a literal, if it is long enough to tell which names it is a part of."""
    match node:
        case syntax.Literal(_, _, str() as text) if len(text) >= TELLING and f"a{text}".isidentifier():
            return {text}
        case _:
            return set()


def read_in(root: object, stored: set[str] | None = None) -> Iterator[syntax.Node]:
    """Every node below ``root`` that is read: all but the targets of assignments, whose names go to ``stored``."""
    stored = set() if stored is None else stored
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        match item:
            case tuple():
                stack.extend(item)
            case syntax.Assign(_, _, targets, value):
                stack.extend(_inside_target(target, stored) for target in targets)
                if not any(_renames(target, value) for target in targets):
                    stack.append(value)
            case syntax.AnnotatedAssign():
                stack += [_inside_target(item.target, stored), item.value]
            case syntax.Node():
                yield item
                stack.extend(getattr(item, name) for name in item.__struct_fields__[2:])


def _inside_target(target: syntax.Expression, stored: set[str]) -> object:
    """What evaluating a target reads: in ``a.b = …`` that is ``a``."""
    match target:
        case syntax.Attribute(_, _, value, name):
            stored.add(name)
            return value
        case syntax.Name(_, _, name):
            stored.add(name)
            return ()
        case syntax.TupleDisplay(_, _, items) | syntax.ListDisplay(_, _, items):
            return tuple(_inside_target(item, stored) for item in items)
        case _:
            return target


def _renames(target: syntax.Expression, value: syntax.Expression) -> bool:
    """``self.name = name``."""
    return isinstance(target, syntax.Attribute) and isinstance(value, syntax.Name) and target.name == value.id
