"""Calls of everything that the interpreter offers natively, with arguments that nobody expects."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from analyzer import Report
from analyzer.frameworks import PLATFORMS
from analyzer.library.natives.builtins import FUNCTIONS
from analyzer.library.natives.catalogue import library_classes
from analyzer.values import ClassValue
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import fits_schema, healthy_whole, same_again, scanned
from tests.fuzz.kinds.arguments import ARGUMENTS, RECEIVERS, SETUP
from tests.fuzz.sampled import expected, one_in

FEW = 4
"""Classes in a file: each is a model of its own, with budgets of its own."""
HEAD = """\
import abc, builtins, collections, contextlib, contextvars, copy, dataclasses, enum, functools, importlib, inspect
import itertools, json, math, numbers, numpy, operator, os, re, sys, threading, time, types, typing, warnings, weakref
import torch
from torch import nn
"""
CLASS = """

class Model{number}(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 8)
{setup}
{lines}

    def forward(self, x):
        y = self.inner(x)
{forward}
        return y
"""
TRY = """\
        try:
            kept = {call}
        except Exception as error:
            kept = error
"""
KEYWORDS = (
    "key", "default", "start", "end", "sep", "dtype", "shape", "num", "axis", "dim", "repeat", "base", "step", "sizes",
    "n", "maxlen", "tabsize", "width", "length", "times", "initial", "out", "keepdims", "flags", "count", "size",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@", "==", "<", "in")
AROUND = ("[{0}]", "({0},)", "{{'a': {0}}}", "[{0}] * 3", "lambda *a: {0}", "{{{0}}}", "iter([{0}])")
USES = (
    "self.kept = kept",
    "text = str(kept)",
    "text = f'{kept!r:>40}'",
    "items = list(kept)",
    "size = len(kept)",
    "again = kept()",
    "same = kept == kept",
    "key = {kept: kept}",
    "first = kept[0]",
    "self.layer = nn.Linear(kept, 8)",
    "self.register_buffer('b', torch.tensor(kept))",
    "more = kept * 3",
    "named = [getattr(kept, n) for n in dir(kept)]",
    "raise ValueError(kept)",
    "raise kept",
    "copied = copy.deepcopy(kept)",
    "for one in kept: pass",
    "setattr(self, str(kept), 5)",
    "flag = bool(kept)",
    "deep = sorted([kept, kept])",
)


class Natives:
    """The names are the interpreter's own tables, so that new ones are tried without being listed here.

    Seeds that follow each other go through the tables once; what else is called is up to chance.
    """

    def make(self, random: Random, seed: int) -> Case:
        due = [_called(random, functions()[seed % len(functions())])]
        due.append(_called(random, unbound()[seed % len(unbound())], random.choice(RECEIVERS)))
        calls = (*due, *(call(random) for _ in range(FEW - len(due))))
        classes = "".join(_model(random, number, first) for number, first in enumerate(calls))
        return Case("natives", seed, {"modeling_natives.py": (HEAD + classes).encode("utf-8", "surrogatepass")})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        for found in scanned(folder, all_classes=True):
            if not isinstance(found, Report):
                yield found
                continue
            if one_in(20, case):
                yield from same_again(folder, found, all_classes=True)
            if one_in(30, case):
                yield from fits_schema(found)
        if one_in(10, case):
            yield from healthy_whole(folder, expected(all_classes=True), all_classes=True)


def _called(random: Random, function: str, *first: str) -> str:
    return f"{function}({', '.join((*first, arguments(random)))})"


def _model(random: Random, number: int, first: str) -> str:
    constructor = _body(random, first)
    forward = _body(random, call(random)) if random.random() < 0.2 else "        pass\n"
    setup = "".join(f"        {line}\n" for line in SETUP)
    return CLASS.format(number=number, setup=setup, lines=constructor, forward=forward)


def _body(random: Random, first: str) -> str:
    lines = TRY.format(call=first)
    for _ in range(random.choice((1, 1, 2))):
        use = random.choice(USES)
        guarded = random.random() < 0.8 and not use.startswith("for ")
        lines += f"        try: {use}\n        except Exception: pass\n" if guarded else f"        {use}\n"
    return lines


def call(random: Random) -> str:
    """A call of something native."""
    match random.randrange(10):
        case 0 | 1 | 2:
            return _called(random, random.choice(functions()))
        case 3 | 4 | 5 | 6:
            return f"{random.choice(RECEIVERS)}.{random.choice(methods())}({arguments(random)})"
        case 7:
            return _called(random, random.choice(unbound()), random.choice(RECEIVERS))
        case 8:
            return f"{random.choice(RECEIVERS)} {random.choice(OPERATORS)} {argument(random)}"
        case _:
            return _through_another(random)


def _through_another(random: Random) -> str:
    function = random.choice((*functions(), *unbound()))
    given = [argument(random) for _ in range(random.randrange(3))]
    shape = random.choice(
        (
            "functools.partial({f}, {a})({b})",
            "list(map({f}, {a}, {b}))",
            "functools.reduce({f}, {a}, {b})",
            "sorted({a}, key={f})",
            "max({a}, key={f})",
            "list(filter({f}, {a}))",
            "list(itertools.starmap({f}, {a}))",
            "operator.methodcaller({n!r}, {a})({b})",
            "operator.attrgetter({n!r})({a})",
            "getattr({a}, {n!r})({b})",
            "re.sub('a', {f}, 'banana')",
            "{a}.__class__.{n}({b})",
            "next(iter({f}, {a}))",
            "list(itertools.accumulate({a}, {f}))",
            "[*{a}, *{b}]",
            "{f}(**{a})",
            "'%s %r %*d' % ({a}, {b}, 5)",
            "'{{0:{{1}}}}'.format({a}, {b})",
            "'{{x}}'.format_map({a})",
        )
    )
    one, two = (*given, "1", "2")[:2]
    return shape.format(f=function, a=one, b=two, n=random.choice(methods()))


def arguments(random: Random) -> str:
    given = [argument(random) for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 4)))]
    if random.random() < 0.1:
        given.append(f"*{argument(random)}")
    if random.random() < 0.15:
        given.append(f"{random.choice(KEYWORDS)}={argument(random)}")
    return ", ".join(given)


def argument(random: Random, depth: int = 1) -> str:
    if depth and random.random() < 0.15:
        inner = argument(random, depth - 1)
        return random.choice(AROUND).format(inner)
    return random.choice(ARGUMENTS)


def _classes() -> dict[str, ClassValue]:
    return library_classes(PLATFORMS[0].natives.parts)


@cache
def functions() -> tuple[str, ...]:
    """Names of functions and classes as a program writes them."""
    builtin = (name for name in FUNCTIONS if name not in ("super",))
    classes = (name for name in _classes() if "." not in name or name.split(".")[0] in HEAD)
    return tuple(sorted({*builtin, *PLATFORMS[0].natives.names, *classes}))


@cache
def methods() -> tuple[str, ...]:
    """Names of methods of native classes, and of attributes that host objects have."""
    names = {name for cls in _classes().values() for name in cls.namespace}
    hosts = (str, bytes, list, dict, set, tuple, int, float, complex, range, slice, type, object, ValueError, property)
    names |= {name for host in hosts for name in dir(host)}
    return tuple(sorted(names))


@cache
def unbound() -> tuple[str, ...]:
    return tuple(sorted(f"{name}.{method}" for name, cls in _classes().items() for method in cls.namespace))
