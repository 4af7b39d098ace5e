"""The outline of a file: what its top-level names are, without the bodies of functions.

The catalogue of a tree needs the classes of every file but the full syntax of none, so this is read by Python's own
parser, which takes a tenth of the time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec

from analyzer.base import InputError
from analyzer.sources.parse import python_tree


class ClassOutline(msgspec.Struct, frozen=True, tag=True):
    """``bases`` are dotted names, empty where a base is another expression; subscripts are dropped.

    ``annotations`` and ``values`` are the class body's annotated names and its names with a dotted or string value;
    ``nested`` are the dotted names in a dictionary that is assigned in the body; ``first_parameter`` is the annotation
    of ``__init__``'s first parameter, ``required`` its parameters without a default; ``uses`` are names read in the
    methods other than ``forward``.
    """

    name: str
    line: int
    bases: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    annotations: dict[str, tuple[str, ...]] = {}
    values: dict[str, str] = {}
    strings: dict[str, str] = {}
    nested: dict[str, tuple[str, ...]] = {}
    first_parameter: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


class FunctionOutline(msgspec.Struct, frozen=True, tag=True):
    """A function, and the names that it uses."""

    name: str
    line: int
    uses: tuple[str, ...] = ()


class ValueOutline(msgspec.Struct, frozen=True, tag=True):
    """An assigned name; ``alias`` is the dotted name on the right, if that is all there is."""

    line: int
    alias: str = ""


class ImportOutline(msgspec.Struct, frozen=True, tag=True):
    """``from module import name``; an empty ``name`` is ``import module``."""

    line: int
    module: str
    level: int
    name: str


Binding: TypeAlias = ClassOutline | FunctionOutline | ValueOutline | ImportOutline


class StarImport(msgspec.Struct, frozen=True):
    """``from module import *``; ``level`` is the number of dots before the module."""

    module: str
    level: int


class Outline(msgspec.Struct, frozen=True):
    """``exports`` is ``__all__`` where it is a plain list; ``stubs`` stand in for names of missing packages."""

    names: dict[str, Binding]
    stars: tuple[StarImport, ...] = ()
    exports: tuple[str, ...] | None = None
    stubs: dict[str, ClassOutline | FunctionOutline] = {}


def outline(text: str, *, path: str = "") -> Outline:
    """The outline of a file's text.

    Of alternative definitions the likely one counts: the branch for type checkers, the one where an optional package
    is available, the body of ``try`` before its handlers.

    Raises:
        InputError: As :func:`analyzer.sources.parse.parse`.
    """
    tree = python_tree(text, path)
    if isinstance(tree, InputError):
        raise tree
    names: dict[str, Binding] = {}
    stubs: dict[str, ClassOutline | FunctionOutline] = {}
    stars: list[StarImport] = []
    for statement in _statements(tree.body):
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            stars.append(StarImport(statement.module or "", statement.level))
        else:
            for name, binding in _bindings(statement):
                earlier = names.get(name)
                if isinstance(binding, ImportOutline) and isinstance(earlier, ClassOutline | FunctionOutline):
                    stubs[name] = earlier
                names[name] = binding
    return Outline(names, tuple(stars), _exports(tree.body), stubs)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements in the order in which the last one to bind a name is the likely one."""
    for statement in body:
        match statement:
            case ast.If():
                first, second = (
                    (statement.orelse, statement.body)
                    if _likely(statement.test)
                    else (
                        statement.body,
                        statement.orelse,
                    )
                )
                yield from _statements(first)
                yield from _statements(second)
            case ast.Try():
                for handler in statement.handlers:
                    yield from _statements(handler.body)
                yield from _statements(statement.body)
                yield from _statements(statement.orelse)
                yield from _statements(statement.finalbody)
            case ast.With():
                yield from _statements(statement.body)
            case ast.For() | ast.While():
                yield from _statements(statement.body)
            case _:
                yield statement


def _likely(test: ast.expr) -> bool:
    """Whether a condition may hold when everything is installed; an unknown one may."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _likely(operand)
        case ast.Constant(value=value):
            return bool(value)
    return True


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    line = getattr(statement, "lineno", 0)
    match statement:
        case ast.ClassDef():
            yield statement.name, _class(statement)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield statement.name, FunctionOutline(statement.name, line, _uses([statement]))
        case ast.Assign():
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, ValueOutline(line, dotted(statement.value))
        case ast.AnnAssign(target=ast.Name(id=name)) if statement.value is not None:
            yield name, ValueOutline(line, dotted(statement.value))
        case ast.Import():
            for alias in statement.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield bound, ImportOutline(line, alias.name if alias.asname else bound, 0, "")
        case ast.ImportFrom():
            for alias in statement.names:
                yield (
                    alias.asname or alias.name,
                    ImportOutline(line, statement.module or "", statement.level, alias.name),
                )


def _exports(body: Iterable[ast.stmt]) -> tuple[str, ...] | None:
    """``__all__`` from its assignment, ``+=`` and ``extend`` of lists of strings; anything else counts for nothing."""
    found: list[str] | None = None
    for statement in _statements(body):
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                found = _strings(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                found = None if found is None else found + (_strings(value) or [])
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr="extend"), args=[value])
            ):
                found = None if found is None else found + (_strings(value) or [])
    return None if found is None else tuple(found)


def _strings(value: ast.expr) -> list[str] | None:
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    return [item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]


# --- classes -----------------------------------------------------------------------------------------------------


def _class(node: ast.ClassDef) -> ClassOutline:
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    init = next((method for method in methods if method.name == "__init__"), None)
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)]
    assigned = list(_assigned(node.body))
    return ClassOutline(
        name=node.name,
        line=node.lineno,
        bases=tuple(dotted(base) for base in node.bases if not isinstance(base, ast.Starred)),
        methods=tuple(method.name for method in methods),
        annotations={
            item.target.id: alternatives(item.annotation) for item in fields if isinstance(item.target, ast.Name)
        },
        values={name: dotted(value) for name, value in assigned if dotted(value)},
        strings={name: text for name, value in assigned if (text := _string(value)) is not None},
        nested={name: _nested(value) for name, value in assigned if isinstance(value, ast.Dict)},
        first_parameter=_first_parameter(init) if init is not None else (),
        required=_required(init) if init is not None else (),
        decorators=tuple(dotted(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list),
        uses=_uses([method for method in methods if method.name != "forward"]),
    )


def _assigned(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for item in body:
        match item:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _string(value: ast.expr) -> str | None:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _nested(value: ast.Dict) -> tuple[str, ...]:
    """Dotted names that are values, or arguments of a call that is one."""
    flat: list[ast.expr] = []
    for item in value.values:
        flat += [*item.args, *(one.value for one in item.keywords)] if isinstance(item, ast.Call) else [item]
    return tuple(name for item in flat if (name := dotted(item)))


def _first_parameter(init: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    parameters = [*init.args.posonlyargs, *init.args.args]
    return alternatives(parameters[1].annotation) if len(parameters) > 1 else ()


def _required(init: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    parameters = [*init.args.posonlyargs, *init.args.args]
    plain = parameters[1 : len(parameters) - len(init.args.defaults)]
    keyword = [one for one, value in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True) if value is None]
    return tuple(one.arg for one in (*plain, *keyword))


def alternatives(annotation: ast.expr | None) -> tuple[str, ...]:
    """The dotted names that an annotation allows: ``A | B``, ``Optional[A]``, ``"A"``, ``type[A]``."""
    match annotation:
        case ast.BinOp(op=ast.BitOr()):
            return (*alternatives(annotation.left), *alternatives(annotation.right))
        case ast.Subscript():
            return alternatives(annotation.slice)
        case ast.Tuple():
            return tuple(name for item in annotation.elts for name in alternatives(item))
        case ast.Constant(value=str() as text):
            parsed = python_tree(text.strip(), "")
            if isinstance(parsed, ast.Module) and len(parsed.body) == 1 and isinstance(parsed.body[0], ast.Expr):
                value = parsed.body[0].value
                return () if isinstance(value, ast.Constant) else alternatives(value)
            return ()
        case None:
            return ()
    name = dotted(annotation)
    return (name,) if name else ()


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of names and attributes, or what is subscripted there; empty for any other expression."""
    if isinstance(node, ast.Subscript):
        node = node.value
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ""


def _uses(functions: Iterable[ast.stmt]) -> tuple[str, ...]:
    """Names that are read in the bodies, the ones that ``isinstance`` only compares with left out."""
    found: set[str] = set()
    stack: list[ast.AST] = [item for function in functions for item in getattr(function, "body", ())]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            stack.extend(node.args[:1])
        else:
            for field in node._fields:  # as ast.iter_child_nodes, without its generators: this is the slow part
                value = getattr(node, field)
                if isinstance(value, list):
                    stack.extend(item for item in value if isinstance(item, ast.AST))
                elif isinstance(value, ast.AST):
                    stack.append(value)
    return tuple(sorted(found))
