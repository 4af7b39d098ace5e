"""Modules of a few lines of our own, with one place for what a test is about."""

from __future__ import annotations

from textwrap import indent

from analyzer.facts.attention.attention import Attention, attentions
from analyzer.facts.feed_forward.router import Order
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

MODULE = """
import math
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = nn.Linear(32, 32)
        self.k = nn.Linear(32, 32)
        self.v = nn.Linear(32, 32)
        self.half = nn.Linear(32, 16)
        self.joint = nn.Linear(32, 96)
        self.o = nn.Linear(32, 32)
        self.norm = nn.LayerNorm(8)
        self.wide = nn.LayerNorm(32)
        self.up = nn.Linear(32, 64)
        self.gate = nn.Linear(32, 64)
        self.down = nn.Linear(64, 32)
        self.extra = nn.Parameter(torch.zeros(4))

    def heads(self, x, n=4):
        return x.view(2, 7, n, 8).transpose(1, 2)

    def forward(self, x):
"""


START = """
q, k, v = self.heads(self.q(x)), self.heads(self.k(x)), self.heads(self.v(x))
"""


END = """
return self.o(y.transpose(1, 2).reshape(2, 7, 32))
"""


INPUTS = {"x": ("float32", (2, 7, 32))}


def query_of(body: str) -> Query:
    code = MODULE + indent(body.strip("\n"), " " * 8) + "\n"
    return Query(build_snippet(Example(code, {}, inputs=INPUTS)))


def attention_of(body: str, start: str = START, end: str = END) -> tuple[Query, Attention]:
    query = query_of(start + body + end)
    (found,) = query.facts(attentions)
    return query, found


ROUTER = """
import torch
from torch import nn
from torch.nn import functional


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.pick = nn.Linear(32, 6, bias=False)
        self.tilt = nn.Parameter(torch.zeros(6))
        self.up = nn.Parameter(torch.empty(6, 64, 32))
        self.down = nn.Parameter(torch.empty(6, 32, 64))

    def forward(self, x):
        z = self.pick(x)
{choice}
        y = torch.zeros_like(x)
        for number in range(6):
            rows, place = torch.where(which == number)
            h = functional.linear(functional.silu(functional.linear(x[rows], self.up[number])), self.down[number])
            y.index_add_(0, rows, h * weight[rows, place, None])
        return y
"""


CHOICES = (
    ("weight, which = z.softmax(-1).topk(2)", Order.SCORE_THEN_TOPK, "softmax", False, "none"),
    (
        "weight, which = torch.topk(z.softmax(-1), 2)\nweight /= weight.sum(-1, keepdim=True)",
        *(Order.SCORE_THEN_TOPK, "softmax", True, "none"),
    ),
    ("weight, which = z.topk(2)\nweight = weight.softmax(-1)", Order.TOPK_THEN_SCORE, "softmax", False, "none"),
    (
        "s = z.sigmoid()\nwhich = (s + self.tilt).topk(2)[1]\nweight = s.gather(1, which)\n"
        "weight = weight / (weight.sum(-1, keepdim=True) + 1e-9)",
        *(Order.SCORE_THEN_TOPK, "sigmoid", True, "selection_only"),
    ),
    (
        "weight, which = (z.sigmoid() + self.tilt).topk(2)",
        Order.SCORE_THEN_TOPK,
        "sigmoid",
        False,
        "selection_and_weight",
    ),
)


STACK = """
import torch
from torch import nn
from torch.nn import functional


class Store:
    def __init__(self):
        self.one, self.two = [], []


class Leaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(32)
        self.joint = nn.Linear(32, 96)
        self.out = nn.Linear(32, 32)
        self.drop = nn.Dropout(0.3)

    def forward(self, x, store):
        q, k, v = self.joint(self.norm(x)).view(2, -1, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
{keep}
        y = functional.dropout((q @ k.mT * 8**-0.5).softmax(-1, dtype=torch.float32).to(x.dtype), 0.2)
        return x + self.drop(self.out((y @ v).transpose(1, 2).flatten(2)))


class Sample(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(20, 32)
        self.places = nn.Embedding(16, 32)
        self.leaves = nn.ModuleList([Leaf() for _ in range(2)])

    def forward(self, input_ids):
        store = Store()
        x = self.tokens(input_ids) + self.places({positions})
        x = functional.dropout(x, 0.1)
        for leaf in self.leaves:
            x = leaf(x, store)
        return x, store
"""


GIVEN = {"input_ids": ("int64", (2, 7))}


def stack_of(keep: str = "pass", positions: str = "torch.arange(input_ids.shape[1])") -> Query:
    code = STACK.replace("{keep}", indent(keep, " " * 8)).replace("{positions}", positions)
    return Query(build_snippet(Example(code, {}, inputs=GIVEN)))
