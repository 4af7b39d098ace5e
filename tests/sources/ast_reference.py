"""An independent account of the lowered syntax: Python's own ``ast`` and our nodes, both as plain nested tuples.

Places are compared wherever ``ast`` has them and means the same: not inside formatted strings (wrong before Python
3.12) and not for a generator that shares its parentheses with a call.
"""

# ruff: noqa: N802 (methods are named after the nodes of ast)

from __future__ import annotations

import ast
import itertools
from typing import Any

from analyzer.sources import syntax as s
from analyzer.sources.file import SourceFile

_OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "MatMult": "@",
    "LShift": "<<", "RShift": ">>", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "USub": "-", "UAdd": "+",
    "Invert": "~", "Not": "not", "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
    "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in", "And": "and", "Or": "or",
}  # fmt: skip


class Ours:
    """Nested tuples from lowered nodes."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file

    def place(self, node: s.Node) -> tuple[int, ...]:
        span = self.file.span(node.at, node.end)
        return (span.line, span.column, span.end_line, span.end_column)

    def many(self, nodes: Any) -> tuple[Any, ...]:
        return tuple(self(node) for node in nodes)

    def __call__(self, node: Any) -> Any:
        match node:
            case None:
                return None
            case s.Literal():
                return ("constant", self.place(node), repr(node.value))
            case s.OddLiteral(kind="ellipsis"):
                return ("constant", self.place(node), "Ellipsis")
            case s.OddLiteral():
                return ("constant", self.place(node), repr(ast.literal_eval(node.text)))
            case s.FormattedString():
                return ("formatted", self.place(node), self.parts(node))
            case s.Comprehension(kind="generator"):
                return ("generator", self(node.element), self.many(node.clauses))
            case s.Clause():
                return ("clause", self(node.target), self(node.iterable), self.many(node.conditions))
            case s.Boolean():
                values = [self.bare(value) for value in self.flat(node, node.operator)]
                return ("Boolean", self.place(node), node.operator, tuple(values))
            case s.Argument():
                return (node.name, node.stars, self(node.value))
            case s.Parameter():
                place = self.place(node)[:2]
                return (node.name, place, node.kind, self(node.default), self(node.annotation))
            case s.WithItem():
                return (self(node.value), self(node.target))
            case s.ImportedName():
                return (self.place(node), node.name, node.alias)
            case s.FunctionDefinition():
                return (
                    "function", self.place(node), node.name, self.many(node.parameters), self.many(node.body),
                    self.many(node.decorators), self(node.returns), node.is_generator, node.is_async,
                )  # fmt: skip
            case s.ClassDefinition():
                arguments = sorted(self.many(node.arguments), key=repr)
                return (
                    "class",
                    self.place(node),
                    node.name,
                    arguments,
                    self.many(node.body),
                    self.many(node.decorators),
                )
            case s.Case():
                return ("case", self(node.pattern), self(node.guard), self.many(node.body))
            case s.Unsupported():
                return ("unsupported", self.place(node))
            case s.Node():
                return self.generic(node)
        raise AssertionError(node)

    def generic(self, node: s.Node) -> tuple[Any, ...]:
        fields = [getattr(node, name) for name in type(node).__struct_fields__[2:]]
        return (type(node).__name__, self.place(node), *map(self.field, fields))

    def field(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self.field, value))
        return self(value) if isinstance(value, s.Node) else value

    bare = __call__

    def flat(self, node: Any, operator: str) -> list[Any]:
        if isinstance(node, s.Boolean) and node.operator == operator:
            return [*self.flat(node.left, operator), *self.flat(node.right, operator)]
        return [node]

    def parts(self, node: s.FormattedString | None) -> Any:
        if node is None:
            return None
        pieces: list[Any] = []
        for part in node.parts:
            if isinstance(part, s.Literal):
                pieces.append(part.value)
            else:
                if part.text is not None:
                    pieces.append(part.text)
                implied = "r" if part.text is not None and part.spec is None else None
                pieces.append((strip(self(part.value)), part.conversion or implied, self.parts(part.spec)))
        return joined(pieces)


class Theirs:
    """Nested tuples from ``ast`` nodes."""

    def __init__(self, text: str) -> None:
        self.lines = [line.encode() for line in _lines(text)]

    def place(self, node: Any) -> tuple[int, ...]:
        return (
            node.lineno, self.column(node.lineno, node.col_offset),
            node.end_lineno, self.column(node.end_lineno, node.end_col_offset),
        )  # fmt: skip

    def column(self, line: int, offset: int) -> int:
        return len(self.lines[line - 1][:offset].decode())

    def many(self, nodes: Any) -> tuple[Any, ...]:
        return tuple(self(node) for node in nodes)

    def __call__(self, node: Any) -> Any:
        if node is None:
            return None
        return getattr(self, type(node).__name__)(node)

    def Constant(self, node: ast.Constant) -> Any:
        return ("constant", self.place(node), repr(node.value))

    def JoinedStr(self, node: ast.JoinedStr) -> Any:
        return ("formatted", self.place(node), self.parts(node))

    def parts(self, node: Any) -> Any:
        if node is None:
            return None
        pieces: list[Any] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                pieces.append(part.value)
            else:
                conversion = chr(part.conversion) if part.conversion > 0 else None
                pieces.append((strip(self(part.value)), conversion, self.parts(part.format_spec)))
        return joined(pieces)

    def Name(self, node: ast.Name) -> Any:
        return ("Name", self.place(node), node.id)

    def Attribute(self, node: ast.Attribute) -> Any:
        return ("Attribute", self.place(node), self(node.value), node.attr)

    def Subscript(self, node: ast.Subscript) -> Any:
        return ("Subscript", self.place(node), self(node.value), self(node.slice))

    def Slice(self, node: ast.Slice) -> Any:
        return ("SliceExpression", self.place(node), self(node.lower), self(node.upper), self(node.step))

    def Tuple(self, node: ast.Tuple) -> Any:
        return ("TupleDisplay", self.place(node), self.many(node.elts))

    def List(self, node: ast.List) -> Any:
        return ("ListDisplay", self.place(node), self.many(node.elts))

    def Set(self, node: ast.Set) -> Any:
        return ("SetDisplay", self.place(node), self.many(node.elts))

    def Dict(self, node: ast.Dict) -> Any:
        return ("DictDisplay", self.place(node), self.many(node.keys), self.many(node.values))

    def Starred(self, node: ast.Starred) -> Any:
        return ("Starred", self.place(node), self(node.value))

    def Call(self, node: ast.Call) -> Any:
        arguments = [*node.args, *node.keywords]
        arguments.sort(key=lambda one: (one.lineno, one.col_offset))
        return ("Call", self.place(node), self(node.func), tuple(map(self.argument, arguments)))

    def argument(self, node: Any) -> Any:
        if isinstance(node, ast.keyword):
            return (node.arg, 2 if node.arg is None else 0, self(node.value))
        return (None, 1, self(node.value)) if isinstance(node, ast.Starred) else (None, 0, self(node))

    def UnaryOp(self, node: ast.UnaryOp) -> Any:
        return ("Unary", self.place(node), _OPERATORS[type(node.op).__name__], self(node.operand))

    def BinOp(self, node: ast.BinOp) -> Any:
        operator = _OPERATORS[type(node.op).__name__]
        return ("Binary", self.place(node), operator, self(node.left), self(node.right))

    def Compare(self, node: ast.Compare) -> Any:
        operators = tuple(_OPERATORS[type(op).__name__] for op in node.ops)
        return ("Compare", self.place(node), self(node.left), operators, self.many(node.comparators))

    def BoolOp(self, node: ast.BoolOp) -> Any:
        operator = _OPERATORS[type(node.op).__name__]
        return (
            "Boolean",
            self.place(node),
            operator,
            tuple(itertools.chain(*(self.flat(v, operator) for v in node.values))),
        )

    def flat(self, node: ast.expr, operator: str) -> list[Any]:
        if isinstance(node, ast.BoolOp) and _OPERATORS[type(node.op).__name__] == operator:
            return list(itertools.chain(*(self.flat(value, operator) for value in node.values)))
        return [self(node)]

    def IfExp(self, node: ast.IfExp) -> Any:
        return ("Conditional", self.place(node), self(node.test), self(node.body), self(node.orelse))

    def Lambda(self, node: ast.Lambda) -> Any:
        return ("Lambda", self.place(node), self.arguments(node.args), self(node.body))

    def NamedExpr(self, node: ast.NamedExpr) -> Any:
        return ("NamedExpression", self.place(node), self(node.target), self(node.value))

    def Yield(self, node: ast.Yield) -> Any:
        return ("Yield", self.place(node), self(node.value), False)

    def YieldFrom(self, node: ast.YieldFrom) -> Any:
        return ("Yield", self.place(node), self(node.value), True)

    def Await(self, node: ast.Await) -> Any:
        return ("Await", self.place(node), self(node.value))

    def GeneratorExp(self, node: ast.GeneratorExp) -> Any:
        return ("generator", self(node.elt), self.many(node.generators))

    def ListComp(self, node: ast.ListComp) -> Any:
        return ("Comprehension", self.place(node), "list", None, self(node.elt), self.many(node.generators))

    def SetComp(self, node: ast.SetComp) -> Any:
        return ("Comprehension", self.place(node), "set", None, self(node.elt), self.many(node.generators))

    def DictComp(self, node: ast.DictComp) -> Any:
        clauses = self.many(node.generators)
        return ("Comprehension", self.place(node), "dict", self(node.key), self(node.value), clauses)

    def comprehension(self, node: ast.comprehension) -> Any:
        return ("clause", self(node.target), self(node.iter), self.many(node.ifs))

    def arguments(self, node: ast.arguments) -> Any:
        plain = [*((one, "positional") for one in node.posonlyargs), *((one, "plain") for one in node.args)]
        missing = [None] * (len(plain) - len(node.defaults))
        found = [
            self.one(one, kind, default) for (one, kind), default in zip(plain, [*missing, *node.defaults], strict=True)
        ]
        if node.vararg:
            found.append(self.one(node.vararg, "args", None))
        found += [
            self.one(one, "keyword", default) for one, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        ]
        if node.kwarg:
            found.append(self.one(node.kwarg, "kwargs", None))
        return tuple(found)

    def one(self, node: ast.arg, kind: str, default: Any) -> Any:
        return (node.arg, self.place(node)[:2], kind, self(default), self(node.annotation))

    def Expr(self, node: ast.Expr) -> Any:
        return ("ExpressionStatement", self.place(node), self(node.value))

    def Assign(self, node: ast.Assign) -> Any:
        return ("Assign", self.place(node), self.many(node.targets), self(node.value))

    def AnnAssign(self, node: ast.AnnAssign) -> Any:
        return ("AnnotatedAssign", self.place(node), self(node.target), self(node.annotation), self(node.value))

    def AugAssign(self, node: ast.AugAssign) -> Any:
        operator = _OPERATORS[type(node.op).__name__]
        return ("AugmentedAssign", self.place(node), self(node.target), operator, self(node.value))

    def Return(self, node: ast.Return) -> Any:
        return ("Return", self.place(node), self(node.value))

    def Raise(self, node: ast.Raise) -> Any:
        return ("Raise", self.place(node), self(node.exc), self(node.cause))

    def Assert(self, node: ast.Assert) -> Any:
        return ("Assert", self.place(node), self(node.test), self(node.msg))

    def Delete(self, node: ast.Delete) -> Any:
        targets = node.targets
        if len(targets) == 1 and isinstance(targets[0], ast.Tuple):
            targets = targets[0].elts
        return ("Delete", self.place(node), self.many(targets))

    def simple(self, node: Any) -> Any:
        return ("Simple", self.place(node), type(node).__name__.lower())

    Pass = Break = Continue = simple

    def scoping(self, node: Any) -> Any:
        return ("Scoping", self.place(node), type(node).__name__.lower(), tuple(node.names))

    Global = Nonlocal = scoping

    def If(self, node: ast.If) -> Any:
        return ("If", self.place(node), self(node.test), self.many(node.body), self.many(node.orelse))

    def loop(self, node: Any) -> Any:
        target, iterable = self(node.target), self(node.iter)
        return ("For", self.place(node), target, iterable, self.many(node.body), self.many(node.orelse))

    For = AsyncFor = loop

    def While(self, node: ast.While) -> Any:
        return ("While", self.place(node), self(node.test), self.many(node.body), self.many(node.orelse))

    def context(self, node: Any) -> Any:
        items = tuple((self(item.context_expr), self(item.optional_vars)) for item in node.items)
        return ("With", self.place(node), items, self.many(node.body))

    With = AsyncWith = context

    def Try(self, node: ast.Try) -> Any:
        handlers = self.many(node.handlers)
        return (
            "Try",
            self.place(node),
            self.many(node.body),
            handlers,
            self.many(node.orelse),
            self.many(node.finalbody),
        )

    def ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        return ("Handler", self.place(node), self(node.type), node.name, self.many(node.body))

    def unsupported(self, node: Any) -> Any:
        return ("unsupported", self.place(node))

    TryStar = TypeAlias = unsupported

    def Match(self, node: ast.Match) -> Any:
        return ("MatchStatement", self.place(node), self(node.subject), self.many(node.cases))

    def match_case(self, node: ast.match_case) -> Any:
        return ("case", self(node.pattern), self(node.guard), self.many(node.body))

    def MatchValue(self, node: ast.MatchValue) -> Any:
        return ("ValuePattern", self.place(node), self(node.value))

    def MatchSingleton(self, node: ast.MatchSingleton) -> Any:
        return ("SingletonPattern", self.place(node), node.value)

    def MatchAs(self, node: ast.MatchAs) -> Any:
        return ("CapturePattern", self.place(node), self(node.pattern), node.name)

    def MatchStar(self, node: ast.MatchStar) -> Any:
        return ("StarPattern", self.place(node), node.name)

    def MatchSequence(self, node: ast.MatchSequence) -> Any:
        return ("SequencePattern", self.place(node), self.many(node.patterns))

    def MatchMapping(self, node: ast.MatchMapping) -> Any:
        return ("MappingPattern", self.place(node), self.many(node.keys), self.many(node.patterns), node.rest)

    def MatchClass(self, node: ast.MatchClass) -> Any:
        patterns = self.many([*node.patterns, *node.kwd_patterns])
        return ("ClassPattern", self.place(node), self(node.cls), patterns, tuple(node.kwd_attrs))

    def MatchOr(self, node: ast.MatchOr) -> Any:
        return ("OrPattern", self.place(node), self.many(node.patterns))

    def function(self, node: Any) -> Any:
        return (
            "function", self.place(node), node.name, self.arguments(node.args), self.many(node.body),
            self.many(node.decorator_list), self(node.returns), _yields(node.body),
            isinstance(node, ast.AsyncFunctionDef),
        )  # fmt: skip

    FunctionDef = AsyncFunctionDef = function

    def ClassDef(self, node: ast.ClassDef) -> Any:
        arguments = sorted(map(self.argument, [*node.bases, *node.keywords]), key=repr)
        return ("class", self.place(node), node.name, arguments, self.many(node.body), self.many(node.decorator_list))

    def Import(self, node: ast.Import) -> Any:
        return ("Import", self.place(node), self.many(node.names))

    def ImportFrom(self, node: ast.ImportFrom) -> Any:
        return ("ImportFrom", self.place(node), node.module or "", node.level, self.many(node.names))

    def alias(self, node: ast.alias) -> Any:
        return (self.place(node), node.name, node.asname)


def ours(body: tuple[s.Statement, ...], text: str) -> Any:
    return Ours(SourceFile("x.py", text)).many(body)


def theirs(text: str) -> Any:
    return Theirs(text).many(ast.parse(text).body)


def strip(value: Any) -> Any:
    """Nested tuples without their places."""
    if isinstance(value, tuple):
        if len(value) == 4 and all(type(part) is int for part in value):
            return ()
        return tuple(map(strip, value))
    return value


def joined(pieces: list[Any]) -> tuple[Any, ...]:
    """Neighbouring texts joined, empty ones dropped."""
    found: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return tuple(found)


def _lines(text: str) -> list[str]:
    file = SourceFile("x.py", text)
    return [text[start:end] for start, end in itertools.pairwise((*file.starts, len(text)))]


def _yields(body: list[ast.stmt]) -> bool:
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return False
