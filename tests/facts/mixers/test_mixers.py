"""How a branch mixes positions: told by what its operations compute, whatever they are called."""

from __future__ import annotations

import pytest

from analyzer.facts.mixers.mixers import Mixer, mixers
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet

HEAD = """
import torch
from torch import nn


class Leaf(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(8, 8)
        self.two = nn.Linear(8, 8)
        self.three = nn.Linear(8, 8)
        self.rate = nn.Parameter(torch.ones(8))
        self.filter = nn.Conv1d(8, 8, 3, padding=1)
        self.lstm = nn.LSTM(8, 8, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.channels = nn.BatchNorm1d(8)
        self.across = nn.Linear(7, 7)

    def forward(self, x):
"""

STATE_SPACE = """
        step = nn.functional.softplus(self.one(x))
        decay = torch.exp(step * -torch.exp(self.rate))
        entering = step * self.two(x)
        state, seen = torch.zeros(2, 8), []
        for place in range(x.shape[1]):
            state = decay[:, place] * state + entering[:, place]
            seen.append(state)
        return torch.stack(seen, 1) * self.three(x)
"""

GATED = """
        gate = torch.sigmoid(self.one(x))
        entering = self.two(x)
        state, seen = torch.zeros(2, 8), []
        for place in range(x.shape[1]):
            state = gate[:, place] * state + entering[:, place]
            seen.append(state)
        return torch.stack(seen, 1)
"""

OUTER = """
        q, k, v = self.one(x), self.two(x), self.three(x)
        state, seen = torch.zeros(2, 8, 8), []
        for place in range(x.shape[1]):
            state = 0.9 * state + k[:, place, :, None] * v[:, place, None, :]
            seen.append((q[:, place, None, :] @ state)[:, 0])
        return torch.stack(seen, 1)
"""

CASES = {
    "softmax": ("return (self.one(x) @ self.two(x).mT).softmax(-1) @ self.three(x)", {Mixer.ATTENTION}),
    "scores added to a bias": (
        """
        scores = torch.baddbmm(torch.zeros(2, 7, 7), self.one(x), self.two(x).mT)
        return scores.softmax(-1) @ self.three(x)
        """,
        {Mixer.ATTENTION},
    ),
    "no softmax": ("return (self.one(x) @ self.two(x).mT).tril() @ self.three(x)", {Mixer.LINEAR_ATTENTION}),
    "keys and values first": ("return self.one(x) @ (self.two(x).mT @ self.three(x))", {Mixer.LINEAR_ATTENTION}),
    "outer products": (OUTER, {Mixer.LINEAR_ATTENTION}),
    "step": (STATE_SPACE, {Mixer.SSM}),
    "step for the decay only": (STATE_SPACE.replace("step * self.two(x)", "self.two(x)"), {Mixer.RECURRENT}),
    "gate": (GATED, {Mixer.RECURRENT}),
    "lstm": ("return self.lstm(x)[0]", {Mixer.RECURRENT}),
    "convolution": ("return self.filter(x.mT).mT", {Mixer.CONV}),
    "convolution before a recurrence": (GATED.replace("self.two(x)", "self.filter(x.mT).mT"), {Mixer.RECURRENT}),
    "fourier": ("return torch.fft.fftn(x, dim=(1, 2)).real", {Mixer.FOURIER}),
    "pooling": ("return nn.functional.avg_pool1d(x.mT, 3, 1, 1).mT", {Mixer.POOL}),
    "map over positions": ("return self.across(self.norm(x).mT).mT", {Mixer.MLP}),
    "pooling beside a convolution": (
        "return self.filter(x.mT).mT * torch.sigmoid(nn.functional.adaptive_avg_pool1d(x.mT, 1).mT)",
        {Mixer.CONV},
    ),
    "a weighted sum": (
        "return self.one(x) * (self.two(x).softmax(1) * self.three(x)).sum(1, keepdim=True)",
        {Mixer.OTHER},
    ),
    "turned for a norm of channels": ("return self.one(self.channels(x.mT).mT)", set()),
    "each position alone": ("return self.two(torch.relu(self.one(x)))", set()),
    "a loop over the same numbers": (
        """
        y = self.one(x)
        for _ in range(3):
            y = 0.5 * y + self.two(x)
        return y
        """,
        set(),
    ),
    "a running count": ("return self.one(x) * torch.cumsum(self.two(x), -1)", set()),
}


@pytest.mark.parametrize("name", CASES)
def test_branches_are_told_by_what_they_compute(name: str) -> None:
    body, expected = CASES[name]
    lines = body if body.startswith("\n") else f"        {body}\n"
    query = Query(build_snippet(Example(HEAD + lines, {}, inputs={"x": ("float32", (2, 7, 8))})))
    assert mixers(query, frozenset(query.ops())) == expected
