"""Which names a function binds, and where an expression starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache

import libcst as cst


@dataclass(frozen=True, slots=True)
class Scope:
    """One function, lambda or class body around a place: the names it binds.

    ``receiver`` is the first parameter of a method, ``borrowed`` the names assigned from something imported.
    """

    names: frozenset[str]
    parameters: frozenset[str] = frozenset()
    receiver: str | None = None
    borrowed: frozenset[str] = frozenset()
    is_class: bool = False
    opaque: bool = False
    """Nothing inside is to be renamed."""


def walk(node: cst.CSTNode, nested: bool = True) -> Iterator[cst.CSTNode]:
    """``node`` and everything below it, without the inside of functions and classes unless ``nested``."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if nested or current is node or not isinstance(current, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            stack.extend(_parts(current))


def _parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes that ``node`` has as fields: several times faster than ``children``, which visits them."""
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, list | tuple):
            yield from (item for item in value if isinstance(item, cst.CSTNode))


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if "whitespace" not in field.name)


def parameters_of(function: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """Every parameter, starred ones included."""
    parameters = function.params
    found = [*parameters.posonly_params, *parameters.params]
    if isinstance(parameters.star_arg, cst.Param):
        found.append(parameters.star_arg)
    found += parameters.kwonly_params
    return found + ([parameters.star_kwarg] if parameters.star_kwarg else [])


def bound_in(body: cst.CSTNode) -> Iterator[str]:
    """Names that statements in ``body`` bind (imports aside), nested functions and classes by their name only."""
    for node in walk(body, nested=False):
        match node:
            case cst.FunctionDef() | cst.ClassDef() if node is not body:
                yield node.name.value
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.For() | cst.CompFor() | cst.NamedExpr():
                yield from _target_names(node.target)
            case cst.AsName():
                yield from _target_names(node.name)
            case cst.MatchAs() | cst.MatchStar() if node.name is not None:
                yield node.name.value


def imported_in(body: cst.CSTNode) -> Iterator[tuple[str, str, str]]:
    """(bound name, module, imported name) of every import in ``body``; the imported name is empty for a module."""
    for node in walk(body, nested=False):
        if isinstance(node, cst.Import):
            for alias in node.names:
                dotted = dotted_name(alias.name)
                bound = alias.asname.name if alias.asname else None
                yield (bound.value if isinstance(bound, cst.Name) else dotted.partition(".")[0], dotted, "")
        elif isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
            module = dotted_name(node.module) if node.module else ""
            for alias in node.names:
                name = dotted_name(alias.name)
                bound = alias.asname.name if alias.asname else None
                yield (bound.value if isinstance(bound, cst.Name) else name, module, name)


def dotted_name(node: cst.BaseExpression) -> str:
    """``a.b.c`` of names and attributes."""
    match node:
        case cst.Name():
            return node.value
        case cst.Attribute():
            return f"{dotted_name(node.value)}.{node.attr.value}"
        case _:
            return ""


def chain(node: cst.BaseExpression) -> tuple[str, ...]:
    """Identifiers from the root of an expression to its end, through calls and subscripts; empty without a root."""
    match node:
        case cst.Name():
            return (node.value,)
        case cst.Attribute():
            inner = chain(node.value)
            return (*inner, node.attr.value) if inner else ()
        case cst.Call():
            return chain(node.func)
        case cst.Subscript():
            return chain(node.value)
        case _:
            return ()


def function_scope(
    function: cst.FunctionDef | cst.Lambda, method: bool, imports: frozenset[str], opaque: bool = False
) -> Scope:
    """The scope of a function's body; ``imports`` are the names that the module imports from libraries."""
    parameters = [parameter.name.value for parameter in parameters_of(function)]
    local_imports = frozenset(name for name, _, _ in imported_in(function.body))
    outer = frozenset(_declared_elsewhere(function.body))
    return Scope(
        names=frozenset((*parameters, *bound_in(function.body))) - local_imports - outer,
        parameters=frozenset(parameters),
        receiver=parameters[0] if method and parameters else None,
        borrowed=frozenset(_borrowed(function.body, imports | local_imports)),
        opaque=opaque,
    )


def resolve(stack: Sequence[Scope], name: str) -> Scope | None:
    """The scope that binds ``name`` as seen from the innermost of ``stack``; None for the module's and builtins."""
    for depth, scope in enumerate(reversed(stack)):
        if name in scope.names and (depth == 0 or not scope.is_class):
            return scope
    return None


def _target_names(target: cst.BaseExpression) -> Iterator[str]:
    match target:
        case cst.Name():
            yield target.value
        case cst.Tuple() | cst.List():
            for element in target.elements:
                yield from _target_names(element.value)
        case cst.StarredElement():
            yield from _target_names(target.value)


def _declared_elsewhere(body: cst.CSTNode) -> Iterator[str]:
    for node in walk(body, nested=False):
        if isinstance(node, cst.Global | cst.Nonlocal):
            yield from (item.name.value for item in node.names)


def _borrowed(body: cst.CSTNode, imports: frozenset[str]) -> Iterator[str]:
    for node in walk(body, nested=False):
        match node:
            case cst.Assign(value=cst.Call() | cst.Subscript()) if _mentions(node.value, imports):
                for target in node.targets:
                    yield from _target_names(target.target)
            case cst.AnnAssign(value=cst.Call() | cst.Subscript() as value) if _mentions(value, imports):
                yield from _target_names(node.target)


def _mentions(node: cst.CSTNode, names: frozenset[str]) -> bool:
    return any(isinstance(part, cst.Name) and part.value in names for part in walk(node))
