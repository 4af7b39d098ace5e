"""The compact syntax that modeling code is lowered to: typed, serialisable, with character offsets as places.

Every node is a ``msgspec`` struct tagged by its class name, so one module encodes to MessagePack and back without
further code. ``at`` and ``end`` are character offsets into the file's text; ``SourceFile.span`` turns them into lines.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from analyzer.sources.syntax_expressions import (
    Argument,
    Attribute,
    Await,
    Binary,
    Boolean,
    Call,
    CapturePattern,
    ClassPattern,
    Clause,
    Compare,
    Comprehension,
    Conditional,
    DictDisplay,
    Expression,
    FormattedString,
    FormattedValue,
    Lambda,
    ListDisplay,
    Literal,
    MappingPattern,
    Name,
    NamedExpression,
    Node,
    OddLiteral,
    OrPattern,
    Parameter,
    Pattern,
    SequencePattern,
    SetDisplay,
    SingletonPattern,
    SliceExpression,
    StarPattern,
    Starred,
    Subscript,
    TupleDisplay,
    Unary,
    ValuePattern,
    Yield,
)

__all__ = [
    "AnnotatedAssign",
    "Argument",
    "Assert",
    "Assign",
    "Attribute",
    "AugmentedAssign",
    "Await",
    "Binary",
    "Boolean",
    "Call",
    "CapturePattern",
    "Case",
    "ClassDefinition",
    "ClassPattern",
    "Clause",
    "Comment",
    "Compare",
    "Comprehension",
    "Conditional",
    "Delete",
    "DictDisplay",
    "Expression",
    "ExpressionStatement",
    "For",
    "FormattedString",
    "FormattedValue",
    "FunctionDefinition",
    "Handler",
    "If",
    "Import",
    "ImportFrom",
    "ImportedName",
    "Lambda",
    "ListDisplay",
    "Literal",
    "MappingPattern",
    "MatchStatement",
    "ModuleSyntax",
    "Name",
    "NamedExpression",
    "Node",
    "OddLiteral",
    "OrPattern",
    "Parameter",
    "Pattern",
    "Raise",
    "Return",
    "Scoping",
    "SequencePattern",
    "SetDisplay",
    "Simple",
    "SingletonPattern",
    "SliceExpression",
    "StarPattern",
    "Starred",
    "Statement",
    "Subscript",
    "Try",
    "TupleDisplay",
    "Unary",
    "Unsupported",
    "ValuePattern",
    "While",
    "With",
    "WithItem",
    "Yield",
]


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


class Case(Node, frozen=True, eq=False):
    """``case pattern if guard:``."""

    pattern: Pattern
    guard: Expression | None
    body: tuple[Statement, ...]


class MatchStatement(Node, frozen=True, eq=False):
    subject: Expression
    cases: tuple[Case, ...]


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
    """Syntax that is read but not interpreted (``except*``, ``type`` aliases); reaching it is a gap."""

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
    | MatchStatement
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
