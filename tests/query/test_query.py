"""Queries on small graphs: neighbours, nearest sources, reachability, memory."""

from __future__ import annotations

import sys
import time

from analyzer.base.process import DEEP_LEVELS
from analyzer.graph import OpKind
from analyzer.query import ModuleTree, Query, constant_side, number, sides
from tests.facts.drawing import Drawing


def test_operands_keep_repetition_and_users_do_not() -> None:
    draw = Drawing()
    x = draw.input()
    square = draw.op(OpKind.MUL, x, x)
    query = draw.query()
    assert query.operands(square) == (x, x)
    assert query.users(x) == (square,)


def test_sources_stop_at_the_nearest_and_at_foreign_kinds() -> None:
    draw = Drawing()
    x = draw.input()
    first = draw.op(OpKind.MATMUL, x, x)
    second = draw.op(OpKind.MATMUL, first, first)
    view = draw.op(OpKind.RESHAPE, second)
    soft = draw.op(OpKind.SOFTMAX, view)
    blocked = draw.op(OpKind.SOFTMAX, draw.op(OpKind.TANH, view))
    query = draw.query()
    assert query.sources(soft, OpKind.MATMUL, through={OpKind.RESHAPE}) == {second}
    assert query.sources(blocked, OpKind.MATMUL, through={OpKind.RESHAPE}) == frozenset()
    assert query.sinks(first, OpKind.SOFTMAX, through={OpKind.MATMUL, OpKind.RESHAPE}) == {soft}


def test_producers_see_through_transparent_kinds() -> None:
    draw = Drawing()
    x, y = draw.input("x"), draw.input("y")
    total = draw.op(OpKind.ADD, draw.op(OpKind.CAST, x), draw.op(OpKind.CAST, y))
    query = draw.query()
    assert query.producers(total, {OpKind.CAST}) == {x, y}
    assert query.consumers(x, {OpKind.CAST}) == {total}
    assert query.skip(total.operands[0].source, {OpKind.CAST}) is x


def test_reaches_and_within() -> None:
    draw = Drawing()
    x = draw.input()
    left, right = draw.op(OpKind.SIN, x), draw.op(OpKind.COS, x)
    total = draw.op(OpKind.ADD, left, right)
    aside = draw.op(OpKind.TANH, x)
    query = draw.query()
    assert query.reaches(x, total)
    assert not query.reaches(aside, total)
    assert not query.reaches(x, total, through={OpKind.TANH})
    assert query.reaches(x, total, through={OpKind.SIN})
    assert query.within(x, total) == {left, right}


def test_a_chain_of_additions_takes_linear_time() -> None:
    draw = Drawing()
    stream = start = draw.input()
    for _ in range(2000):
        stream = draw.op(OpKind.ADD, stream, stream)
    query = draw.query()
    before = time.process_time()
    assert query.reaches(start, stream)
    assert len(query.within(start, stream)) == 1999
    assert time.process_time() - before < 5


def test_finders_that_ask_others_may_nest_deeply() -> None:
    limits: list[int] = []

    def inner(query: Query, depth: int) -> int:
        limits.append(sys.getrecursionlimit())
        return depth

    def outer(query: Query) -> int:
        return query.get(inner, 1) + query.get(inner, 2)

    before, query = sys.getrecursionlimit(), Drawing().query()
    assert query.get(outer) == 3
    assert limits == [max(before, DEEP_LEVELS)] * 2
    assert sys.getrecursionlimit() == before


def test_a_finder_runs_once() -> None:
    calls: list[Query] = []

    def finder(query: Query) -> tuple[int, ...]:
        calls.append(query)
        return (1,)

    query = Drawing().query()
    assert query.facts(finder) == query.facts(finder) == (1,)
    assert calls == [query]


def test_a_finder_with_a_key_runs_once_for_each() -> None:
    calls: list[tuple[int, str]] = []

    def finder(query: Query, number: int, word: str) -> str:
        calls.append((number, word))
        return word * number

    query = Drawing().query()
    assert [query.get(finder, 2, "a"), query.get(finder, 2, "a"), query.get(finder, 3, "a")] == ["aa", "aa", "aaa"]
    assert calls == [(2, "a"), (3, "a")]


def test_what_is_asked_of_the_whole_model_is_noted() -> None:
    def outer(query: Query) -> tuple[str, ...]:
        return (*query.facts(inner), *query.facts(inner))

    def inner(query: Query) -> tuple[str, ...]:
        return ("one",)

    def keyed(query: Query, number: int) -> tuple[str, ...]:
        return query.facts(inner)[:number]

    query = Drawing().query()
    query.facts(outer)
    assert query.trail.questions == {"outer": 2}
    query.get(keyed, 1)
    assert query.trail.questions == {"outer": 2, "inner": 1}


def test_sides_of_reversed_operators() -> None:
    draw = Drawing()
    x = draw.input()
    plain = draw.op(OpKind.SUB, x, other=1)
    turned = draw.op(OpKind.SUB, x, other=1, named="rsub")
    assert sides(plain) == (x, 1)
    assert sides(turned) == (1, x)
    assert constant_side(turned) == (x, 1)
    assert sides(draw.op(OpKind.SOFTMAX, x)) is None


def test_number_of_a_filled_tensor() -> None:
    draw = Drawing()
    one = draw.op(OpKind.CREATE, shape=(), fill=3.0)
    buffer = draw.op(OpKind.BUFFER, one, shape=(), name="scale")
    many = draw.op(OpKind.CREATE, shape=(4,), fill=3.0)
    assert number(draw.op(OpKind.CAST, buffer, shape=())) == 3.0
    assert number(many) is None
    assert number(True) is None


def test_module_tree() -> None:
    draw = Drawing()
    for path in ("a.layers.0.x", "a.layers.1.x", "a.b"):
        draw.at = path
        draw.input(path)
    tree = draw.query().tree
    assert isinstance(tree, ModuleTree)
    assert tree.lists() == ("a.layers",)
    assert tree.children("a") == ("a.b", "a.layers")
    assert tree.ancestors("a.b") == ("a.b", "a", "")
