"""Lowering: every node and place as Python's own parser has them, on chosen snippets and on real files."""

from __future__ import annotations

import io
import sys
import sysconfig
import tokenize
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.base import InputError
from analyzer.sources import syntax as s
from analyzer.sources.file import SourceFile
from analyzer.sources.parse import parse
from tests.sources.ast_reference import ours, theirs

STANDARD = Path(sysconfig.get_paths()["stdlib"])
FILES = ("argparse.py", "asyncio/tasks.py", "contextlib.py", "dataclasses.py", "decimal.py", "typing.py", "turtle.py")
SNIPPETS = (
    "a.b.c(d)[e](f=1, *g, **h)\n",
    "(a).b + ((c)) * -(d)\n",
    "((1, 2))\n((x for y in z))\nf((x for y in z))\nf(x for y in z)\n()\n(1,)\n",
    "a[1]\na[1,]\na[*b]\na[1:2, 3]\na[:,]\na[::2]\na[(1, 2)]\na[...]\n",
    "[*a, b]\n{*a, b}\n{**a, 'b': c}\n{}\n[]\n",
    "not(a)and(b)or-c\na<b<=c is not d not in e\n~a ** -b\n",
    "x = 0xFF + 1_000 + 10**3 + 1e400 + 3j + 00 + 0b11 + ...\n",
    "x = 99999999999999999999 + 0x8000000000000000 + 9223372036854775807\n",
    "'a' \"b\" '''c\nd''' r'\\d' u'x' b''  if 0 else b'a' b'\\x00'\n".replace("b''  if 0 else ", "if b'' else "),
    "'\\\nb' '\\n\\t\\x41\\u00e9\\N{DASH}'\n".replace("DASH", "EM DASH"),
    "'\\ud800'\n",
    "f'{a!r:>{w}}{{}}\\n{b=}' 'x' f'{c:%H}' f'{d = :>3}' rf'\\{e}'\n",
    "f'''a\"{x}\"\n{y}''' f\"{z['a']}\" f'{lambda: 1}'\n".replace("{lambda: 1}", "{(lambda: 1)}"),
    "x = 'é' + y  # ü\nz = f'ü{x}é' + q\nñ = 1\n",
    "def f(a, /, b: int = 1, *args: 'x', c, d=2, **k) -> None: ...\n",
    "def f(*, a): pass\ndef g(a, b, /): pass\nlambda *, x=1: x\nlambda: 0\nlambda a, *b, **c: (yield)\n",
    "def f():\n  def g(): yield\n  x = lambda: (yield)\n  class A:\n    y = 1\n  return [i for i in g()]\n",
    "def f():\n  for x in y:\n    if x: yield from z\n",
    "@a.b(c)\n@d\nclass X(B, *C, metaclass=D, **E):\n  '''doc'''\n  x: int\n  y: 'str' = 1\n",
    "if a: b; c;\nelif d: e\nelif f: g\nelse: h\n",
    "for a, b in c: pass\nelse: d\nwhile x: break\nelse: continue\n".replace("else: continue", "else: pass"),
    "with a as b, c: pass\nwith (a as b, c,): pass\nwith (a, b): pass\nwith (a): pass\n",
    "try: a\nexcept B: c\nexcept (D, E) as f: g\nexcept: h\nelse: i\nfinally: j\n",
    "try: a\nfinally: b\n",
    "try:\n a\nexcept* E as e:\n b\nelse: c\nfinally: d\nx = 1\n",
    "async def f():\n async with a as b, c: pass\n async for x in y: await z\n return [x async for x in y if a if b]\n",
    "from . import a\nfrom .... import (a as b, c,)\nimport a.b.c as d, e\nfrom .x.y import *\nfrom ... x import y\n",
    "def f():\n  global a, b\n  nonlocal c\n  del (a, b), c\n  del a, b\n  del (a)\n  return\n",
    "assert a, b\nassert (c)\nraise\nraise A\nraise A from b\nprint((x := 1), [y := 2])\n",
    "a = b = yield_ = c\na += 1; b @= 2; c //= 3; d **= 4; e >>= 5; f |= 6\nx: int\nx.y: int = 1\n",
    "match x:\n    case [1, *_]: pass\n    case {'a': 1}:\n        y = '''\n  zzz'''\nz=1\n",
    "match x, *y:\n case -1 | 'a' 'b' | a.b as c if d: e\n case ((1, (2)) | [3, *_, (*z,)]): pass\n case _: pass\n",
    "match (x):\n case {1: a, None: (b), **c,}: pass\n case {}: {}\n case f.G(1, h, i=None, j=(),): k\n",
    "match x:\n case a, b: pass\n case *_, 1: pass\n case A(): pass\n case (): pass\n",
    "match x:\n case None | True: pass\n case (a): pass\n case 1 - 2j: pass\n",
    "class A:\n  def f(self):\n    match x:\n      case 1:\n        yield\n      # trailing\n    return 1\n  x = 2\n",
    "a\r\nb\rc\n",
    "x = [\n # c\n 1, # d\n]\n\x0cy=2\n",
    "x = a + \\\n  b\nif (a and\n    b): pass\n",
    "\\\n\\\nx=1\n",
    "{a: b for a, b in c}\n{a for a in b}\n[a for b in c for d in e if f]\n",
    "x if y else z if w else v\n",
    "",
    "\n\n",
    "# only a comment",
    "x = 1",
)


@pytest.mark.parametrize("text", SNIPPETS, ids=range(len(SNIPPETS)))
def test_snippet_is_lowered_as_python_parses_it(text: str) -> None:
    assert ours(parse(text).body, text) == theirs(text)


@pytest.mark.parametrize("name", FILES)
def test_real_file_is_lowered_as_python_parses_it(name: str) -> None:
    text = (STANDARD / name).read_text(encoding="utf-8")
    assert ours(parse(text).body, text) == theirs(text)


def test_the_comparison_sees_a_difference() -> None:
    """The oracle is no rubber stamp: other text, other tuples; moved text, other places."""
    assert theirs("a + b") != theirs("a - b")
    assert ours(parse("a+b").body, "a+b") != theirs("a + b")


names = st.sampled_from(["a", "bé", "c1", "None", "True", "1", "2.5", "'s'", "f'{a}'", "...", "b'x'"])
expressions = st.recursive(
    names,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "**", "and", "or", "not in", "<", "@"]), inner),
        st.builds("({}).b".format, inner),
        st.builds("a( {},k = {} )".format, inner, inner),
        st.builds("[ {} , *({}) ]".format, inner, inner),
        st.builds("{{ {}:{} }}".format, inner, inner),
        st.builds("a[{}:({}), ...]".format, inner, inner),
        st.builds("({} if ({}) else {})".format, inner, inner, inner),
        st.builds("(lambda a, *b, c=({}): ({}))".format, inner, inner),
        st.builds("[{} for a in ({}) if ({})]".format, inner, inner, inner),
        st.builds("(- {},)".format, inner),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(expressions)
def test_any_expression_is_lowered_as_python_parses_it(text: str) -> None:
    text = f"x = ({text})  # end\n"
    assert ours(parse(text).body, text) == theirs(text)


# --- what ast does not say ---------------------------------------------------------------------------------------


def only(text: str) -> s.Expression:
    (statement,) = parse(text).body
    assert isinstance(statement, s.ExpressionStatement)
    return statement.value


def test_comments_that_matter_are_kept_and_strings_are_no_comments() -> None:
    text = (
        "# Copied from a.b.C with D->E\nx = 1  # asbuilt: ignore[NRM001] why\n"
        "'# Copied from y'\nf'{x}# asbuilt: z'\n# other\n"
    )
    assert parse(text).comments == (
        s.Comment(1, "# Copied from a.b.C with D->E"),
        s.Comment(2, "# asbuilt: ignore[NRM001] why"),
    )


def test_odd_literals_say_what_they_are() -> None:
    kinds = [only(text).kind for text in ("b'a'", "2j", "...", "99999999999999999999", "'\\udc00'")]  # type: ignore[union-attr]
    assert kinds == ["bytes", "imaginary", "ellipsis", "bigint", "surrogates"]


def test_integer_with_more_digits_than_python_converts() -> None:
    literal = only("9" * 5000)
    assert isinstance(literal, s.OddLiteral)
    assert (literal.kind, len(literal.text)) == ("bigint", 5000)


def test_self_documenting_value_keeps_its_text() -> None:
    string = only("f'{ a.b = !s:>4}'")
    assert isinstance(string, s.FormattedString)
    (part,) = string.parts
    assert isinstance(part, s.FormattedValue)
    assert (part.text, part.conversion) == (" a.b = ", "s")
    assert part.spec is not None
    assert [piece.value for piece in part.spec.parts if isinstance(piece, s.Literal)] == [">4"]


def test_places_inside_formatted_strings_are_those_of_the_file() -> None:
    text = "x = f'é{ name!r }'\n"
    statement = parse(text).body[0]
    assert isinstance(statement, s.Assign) and isinstance(statement.value, s.FormattedString)
    value = statement.value.parts[1]
    assert isinstance(value, s.FormattedValue)
    assert text[value.value.at : value.value.end] == "name"
    assert text[value.at : value.end] == "{ name!r }"


def test_a_raised_limit_of_recursion_is_no_leave_to_overflow_the_stack() -> None:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(30_000)
    try:
        with pytest.raises(InputError) as refused:
            parse("x = " + " + ".join(["a"] * 12_000))
        assert len(parse("x = " + " + ".join(["a"] * 800)).body) == 1
        assert sys.getrecursionlimit() == 30_000
    finally:
        sys.setrecursionlimit(usual)
    assert refused.value.code == "too-deep"


def test_newer_syntax_is_read_though_not_interpreted() -> None:
    body = parse("type X[T: int, *U, **P] = list[T]\ndef f[T](x: T): return x\nclass A[T](B): y = 1\nz = 2\n").body
    assert [type(node).__name__ for node in body] == ["Unsupported", "FunctionDefinition", "ClassDefinition", "Assign"]
    assert body[-1].at == body[-1].end - len("z = 2")


def test_name_offsets_of_definitions() -> None:
    text = "@d\nasync  def  f(): pass\nclass  A: pass\n"
    for node, name in zip(parse(text).body, "fA", strict=True):
        assert isinstance(node, s.FunctionDefinition | s.ClassDefinition)
        assert text[node.name_at] == name


def test_long_chain_of_elif_is_no_deep_recursion() -> None:
    text = "if a: pass\n" + "elif b: pass\n" * 400
    node = parse(text).body[0]
    depth = 0
    while isinstance(node, s.If) and node.otherwise:
        (node,) = node.otherwise
        depth += 1
    assert depth == 400


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("x = 1\ny = (\n", "syntax-error", 2),
        ("def f():\n\treturn 1\n        return 2\n", "syntax-error", 3),
        ("x = 1\nprint 1\n", "syntax-error", 2),
        ("a\n\0", "syntax-error", 2),
        ("x = '\\N{no such name}'\n", "syntax-error", 1),
        ("x = " + "(" * 5000 + ")" * 5000, "too-deep", 1),
        ("-" * 50_000 + "1", "too-deep", 1),
        ("x = " + " + ".join(["a"] * 12_000), "too-deep", 1),
        ("x = 1\nmatch x:\n case " + "[" * 40 + "y" + "]" * 40 + ": pass\n", "too-deep", 3),
        ("match x:\n case " + "(" * 40 + "y" + ")" * 40 + ": pass\n", "too-deep", 2),
        ("match x:\n" + " case {1: {1: {1: {1: {1: {1: {1: {1: y}}}}}}}}: pass\n" * 40, "too-deep", 4),
        ("match x:\n case " + "{1: " * 40 + "y" + "}" * 40 + ": pass\n1 1", "syntax-error", 3),
        ("x = [" + "0, " * 500_000 + "]\n", "too-large", 1),
        ("x = 1\ny = '\ud800'\n", "syntax-error", 2),
        ("x = " + "a and " * 20_000 + "b", "too-deep", 1),
        ("x = 1\nassert " + "a or\\\n" * 20_000 + "b", "too-deep", 2),
        ("import " + ".".join("a" * 20_000), "too-deep", 1),
        ("from " + " . ".join("a" * 20_000) + " import b", "too-deep", 1),
        ("x.a = f'{" + "(" * 5000 + "'}", "syntax-error", 1),
    ],
)
def test_bad_text_is_an_error_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, path="a/b.py")
    assert (caught.value.path, caught.value.code, caught.value.line) == ("a/b.py", code, line)


def test_brackets_outside_of_patterns_may_be_deep() -> None:
    deep = "(" * 40 + "1" + ")" * 40
    assert len(parse(f"match x:\n case [{{1: y}}] if {deep}: z = {deep}\ncase = {deep}\n").body) == 2


def test_many_short_chains_are_read() -> None:
    assert len(parse("x = a and b or c\nimport a.b.c\n" * 2_000).body) == 4_000


def test_a_long_table_beside_a_match_is_read() -> None:
    table = "x = [" + "0, " * 10_000 + "]\n"
    assert len(parse(f"{table}match x:\n case 1: pass\n").body) == 2


def test_spans_count_lines_from_one_and_characters_from_zero() -> None:
    file = SourceFile("p.py", "é = 1\r\nb = (\n  2)\n", external=True)
    span = file.span(7, 17)
    assert (span.line, span.column, span.end_line, span.end_column, span.external) == (2, 0, 3, 4, True)
    assert file.code(7, 8) == "b"
    assert file.line(0) == 1


def test_match_in_a_file_with_tabs_and_continuations() -> None:
    text = "def f(x):\n\tmatch x:\n\t\tcase (1 |\n 2): y = '''\nz'''\n\treturn y\n"
    function = parse(text).body[0]
    assert isinstance(function, s.FunctionDefinition)
    match, end = function.body
    assert text[match.at : match.end].endswith("z'''")
    assert text[end.at : end.end] == "return y"


def test_tokens_are_all_passed() -> None:
    """The end of the last statement is the end of the last token, on a file with everything in it."""
    text = "".join(snippet for snippet in SNIPPETS if "\r" not in snippet and snippet.endswith("\n"))
    *_, last, _newline, _end = (
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in (tokenize.COMMENT, tokenize.NL)
    )
    body = parse(text).body
    span = SourceFile("x.py", text).span(body[-1].at, body[-1].end)
    assert (span.end_line, span.end_column) == last.end
