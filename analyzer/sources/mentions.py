"""Which names a file's code reads, wherever it does: the witness for what no run has shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.sources import syntax


@dataclass(frozen=True, slots=True)
class Mentions:
    """``attributes``: read as ``x.name``; ``texts``: written as a string (for ``getattr``, as a key); ``names``: read
    as a plain name, other than ``self.name = name`` does."""

    attributes: frozenset[str]
    texts: frozenset[str]
    names: frozenset[str]


def mentions(module: syntax.ModuleSyntax) -> Mentions:
    """The names that the code of ``module`` reads."""
    attributes: set[str] = set()
    texts: set[str] = set()
    names: set[str] = set()
    for node in _read(module.body):
        match node:
            case syntax.Attribute(_, _, _, name):
                attributes.add(name)
            case syntax.Literal(_, _, str() as text) if text.isidentifier():
                texts.add(text)
            case syntax.Name(_, _, name):
                names.add(name)
    return Mentions(frozenset(attributes), frozenset(texts), frozenset(names))


def _read(root: object) -> Iterator[syntax.Node]:
    """Every node that is read: all but the targets of assignments."""
    stack: list[object] = [root]
    while stack:
        item = stack.pop()
        match item:
            case tuple():
                stack.extend(item)
            case syntax.Assign(_, _, targets, value):
                stack.extend(_inside_target(target) for target in targets)
                if not any(_renames(target, value) for target in targets):
                    stack.append(value)
            case syntax.AnnotatedAssign():
                stack += [_inside_target(item.target), item.value]
            case syntax.Node():
                yield item
                stack.extend(getattr(item, name) for name in item.__struct_fields__[2:])


def _inside_target(target: syntax.Expression) -> object:
    """What evaluating a target reads: in ``a.b = …`` that is ``a``."""
    match target:
        case syntax.Attribute(_, _, value, _):
            return value
        case syntax.Name():
            return ()
        case syntax.TupleDisplay(_, _, items) | syntax.ListDisplay(_, _, items):
            return tuple(_inside_target(item) for item in items)
        case _:
            return target


def _renames(target: syntax.Expression, value: syntax.Expression) -> bool:
    """``self.name = name``."""
    return isinstance(target, syntax.Attribute) and isinstance(value, syntax.Name) and target.name == value.id
