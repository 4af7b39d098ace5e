"""Expressions of the lowered syntax, and the patterns of ``match``; ``analyzer.sources.syntax`` has all nodes."""

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

    ``kind`` is ``bytes``, ``bigint``, ``imaginary``, ``ellipsis`` or ``surrogates`` (a string that UTF-8 cannot hold).
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


# --- patterns of ``match`` -------------------------------------------------------------------------------------


class ValuePattern(Node, frozen=True, eq=False):
    """A literal or a dotted name, compared by ``==``."""

    value: Expression


class SingletonPattern(Node, frozen=True, eq=False):
    """``None``, ``True`` or ``False``, compared by ``is``."""

    value: bool | None


class CapturePattern(Node, frozen=True, eq=False):
    """``pattern as name``; ``name`` alone has no pattern, ``_`` has neither."""

    pattern: Pattern | None
    name: str | None


class StarPattern(Node, frozen=True, eq=False):
    """``*name`` in a sequence; ``*_`` has no name."""

    name: str | None


class SequencePattern(Node, frozen=True, eq=False):
    items: tuple[Pattern, ...]


class MappingPattern(Node, frozen=True, eq=False):
    """``{key: pattern, **rest}``."""

    keys: tuple[Expression, ...]
    patterns: tuple[Pattern, ...]
    rest: str | None


class ClassPattern(Node, frozen=True, eq=False):
    """``cls(pattern, name=pattern)``: positional patterns first, then those of ``names``."""

    cls: Expression
    patterns: tuple[Pattern, ...]
    names: tuple[str, ...]


class OrPattern(Node, frozen=True, eq=False):
    alternatives: tuple[Pattern, ...]


Pattern: TypeAlias = (
    ValuePattern
    | SingletonPattern
    | CapturePattern
    | StarPattern
    | SequencePattern
    | MappingPattern
    | ClassPattern
    | OrPattern
)
