"""The hostile programs as files of model code."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from tests.attacks.families import deep, endless, special
from tests.attacks.placed import PLACED, Placed

PROGRAMS = Path(__file__).with_name("programs")
IMPORTS = """\
import collections, copy, functools, importlib, itertools, json, logging, math, operator, os, pathlib, re, string, sys
import numpy as np
import torch
from torch import nn
"""
MODEL = """
class Evil(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.lin = nn.Linear(dim, dim)
{constructor}

    def forward(self, x):
{forward}
"""
LEAK = """\
try:
    found = {code}
except Exception as error:
    found = error
raise ValueError(str(found)[:2000])
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile program: its name, the text of the file to scan, and what else stands in the folder."""

    name: str
    text: str
    beside: tuple[Placed, ...] = ()


def collection() -> tuple[Attack, ...]:
    """All programs: those of ``programs/*.toml`` by topic, those that are made, those with odd files beside them."""
    written = (attack for path in sorted(PROGRAMS.glob("*.toml")) for attack in _read(path))
    consuming = (Attack(name, framed("constructor", code)) for name, code in endless())
    syntax = (Attack(name, framed(place, code)) for name, place, code in (*deep(), *special()))
    files = (Attack(f"placed/{name}", _file(), beside) for name, beside in PLACED.items())
    return (*written, *consuming, *syntax, *files)


def constructors(path: Path) -> tuple[Attack, ...]:
    """The programs of a JSON file of another collection: bodies of constructors by name."""
    bodies = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Attack(name, framed("constructor", body)) for name, body in bodies.items())


def framed(place: str, code: str) -> str:
    """The file in which ``code`` stands at ``place``; the module's docstring of ``programs`` lists the places."""
    match place:
        case "constructor":
            return _file(constructor=code)
        case "forward":
            return _file(forward=code)
        case "module":
            return _file(before=code)
        case "value":
            return _file(constructor=f"x = {code}")
        case "leak":
            return _file(constructor=LEAK.format(code=code))
    raise ValueError(f"no place {place!r} for code")


def _read(path: Path) -> tuple[Attack, ...]:
    tables: Mapping[str, Mapping[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Attack(f"{path.stem}/{name}", framed(place, code))
        for place, programs in tables.items()
        for name, code in programs.items()
    )


def _file(before: str = "", constructor: str = "pass", forward: str = "return self.lin(x)") -> str:
    bodies = {
        "constructor": indent(constructor.strip("\n"), " " * 8),
        "forward": indent(forward.strip("\n"), " " * 8),
    }
    return IMPORTS + before + MODEL.format(**bodies)
