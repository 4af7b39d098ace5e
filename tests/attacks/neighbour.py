"""Healthy models to stand beside a hostile one, with what a poisoned library would change."""

from __future__ import annotations

from pathlib import Path

HEALTHY = """
import math

import torch
import torch.nn.functional as F
from torch import nn
from transformers import PreTrainedModel, PretrainedConfig
from transformers.activations import ACT2FN


class GoodConfig(PretrainedConfig):
    model_type = "good"

    def __init__(self, vocab_size=64, hidden_size=16, num_heads=2, num_layers=2, hidden_act="gelu", **kwargs):
        super().__init__(**kwargs)
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_heads = num_heads
        self.num_layers = num_layers
        self.hidden_act = hidden_act


class GoodNorm(nn.Module):
    def __init__(self, size, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


class GoodAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.num_heads
        self.size = config.hidden_size // config.num_heads
        self.scale = 1 / math.sqrt(self.size)
        self.qkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(q, k.transpose(-1, -2)) * self.scale
        weights = F.softmax(scores, dim=-1, dtype=torch.float32).to(q.dtype)
        return self.out(torch.matmul(weights, v).transpose(1, 2).reshape(batch, length, width))


class GoodLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.before = GoodNorm(config.hidden_size)
        self.attention = GoodAttention(config)
        self.after = nn.LayerNorm(config.hidden_size, eps=1e-5)
        self.up = nn.Linear(config.hidden_size, 4 * config.hidden_size)
        self.act = ACT2FN[config.hidden_act]
        self.down = nn.Linear(4 * config.hidden_size, config.hidden_size)

    def forward(self, x):
        x = x + self.attention(self.before(x))
        return x + self.down(self.act(self.up(self.after(x))))


class GoodModel(PreTrainedModel):
    config_class = GoodConfig

    def __init__(self, config: GoodConfig):
        super().__init__(config)
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList([GoodLayer(config) for _ in range(config.num_layers)])
        self.norm = nn.LayerNorm(config.hidden_size)
        self.post_init()

    def forward(self, input_ids: torch.LongTensor):
        x = self.embed(input_ids)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)
"""
FIRST, LAST = "modeling_again.py", "modeling_good.py"
HEALTHY_FILES = {FIRST: HEALTHY.replace("Good", "Again").replace('"good"', '"again"'), LAST: HEALTHY}
"""Files that come before and after any ``modeling_evil*.py`` in the order of names."""


def put_healthy(folder: Path) -> None:
    """Writes the healthy models into ``folder``."""
    for name, text in HEALTHY_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
