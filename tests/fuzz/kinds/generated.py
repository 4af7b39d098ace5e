"""Modules made from grammars: programs that compute, models that build and call, and any syntax at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from textwrap import indent

from analyzer import Report
from tests.fuzz.case import Case, Fault
from tests.fuzz.checks import fits_schema, healthy_whole, same_again, scanned, shown
from tests.fuzz.kinds.layers import INNER, LEAVES, MODEL_FLOW, MODEL_STATEMENTS
from tests.fuzz.kinds.syntax import any_module
from tests.fuzz.sampled import expected, one_in
from tests.programs.definitions import CLASSES, FUNCTIONS, PRELUDE
from tests.programs.grammar import Filler, Scope
from tests.programs.statements import ASSIGNMENTS, FLOW, split

_SIMPLE = (*split(MODEL_STATEMENTS), *split(MODEL_STATEMENTS), *split(ASSIGNMENTS))
_ALL = (*_SIMPLE, *split(MODEL_FLOW), *split(FLOW), *split(FUNCTIONS), *split(CLASSES))
HEAD = """\
import math, torch, einops
import torch.nn.functional as F
from torch import nn
"""
MODEL = """

class Block(nn.Module):
    def __init__(self, size=8, rate=0.0):
        super().__init__()
        self.inner = nn.Linear(size, size)
        self.rate = rate

    def forward(self, x):
        return self.inner(x) + x


class Model(nn.Module):
    def __init__(self, size: int = 8, heads: int = 2, eps: float = 1e-5, causal: bool = True):
        super().__init__()
        log = []
        self.lin = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size, eps=eps)
        self.size, self.heads = size, heads
{constructor}

    def forward(self, x: torch.FloatTensor, mask=None):
        log = []
{forward}
        return {result}
"""


class Generated:
    """One in four is syntax without sense; the others are models whose bodies are programs."""

    def make(self, random: Random, seed: int) -> Case:
        text = any_module(random) if random.random() < 0.25 else model(random)
        return Case("generated", seed, {"modeling_generated.py": text.encode("utf-8", "surrogatepass")})

    def attempt(self, case: Case, folder: Path) -> Iterator[Fault]:
        for found in scanned(folder):
            if not isinstance(found, Report):
                yield found
                continue
            if one_in(15, case):
                yield from same_again(folder, found)
            if one_in(30, case):
                yield from fits_schema(found)
        if one_in(10, case):
            yield from healthy_whole(folder, expected())
        if one_in(30, case):
            yield from shown(folder, case)


def model(random: Random) -> str:
    """A file with one model."""
    filler = Filler(random.randrange, LEAVES, INNER, fuel=16)
    scope = Scope().assigning([("int", "size"), ("int", "heads"), ("float", "eps"), ("bool", "causal")])
    constructor, _ = filler.block(_ALL, scope, depth=2, most=5)
    inside = Scope().assigning([("tensor", "x")])
    forward, after = filler.block(_ALL, inside, depth=2, most=6)
    result = filler.expression(random.choice(("tensor", "tensor", "any")), after, 2)
    text = MODEL.format(constructor=_body(constructor), forward=_body(forward), result=result)
    return HEAD + PRELUDE + text


def _body(lines: list[str]) -> str:
    return indent("\n".join(lines) or "pass", " " * 8)
