"""The compact syntax that modeling code is lowered to: typed, serialisable, with character offsets as places.

Every node is a ``msgspec`` struct tagged by its class name, so one module encodes to MessagePack and back without
further code. ``at`` and ``end`` are character offsets into the file's text; ``SourceFile.span`` turns them into lines.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False, eq=False):
    at: int
    end: int


# --- expressions -----------------------------------------------------------------------------------------------


class Literal(Node, frozen=True, eq=False):
    """``None``, a boolean, an integer that fits 64 bits, a float or a (concatenated) string."""

    value: bool | int | float | str | None


class OddLiteral(Node, frozen=True, eq=False):
    """A literal without a plain form: ``text`` is Python source that ``ast.literal_eval`` reads.

    ``kind`` is ``bytes``, ``bigint``, ``imaginary``, ``ellipsis`` or ``surrogates`` (a string that UTF-8 can not hold).
    """

    kind: str
    text: str


class Name(Node, frozen=True, eq=False):
    id: str


class Attribute(Node, frozen=True, eq=False):
    value: Expression
    name: str


class Subscript(Node, frozen=True, eq=False):
    """``value[index]``; several comma-separated indices arrive as one ``TupleDisplay``."""

    value: Expression
    index: Expression


class SliceExpression(Node, frozen=True, eq=False):
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class TupleDisplay(Node, frozen=True, eq=False):
    items: tuple[Expression, ...]


class ListDisplay(Node, frozen=True, eq=False):
    items: tuple[Expression, ...]


class SetDisplay(Node, frozen=True, eq=False):
    items: tuple[Expression, ...]


class DictDisplay(Node, frozen=True, eq=False):
    """Entries in order; a ``None`` key is ``**value``."""

    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]


class Starred(Node, frozen=True, eq=False):
    value: Expression


class Argument(Node, frozen=True, eq=False):
    """One argument of a call: ``stars`` is 0, 1 (``*value``) or 2 (``**value``); ``name`` is the keyword."""

    name: str | None
    stars: int
    value: Expression


class Call(Node, frozen=True, eq=False):
    function: Expression
    arguments: tuple[Argument, ...]


class Unary(Node, frozen=True, eq=False):
    """``operator`` is ``-``, ``+``, ``~`` or ``not``."""

    operator: str
    operand: Expression


class Binary(Node, frozen=True, eq=False):
    """``operator`` is the token: ``+ - * / // % ** @ << >> & | ^``."""

    operator: str
    left: Expression
    right: Expression


class Compare(Node, frozen=True, eq=False):
    """``left op right op right ...``; operators are ``== != < <= > >= is``, ``is not``, ``in`` and ``not in``."""

    left: Expression
    operators: tuple[str, ...]
    rights: tuple[Expression, ...]


class Boolean(Node, frozen=True, eq=False):
    """``operator`` is ``and`` or ``or``; nested uses of the same operator are kept nested."""

    operator: str
    left: Expression
    right: Expression


class Conditional(Node, frozen=True, eq=False):
    test: Expression
    body: Expression
    otherwise: Expression


class Lambda(Node, frozen=True, eq=False):
    parameters: tuple[Parameter, ...]
    body: Expression


class NamedExpression(Node, frozen=True, eq=False):
    target: Name
    value: Expression


class FormattedValue(Node, frozen=True, eq=False):
    """``{value!conversion:spec}``; for ``{value=}`` ``text`` is what is written before the value, with the ``=``."""

    value: Expression
    conversion: str | None
    spec: FormattedString | None
    text: str | None


class FormattedString(Node, frozen=True, eq=False):
    parts: tuple[Literal | FormattedValue, ...]


class Comprehension(Node, frozen=True, eq=False):
    """``kind`` is ``list``, ``set``, ``dict`` or ``generator``; a dict comprehension has ``key``."""

    kind: str
    key: Expression | None
    element: Expression
    clauses: tuple[Clause, ...]


class Clause(Node, frozen=True, eq=False):
    """``for target in iterable if ...`` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class Yield(Node, frozen=True, eq=False):
    value: Expression | None
    delegate: bool


class Await(Node, frozen=True, eq=False):
    value: Expression


Expression: TypeAlias = (
    Literal
    | OddLiteral
    | Name
    | Attribute
    | Subscript
    | SliceExpression
    | TupleDisplay
    | ListDisplay
    | SetDisplay
    | DictDisplay
    | Starred
    | Call
    | Unary
    | Binary
    | Compare
    | Boolean
    | Conditional
    | Lambda
    | NamedExpression
    | FormattedString
    | Comprehension
    | Yield
    | Await
)


class Parameter(Node, frozen=True, eq=False):
    """``kind`` is ``positional`` (before ``/``), ``plain``, ``args`` (``*x``), ``keyword`` (after it) or ``kwargs``."""

    name: str
    kind: str
    default: Expression | None
    annotation: Expression | None


# --- statements ------------------------------------------------------------------------------------------------


class ExpressionStatement(Node, frozen=True, eq=False):
    value: Expression


class Assign(Node, frozen=True, eq=False):
    targets: tuple[Expression, ...]
    value: Expression


class AnnotatedAssign(Node, frozen=True, eq=False):
    target: Expression
    annotation: Expression
    value: Expression | None


class AugmentedAssign(Node, frozen=True, eq=False):
    """``operator`` without the ``=``: ``+`` for ``+=``."""

    target: Expression
    operator: str
    value: Expression


class Return(Node, frozen=True, eq=False):
    value: Expression | None


class Raise(Node, frozen=True, eq=False):
    exception: Expression | None
    cause: Expression | None


class Assert(Node, frozen=True, eq=False):
    test: Expression
    message: Expression | None


class If(Node, frozen=True, eq=False):
    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class For(Node, frozen=True, eq=False):
    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class While(Node, frozen=True, eq=False):
    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


class Handler(Node, frozen=True, eq=False):
    """``except type as name:``; ``matches`` is ``None`` for a bare ``except``."""

    matches: Expression | None
    name: str | None
    body: tuple[Statement, ...]


class Try(Node, frozen=True, eq=False):
    body: tuple[Statement, ...]
    handlers: tuple[Handler, ...]
    otherwise: tuple[Statement, ...]
    final: tuple[Statement, ...]


class WithItem(Node, frozen=True, eq=False):
    value: Expression
    target: Expression | None


class With(Node, frozen=True, eq=False):
    items: tuple[WithItem, ...]
    body: tuple[Statement, ...]


class FunctionDefinition(Node, frozen=True, eq=False):
    """``name_at`` is the offset of the name; ``is_generator`` tells whether its own body yields."""

    name: str
    name_at: int
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    returns: Expression | None
    is_generator: bool
    is_async: bool


class ClassDefinition(Node, frozen=True, eq=False):
    """``arguments`` are the bases (no name) and class keywords (``metaclass=``)."""

    name: str
    name_at: int
    arguments: tuple[Argument, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]


class ImportedName(Node, frozen=True, eq=False):
    """``name`` may be dotted in ``import a.b``; ``alias`` is the ``as`` name."""

    name: str
    alias: str | None


class Import(Node, frozen=True, eq=False):
    names: tuple[ImportedName, ...]


class ImportFrom(Node, frozen=True, eq=False):
    """``from ..module import names``: ``level`` counts the dots; a single name ``*`` is a star import."""

    module: str
    level: int
    names: tuple[ImportedName, ...]


class Scoping(Node, frozen=True, eq=False):
    """``global`` or ``nonlocal`` (``kind``)."""

    kind: str
    names: tuple[str, ...]


class Delete(Node, frozen=True, eq=False):
    targets: tuple[Expression, ...]


class Simple(Node, frozen=True, eq=False):
    """``pass``, ``break`` or ``continue`` (``kind``)."""

    kind: str


class Unsupported(Node, frozen=True, eq=False):
    """Syntax that is read but not interpreted (``match``, ``type`` aliases, ...); reaching it is a gap."""

    construct: str


Statement: TypeAlias = (
    ExpressionStatement
    | Assign
    | AnnotatedAssign
    | AugmentedAssign
    | Return
    | Raise
    | Assert
    | If
    | For
    | While
    | Try
    | With
    | FunctionDefinition
    | ClassDefinition
    | Import
    | ImportFrom
    | Scoping
    | Delete
    | Simple
    | Unsupported
)


class Comment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A comment that matters (``# Copied from ...``, ``# asbuilt: ...``), by its line from 1."""

    line: int
    text: str


class ModuleSyntax(msgspec.Struct, frozen=True, array_like=True):
    """One lowered file."""

    body: tuple[Statement, ...]
    comments: tuple[Comment, ...]
