"""A small decoder that has a place for every rewrite. It is read, never imported."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Scale(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        dtype = x.dtype
        x = x.to(torch.float32)
        variance = x.pow(2).mean(-1, keepdim=True)
        x = x * torch.rsqrt(variance + self.eps)
        return self.weight * x.to(dtype)


class Angles(nn.Module):
    def __init__(self, width):
        super().__init__()
        frequencies = 1.0 / (10000.0 ** (torch.arange(0, width, 2).float() / width))
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, x):
        places = torch.arange(x.shape[1])
        angles = places[:, None].float() * self.frequencies[None, :]
        angles = torch.cat((angles, angles), dim=-1)
        return angles.cos(), angles.sin()


def half_turned(x):
    first, second = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2 :]
    return torch.cat((-second, first), dim=-1)


def turned(x, cos, sin):
    return x * cos.unsqueeze(0) + half_turned(x) * sin.unsqueeze(0)


class Mixing(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.joint = nn.Linear(width, 2 * width)
        self.o_proj = nn.Linear(width, width, bias=False)
        self.scale = self.size**-0.5
        self.root = math.sqrt(self.size)

    def forward(self, x, cos, sin, mask=None, position_bias=None):
        batch, length = x.size(0), x.shape[1]
        if self.heads > 1:
            shape = (batch, length, self.heads, self.size)
        else:
            shape = (batch, length, 1, -1)
        q = self.q_proj(x).view(shape).transpose(1, 2)
        k, v = self.joint(x).chunk(2, dim=-1)
        k = k.view(shape).transpose(1, 2)
        v = v.view(shape).transpose(1, 2)
        q, k = turned(q, cos, sin), turned(k, cos, sin)
        scores = torch.matmul(q, k.transpose(2, 3)) * self.scale
        keep = torch.ones(length, length).tril().bool()
        scores = scores.masked_fill(~keep, torch.finfo(scores.dtype).min)
        weights = nn.functional.softmax(scores, dim=-1, dtype=torch.float32).to(q.dtype)
        y = (weights @ v).transpose(1, 2).flatten(2)
        return self.o_proj(y)


class Widening(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gate = nn.Linear(width, 4 * width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Choosing(nn.Module):
    def __init__(self, width, experts=4):
        super().__init__()
        self.router = nn.Linear(width, experts, bias=False)
        self.experts = nn.ModuleList([Widening(width) for _ in range(experts)])

    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        weights = F.softmax(self.router(flat), dim=-1)
        weights, chosen = torch.topk(weights, 2, dim=-1)
        weights = weights / weights.sum(dim=-1, keepdim=True)
        total = torch.zeros_like(flat)
        for number, expert in enumerate(self.experts):
            rows, place = torch.where(chosen == number)
            total.index_add_(0, rows, expert(flat[rows]) * weights[rows, place, None])
        return total.view(x.shape)


class Layer(nn.Module):
    def __init__(self, width, heads, sparse):
        super().__init__()
        self.first, self.second = Scale(width), Scale(width)
        self.mixing = Mixing(width, heads)
        self.wide = Choosing(width) if sparse else Widening(width)
        self.drop = nn.Dropout(0.1)

    def forward(self, x, cos, sin):
        x = x + self.drop(self.mixing(self.first(x), cos, sin))
        return x + self.wide(self.second(x))


class Sample(nn.Module):
    def __init__(self, width=32, heads=4, layers=3):
        super().__init__()
        self.tokens = nn.Embedding(100, width)
        self.angles = Angles(width // heads)
        self.layers = nn.ModuleList([Layer(width, heads, number == 1) for number in range(layers)])
        self.last = nn.LayerNorm(width)
        self.head = nn.Linear(width, 100, bias=False)
        self.factor = 4.0

    def logits(self, x):
        if self.factor is not None:
            return (x / self.factor) * 2.0 * 0.5
        return x

    def forward(self, input_ids):
        x = self.tokens(input_ids)
        x = 3.0 * x
        cos, sin = self.angles(x)
        for layer in self.layers:
            x = layer(x, cos, sin)
        middle = self.last(x)
        y = self.head(middle)
        y += torch.mean(middle - x, dim=-1, keepdim=True) + y.float().square().sum(-1, keepdim=True) + 1.0
        return self.logits(y)
