"""Edits of Python text that know its grammar: what is edited is found by parsing, the rest keeps its bytes."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random
from typing import TypeAlias, TypeVar, cast

Edit: TypeAlias = Callable[["Source", Random], bytes]
N = TypeVar("N", bound=ast.AST)
ODD_CONSTANTS = (
    "0", "-1", "1", "2", "3", "1.5", "None", "True", "False", "''", "'a'", "[]", "()", "{}", "10**9", "10**20",
    "float('nan')", "float('inf')",
    "b'x'", "...", "1j", "'\\ud800'", "'gelu'", "torch.float16", "slice(None)", "lambda x: x", "[None] * 3",
    "(i for i in range(3))", "1 << 70",
)  # fmt: skip
BINARY = ("+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "is", "is not", "in", "not in")
AROUND = (
    "for _ in range(2):", "while True:", "if self.training:", "if x.sum() > 0:", "try:", "with torch.no_grad():",
    "if True:",
          "def inner():", "class Inner:", "for i, x in enumerate(self.layers):", "while x is not None:",
          "async def inner():")  # fmt: skip
DECORATORS = (
    "@property", "@staticmethod", "@classmethod", "@torch.no_grad()", "@functools.lru_cache", "@torch.compile",
    "@abstractmethod",
              "@dataclass", "@contextmanager", "@overload", "@torch.jit.script", "@auto_docstring", "@unknown(1)",
              "@(lambda f: f)")  # fmt: skip
BASES = (
    "nn.Module", "object", "nn.Linear", "nn.ModuleList", "dict", "int", "Exception", "nn.Module, nn.Module", "",
    "Unknown",
         "ABC", "nn.Module, metaclass=type", "PreTrainedModel", "nn.Embedding, nn.Linear", "*[nn.Module]",
         "Generic[T]", "NamedTuple")  # fmt: skip
AROUND_EXPRESSIONS = (
    "(<>)", "[<>]", "not <>", "-<>", "(lambda: <>)()", "[<> for _ in range(2)]", "(<> if x else None)", "f'{<>}'",
    "await <>", "(yield <>)", "*<>,", "(y := <>)", "<>.detach()", "len(<>)", "<>[0]", "str(<>)", "{<>}",
    "{**<>}", "<>()", "<>.x",
)  # fmt: skip


class Source:
    """Parsed Python text."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.nodes = [node for node in ast.walk(self.tree) if hasattr(node, "lineno")]
        self._lines = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]

    def start(self, node: ast.AST) -> int:
        placed = cast("ast.expr", node)  # or another kind with a place
        return self._lines[placed.lineno - 1] + placed.col_offset

    def end(self, node: ast.AST) -> int:
        placed = cast("ast.expr", node)
        return self._lines[(placed.end_lineno or placed.lineno) - 1] + (placed.end_col_offset or 0)

    def part(self, node: ast.AST) -> bytes:
        return self.text[self.start(node) : self.end(node)]

    def replaced(self, node: ast.AST, by: bytes) -> bytes:
        return self.between(self.start(node), self.end(node), by)

    def between(self, start: int, end: int, by: bytes) -> bytes:
        return self.text[:start] + by + self.text[end:]

    def line_of(self, offset: int) -> tuple[int, int]:
        """Where the line of an offset begins and ends."""
        number = bisect_right(self._lines, offset) - 1
        return self._lines[number], self._lines[min(number + 1, len(self._lines) - 1)]

    def of(self, kind: type[N]) -> list[N]:
        return [node for node in self.nodes if isinstance(node, kind)]

    def one(self, kind: type[N], random: Random) -> N:
        """Raises IndexError if there is none."""
        return random.choice(self.of(kind))


def edited(text: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """``text`` after one random edit; parts of ``others`` may be put in. Unchanged where nothing fits."""
    try:
        source = Source(text)
    except (SyntaxError, ValueError, RecursionError):
        return text
    edit = random.choice(EDITS)
    try:
        return edit(source, random) if edit is not _foreign else _foreign(source, random, others)
    except (IndexError, SyntaxError):
        return text  # no such node in this file


def _delete(source: Source, random: Random) -> bytes:
    return source.replaced(source.one(ast.stmt, random), b"pass")


def _duplicate(source: Source, random: Random) -> bytes:
    node = source.one(ast.stmt, random)
    start, _ = source.line_of(source.start(node))
    _, end = source.line_of(source.end(node))
    return source.between(end, end, source.text[start:end])


def _swap_statements(source: Source, random: Random) -> bytes:
    return _swap(source, source.one(ast.stmt, random), source.one(ast.stmt, random))


def _swap_siblings(source: Source, random: Random) -> bytes:
    bodies = [node.body for node in source.of(ast.stmt) if len(getattr(node, "body", ())) > 1]  # type: ignore[attr-defined]
    first, second = random.sample(random.choice(bodies), 2)
    return _swap(source, first, second)


def _swap_expressions(source: Source, random: Random) -> bytes:
    return _swap(source, source.one(ast.expr, random), source.one(ast.expr, random))


def _swap(source: Source, one: ast.AST, other: ast.AST) -> bytes:
    first, second = sorted((one, other), key=source.start)
    if source.end(first) > source.start(second):
        return source.replaced(first, source.part(second))
    text = source.between(source.start(second), source.end(second), source.part(first))
    return text[: source.start(first)] + source.part(second) + text[source.end(first) :]


def _constant(source: Source, random: Random) -> bytes:
    return source.replaced(source.one(ast.Constant, random), random.choice(ODD_CONSTANTS).encode())


def _expression(source: Source, random: Random) -> bytes:
    return source.replaced(source.one(ast.expr, random), random.choice(ODD_CONSTANTS).encode())


def _copied_expression(source: Source, random: Random) -> bytes:
    return source.replaced(source.one(ast.expr, random), source.part(source.one(ast.expr, random)))


def _foreign(source: Source, random: Random, others: Sequence[bytes] = ()) -> bytes:
    other = Source(random.choice(others))
    kind = random.choice((ast.expr, ast.expr, ast.stmt))
    return source.replaced(source.one(kind, random), other.part(other.one(kind, random)))


def _operator(source: Source, random: Random) -> bytes:
    node = source.one(ast.BinOp, random)
    return source.between(source.end(node.left), source.start(node.right), f" {random.choice(BINARY)} ".encode())


def _comparison(source: Source, random: Random) -> bytes:
    node = source.one(ast.Compare, random)
    right = node.comparators[0]
    return source.between(source.end(node.left), source.start(right), f" {random.choice(COMPARISONS)} ".encode())


def _arguments(source: Source, random: Random) -> bytes:
    call = random.choice([call for call in source.of(ast.Call) if len(call.args) > 1])
    return _swap(source, *random.sample(call.args, 2))


def _more_arguments(source: Source, random: Random) -> bytes:
    call = source.one(ast.Call, random)
    extra = random.choice(("*x", "**config", "dim=-1", "None", "self", "config", "bias=False", *ODD_CONSTANTS))
    comma = "," if call.args or call.keywords else ""
    return source.between(source.end(call.func), source.end(call.func) + 1, f"({extra}{comma} ".encode())


def _fewer_arguments(source: Source, random: Random) -> bytes:
    call = random.choice([call for call in source.of(ast.Call) if call.args])
    return source.replaced(random.choice(call.args), b"*()")


def _rename(source: Source, random: Random) -> bytes:
    one, other = source.one(ast.Name, random), source.one(ast.Name, random)
    return source.replaced(one, other.id.encode())


def _attribute(source: Source, random: Random) -> bytes:
    one, other = source.one(ast.Attribute, random), source.one(ast.Attribute, random)
    end = source.end(one)
    return source.between(end - len(one.attr.encode()), end, other.attr.encode())


def _return(source: Source, random: Random) -> bytes:
    node = source.one(ast.Return, random)
    start = source.start(node)
    return source.between(
        start, start + 6, random.choice((b"yield", b"raise", b"await", b"assert", b"del", b"", b"yield from"))
    )


def _drop_return(source: Source, random: Random) -> bytes:
    return source.replaced(source.one(ast.Return, random), b"pass")


def _bases(source: Source, random: Random) -> bytes:
    node = random.choice([one for one in source.of(ast.ClassDef) if one.bases])
    return source.between(
        source.start(node.bases[0]), source.end(node.bases[-1]), random.choice((*BASES, node.name)).encode()
    )


def _decorate(source: Source, random: Random) -> bytes:
    node = source.one(random.choice((ast.FunctionDef, ast.ClassDef)), random)
    start, _ = source.line_of(source.start(node))
    margin = source.text[start : source.start(node)]
    return source.between(start, start, margin + random.choice(DECORATORS).encode() + b"\n")


def _undecorate(source: Source, random: Random) -> bytes:
    node = random.choice([one for one in source.of(ast.FunctionDef) if one.decorator_list])
    return source.replaced(random.choice(node.decorator_list), b"(lambda f: f)")


def _indent(source: Source, random: Random) -> bytes:
    node = random.choice([one for one in source.of(ast.stmt) if one.col_offset > 0])
    start, _ = source.line_of(source.start(node))
    _, end = source.line_of(source.end(node))
    margin = source.text[start : source.start(node)]
    head = random.choice(AROUND)
    tail = margin + random.choice((b"except Exception: pass\n", b"finally: pass\n")) if head == "try:" else b""
    inner = b"".join(b"    " + line for line in source.text[start:end].splitlines(keepends=True))
    return source.between(start, end, margin + head.encode() + b"\n" + inner + tail)


def _parameter(source: Source, random: Random) -> bytes:
    node = random.choice(source.of(ast.arg))
    return source.replaced(
        node, random.choice((b"*args", b"**kwargs", b"x=None", b"config", b"x: int = 3", b"/", b"*, x", b"self"))
    )


def _slice(source: Source, random: Random) -> bytes:
    node = source.one(ast.Subscript, random)
    return source.replaced(
        node.slice, random.choice((b":", b"...", b"None", b"::-1", b"0, ..., None", b"-1", b"10**20", b"'a'", b"1:2:0"))
    )


def _wrapped(source: Source, random: Random) -> bytes:
    node = source.one(ast.expr, random)
    return source.replaced(node, random.choice(AROUND_EXPRESSIONS).encode().replace(b"<>", source.part(node)))


def _loop_over(source: Source, random: Random) -> bytes:
    node = source.one(ast.For, random)
    return source.replaced(
        node.iter,
        random.choice((b"range(10**9)", b"self", b"None", b"zip()", b"iter(int, 1)", b"x", b"[[]]", b"{}.items()")),
    )


EDITS: tuple[Edit, ...] = (
    _delete, _duplicate, _swap_statements, _swap_siblings, _swap_expressions, _constant, _expression,
    _copied_expression, _foreign, _foreign,
    _operator, _comparison, _arguments, _more_arguments, _fewer_arguments, _rename, _attribute, _return, _drop_return,
    _bases, _decorate,
    _undecorate, _indent, _parameter, _slice, _wrapped, _loop_over,
)  # fmt: skip
