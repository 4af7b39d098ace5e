"""The files that ``asbuilt rules new`` writes: a small rule, in Python or as data, that passes its own examples."""

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

from analyzer.rule import Group, Match, Query, Rule, at, block_example


def check(query: Query) -> Iterable[Match]:
    activations = query.ops(*Group.ACTIVATION)
    if activations:
        yield Match(len(activations), tuple(at("activation", op) for op in activations))


# What a module constructs, what it computes of x, and what the rule must find in it (None: nothing). There are also
# attention_example, experts_example and model_example; Example takes a whole program.
EXAMPLES = (
    block_example("self.up = nn.Linear(8, 32)", "return nn.functional.silu(self.up(x))", finds=1),
    block_example("self.up = nn.Linear(8, 32)", "return self.up(x)", finds=None),
)

RULE = Rule("$identifier", "$name", check, traits=("$trait",), examples=EXAMPLES)
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

# What an attention computes of q, k and v, and whether the rule must find it. Instead of attention there may be
# block = { init = "...", forward = "..." }, model = { ... }, or code = """a whole program""" with its inputs.
[[examples]]
expect = "match" # or "no match", "unknown"
attention = { attend = "y = torch.softmax(q @ k.mT * 8**-0.5, -1) @ v" }

[[examples]]
expect = "no match"
attention = { attend = "y = torch.softmax(q @ k.mT * 8**-0.5, -1, dtype=torch.float32).to(v.dtype) @ v" }
''')
