"""Sizes of stacks: the features of a stream, and the fields that its depth comes from."""

from __future__ import annotations

from pathlib import Path

import analyzer
from analyzer.report import Finding

CODE = """
from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class ReedConfig:
    channels: int = 6
    storeys: int = 3


class Block(nn.Module):
    def __init__(self, config: ReedConfig):
        super().__init__()
        self.mix = nn.Conv1d(config.channels, config.channels, 3, padding=1)

    def forward(self, x):
        return x + torch.relu(self.mix(x))


class Reed(nn.Module):
    def __init__(self, config: ReedConfig):
        super().__init__()
        self.embed = nn.Embedding(20, config.channels)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.storeys)])

    def forward(self, input_ids):
        x = self.embed(input_ids).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return x
"""


def found(folder: Path, trait: str) -> Finding:
    (folder / "modeling_reed.py").write_text(CODE, encoding="utf-8")
    return next(one for one in analyzer.load("Reed", folder).findings() if one.trait == trait)


def test_features_of_a_stream_that_convolutions_read_are_its_channels(tmp_path: Path) -> None:
    hidden = found(tmp_path, "dims.hidden")
    assert (hidden.value, hidden.depends_on) == (6, ("config.channels",))


def test_depth_depends_on_the_field_that_makes_the_list(tmp_path: Path) -> None:
    layers = found(tmp_path, "dims.layers")
    assert (layers.value, layers.depends_on) == (3, ("config.storeys",))
    assert [place.text for place in layers.evidence][-1] == "storeys: int = 3"
