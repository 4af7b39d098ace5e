"""Small programs in which facts are shown: for each finder of ``analyzer.rule`` one that has what it finds."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.rule.example_programs import experts_example
from analyzer.rule.rule import Example


@dataclass(frozen=True, eq=False)
class FactProgram:
    """A program that has what some finders find."""

    example: Example


_DECODER = FactProgram(
    Example(
        """
import torch
from torch import nn


class TinyConfig:
    def __init__(self, vocab_size=96, hidden_size=32, heads=4, kv_heads=2, layers=2, eps=1e-6, theta=10000.0):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.heads = heads
        self.kv_heads = kv_heads
        self.layers = layers
        self.eps = eps
        self.theta = theta


class Norm(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.hidden_size))
        self.eps = config.eps

    def forward(self, x):
        wide = x.to(torch.float32)
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


def rotate_half(x):
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.kv_heads, self.size = config.heads, config.kv_heads, config.hidden_size // config.heads
        self.q = nn.Linear(config.hidden_size, self.heads * self.size)
        self.k = nn.Linear(config.hidden_size, self.kv_heads * self.size)
        self.v = nn.Linear(config.hidden_size, self.kv_heads * self.size)
        self.o = nn.Linear(self.heads * self.size, config.hidden_size, bias=False)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        q = self.q(x).view(batch, length, self.heads, self.size).transpose(1, 2)
        k = self.k(x).view(batch, length, self.kv_heads, self.size).transpose(1, 2)
        v = self.v(x).view(batch, length, self.kv_heads, self.size).transpose(1, 2)
        q, k = q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin
        k, v = k.repeat_interleave(2, dim=1), v.repeat_interleave(2, dim=1)
        scores = q @ k.transpose(-1, -2) * self.size**-0.5
        scores = scores + torch.full((length, length), torch.finfo(x.dtype).min).triu(1)
        weights = self.dropout(torch.softmax(scores, dim=-1, dtype=torch.float32).to(x.dtype))
        return self.o((weights @ v).transpose(1, 2).reshape(batch, length, -1))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.norm1, self.norm2 = Norm(config), Norm(config)
        self.attention = Attention(config)
        self.gate = nn.Linear(config.hidden_size, 64, bias=False)
        self.up = nn.Linear(config.hidden_size, 64, bias=False)
        self.down = nn.Linear(64, config.hidden_size, bias=False)

    def forward(self, x, cos, sin):
        x = x + self.attention(self.norm1(x), cos, sin)
        y = self.norm2(x)
        return x + self.down(nn.functional.silu(self.gate(y)) * self.up(y).clamp(max=30.0))


class TinyModel(nn.Module):
    def __init__(self, config: TinyConfig):
        super().__init__()
        self.config = config
        size = config.hidden_size // config.heads
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size)
        self.register_buffer("frequencies", config.theta ** (-torch.arange(0, size, 2) / size))
        self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = Norm(config)
        self.head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, input_ids):
        angles = torch.arange(input_ids.shape[1])[:, None] * self.frequencies
        angles = torch.cat((angles, angles), dim=-1)
        cos, sin = angles.cos(), angles.sin()
        x = self.embed(input_ids)
        for layer in self.layers:
            x = layer(x, cos, sin)
        return self.head(self.norm(x))
""",
        {},
    )
)
"""A decoder with rotary positions, grouped queries, a mask, a gated feed-forward part and tied embeddings."""

_EXPERTS = FactProgram(
    experts_example("weights, chosen = torch.topk(torch.softmax(self.router(x), dim=-1), 2)", finds=None)
)
"""A router and six experts, of which every token takes two."""

_OTHERS = {"routers": _EXPERTS}
"""Programs for what the decoder does not have, by the name of the finder."""


def program_of(finder: str) -> FactProgram:
    """The program in which what ``finder`` finds is shown."""
    return _OTHERS.get(finder, _DECODER)
