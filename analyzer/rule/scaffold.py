"""The text of a new rule, in Python or as data, that passes its own examples."""

from __future__ import annotations

import re
from string import Template

from analyzer.base import InputError


def scaffold(name: str, identifier: str = "USR001", trait: str = "") -> str:
    """A working rule file in Python. Raises InputError for a name or id of the wrong form."""
    _check(name, identifier)
    chosen = trait or "own." + name.replace("-", "_")
    return _PYTHON.substitute(name=name, identifier=identifier, trait=chosen)


def data_scaffold(name: str, identifier: str = "USR001") -> str:
    """A working rule file in TOML. Raises InputError for a name or id of the wrong form."""
    _check(name, identifier)
    return _DATA.substitute(name=name, identifier=identifier)


def _check(name: str, identifier: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise InputError(f"{name!r} is not words-with-hyphens", code="bad-rule")
    if not re.fullmatch(r"[A-Z]{2,5}[0-9]{3}", identifier):
        raise InputError(f"{identifier!r} is not letters and three digits like USR001", code="bad-rule")


_PYTHON = Template('''"""How many activations a block applies.

Say here what the rule finds and why it matters; the first line is its title.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Group, Match, Query, Rule, at


def check(query: Query) -> Iterable[Match]:
    activations = query.ops(*Group.ACTIVATION)
    if activations:
        yield Match(len(activations), tuple(at("activation", op) for op in activations))


RULE = Rule(
    "$identifier",
    "$name",
    check,
    traits=("$trait",),
    examples=(
        Example(
            """
            from torch import nn


            class Block(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.up = nn.Linear(8, 32)
                    self.down = nn.Linear(32, 8)

                def forward(self, hidden):
                    return self.down(nn.functional.silu(self.up(hidden)))
            """,
            {"$trait": 1},
            inputs={"hidden": ("float32", (2, 7, 8))},
        ),
        Example(
            """
            from torch import nn


            class Plain(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.only = nn.Linear(8, 8)

                def forward(self, hidden):
                    return self.only(hidden)
            """,
            {"$trait": None},
            inputs={"hidden": ("float32", (2, 7, 8))},
        ),
    ),
)
''')

_DATA = Template('''id = "$identifier"
name = "$name"
title = "Attention whose softmax runs in the model's own type."
why = """
Say here why it matters. In half precision a softmax loses small weights.
"""

# Traits (`asbuilt traits`), configuration fields (config.hidden_size) and structures (norm, rope, attention, ...) with
# =  !=  <  <=  >  >=  in [..]  not in [..]   is present|absent|known|unknown   before  after   and  or  not  ( )
when = 'attention.softmax_dtype = "model" and attention.sinks = false'
message = "the softmax runs in the type of the {attention.softmax_dtype}"
severity = "warning" # info, warning or error: what `asbuilt scan --fail-on` compares
references = []

# Leave this table out to look at all models and all their layers.
[scope]
model_types = ["*"]
stacks = "any" # or "main"

[[examples]]
expect = "match" # or "no match", "unknown"
inputs = { hidden = ["float32", [2, 7, 32]] }
code = """
import torch
from torch import nn


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.fused = nn.Linear(32, 96)
        self.out = nn.Linear(32, 32)

    def forward(self, hidden):
        q, k, v = self.fused(hidden).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, dim=-1)
        return self.out((weights @ v).transpose(1, 2).reshape(2, 7, 32))
"""

[[examples]]
expect = "no match"
inputs = { hidden = ["float32", [2, 7, 32]] }
code = """
import torch
from torch import nn


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.fused = nn.Linear(32, 96)
        self.out = nn.Linear(32, 32)

    def forward(self, hidden):
        q, k, v = self.fused(hidden).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, dim=-1, dtype=torch.float32).to(v.dtype)
        return self.out((weights @ v).transpose(1, 2).reshape(2, 7, 32))
"""
''')
