"""Short ways to write the examples of a rule in PyTorch.

Each function puts the few lines that an example is about into a small program that is otherwise the same, and returns
an :class:`Example` with the whole program. ``init`` is the body of a constructor and ``forward`` the body of a forward
call, both written as they stand in a file::

    block_example("self.norm = nn.LayerNorm(8)", "return self.norm(x)", finds="layernorm")

stands for the program::

    import torch
    from torch import nn


    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.LayerNorm(8)

        def forward(self, x):
            return self.norm(x)

The functions share these arguments:

``finds``
    What the rule must say: a value for each trait, or a single value for the rule's first trait (for its name if it
    has no traits). ``None`` stands for silence.
``inputs``
    Further inputs of the forward call, as element type and shape. ``None`` marks an optional one that the call leaves
    out.
``fields``
    Fields of a configuration class and their defaults. The constructor of the analysed class takes it as ``config``.
``prelude``
    Code above the classes, such as a helper function.
``class_body``
    Further lines of the analysed class: methods, class attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from textwrap import dedent, indent
from typing import TypeAlias

from analyzer.rule.rule import Example, expectation

Inputs: TypeAlias = Mapping[str, tuple[str, tuple[int, ...]] | None]

_NOTHING: Mapping[str, None] = {}
_CONVENTIONAL = ("", ())
"""An input whose element type and shape follow from its name."""
_INDENT = "    "
_IMPORTS = "import torch\nfrom torch import nn"
_PROJECT = "q, k, v = self.qkv(x).view(2, 7, 3, 4, 8).permute(2, 0, 3, 1, 4).unbind(0)"
_ATTEND = "y = torch.softmax(q @ k.transpose(-1, -2) * 8**-0.5, dim=-1) @ v"
_EXPERTS = """
y = torch.zeros_like(x)
for number in range(6):
    rows, place = torch.where(chosen == number)
    inner = nn.functional.silu(nn.functional.linear(x[rows], self.up[number]))
    y.index_add_(0, rows, nn.functional.linear(inner, self.down[number]) * weights[rows, place, None])
return y
"""


def block_example(
    init: str,
    forward: str,
    *,
    finds: object,
    width: int = 8,
    inputs: Inputs = _NOTHING,
    fields: Mapping[str, object] = _NOTHING,
    prelude: str = "",
    class_body: str = "",
) -> Example:
    """A module of its own, called with ``x``: float32 of shape (2, 7, ``width``), batch by positions by features.

    Args:
        init: Constructor, one assignment to ``self`` a line.
        forward: Forward call of ``x`` (and ``inputs``), with its ``return``.
    """
    given = {"x": ("float32", (2, 7, width)), **inputs}
    takes = ["config"] if fields else []
    block = _module("Block", takes, init, forward, given, class_body)
    return _example([_config(fields), prelude, block], finds, given)


def attention_example(
    attend: str = _ATTEND,
    *,
    finds: object,
    init: str = "self.qkv = nn.Linear(32, 96)",
    project: str = _PROJECT,
    inputs: Inputs = _NOTHING,
    fields: Mapping[str, object] = _NOTHING,
    prelude: str = "",
) -> Example:
    """Attention of four heads of eight features, called with ``x``: float32 of shape (2, 7, 32).

    Args:
        attend: Makes ``y`` of ``q``, ``k`` and ``v``; each is of shape (2, 4, 7, 8), batch by heads by positions by
            features.
        init: Constructor without the output projection, which is added.
        project: Makes ``q``, ``k`` and ``v`` of ``x``; by one matrix ``self.qkv`` if not given.
    """
    constructor = _lines(init, "self.out = nn.Linear(32, 32)")
    forward = _lines(project, attend, "return self.out(y.transpose(1, 2).reshape(2, 7, 32))")
    return block_example(constructor, forward, finds=finds, width=32, inputs=inputs, fields=fields, prelude=prelude)


def experts_example(route: str, *, finds: object, init: str = "") -> Example:
    """Six experts behind a router, called with ``x``: float32 of shape (14, 8), tokens by features.

    Args:
        route: Makes ``weights`` and ``chosen``, both tokens by choices, of ``x`` and the logits ``self.router(x)``.
        init: Further lines of the constructor.
    """
    own = """
    self.router = nn.Linear(8, 6, bias=False)
    self.up, self.down = nn.Parameter(torch.empty(6, 16, 8)), nn.Parameter(torch.empty(6, 8, 16))
    """
    given = {"x": ("float32", (14, 8))}
    return _example([_module("Block", [], _lines(own, init), _lines(route, _EXPERTS), given)], finds, given)


def model_example(
    init: str = "self.norm, self.up = nn.LayerNorm(8), nn.Linear(8, 8)",
    forward: str = "return x + self.up(self.norm(x))",
    *,
    finds: object,
    model: str = "",
    start: str = "x = self.embed(input_ids)",
    end: str = "return self.head(x)",
    width: int = 8,
    layers: int = 2,
    shared: str = "",
    inputs: Inputs = _NOTHING,
    fields: Mapping[str, object] = _NOTHING,
    prelude: str = "",
    class_body: str = "",
) -> Example:
    """A language model of equal blocks, called with ``input_ids``: int64 of shape (2, 7), batch by positions.

    Args:
        init: Constructor of a block. It takes ``config`` and the block's number ``index`` if it reads them.
        forward: Forward call of a block, from ``x`` (and ``shared``) to the next block's ``x``.
        model: Constructor of the model, an embedding and a head of 20 tokens if not given. The blocks are added.
        start: What the model does before the blocks: makes ``x`` of ``input_ids`` (and ``inputs``).
        end: What the model does after the blocks, with its ``return``.
        width: Number of features of ``x``.
        layers: Number of blocks.
        shared: Name of a variable that every block gets beside ``x``.
    """
    given = {"input_ids": ("int64", (2, 7)) if any(inputs.values()) else _CONVENTIONAL, **inputs}
    passed = ", ".join(filter(None, ["x", shared]))
    own = model or f"self.embed, self.head = nn.Embedding(20, {width}), nn.Linear({width}, 20, bias=False)"
    takes = [word for word in ("config", "index") if re.search(rf"\b{word}\b", init)]
    blocks = f"self.layers = nn.ModuleList([Block({', '.join(takes)}) for index in range({layers})])"
    loop = f"for layer in self.layers:\n    x = layer({passed})"
    block = _module("Block", takes, init, forward, dict.fromkeys(passed.split(", "), _CONVENTIONAL))
    constructor, call = _lines(own, blocks), _lines(start, loop, end)
    around = _module("Model", ["config"] if fields else [], constructor, call, given, class_body)
    return _example([_config(fields), prelude, block, around], finds, given)


def _example(parts: Iterable[str], finds: object, inputs: Inputs) -> Example:
    code = "\n\n\n".join(filter(None, [_IMPORTS, *map(_lines, parts)])) + "\n"
    given = {name: one for name, one in inputs.items() if one is not None and one != _CONVENTIONAL}
    return Example(code, expectation(finds), inputs=given or None)


def _module(name: str, takes: Iterable[str], init: str, forward: str, inputs: Inputs, class_body: str = "") -> str:
    """The text of a class of modules whose constructor takes ``config``, ``index``, both or none of them."""
    constructor = ["self", *("config: Config" if word == "config" else word for word in takes)]
    call = ["self", *(word if one is not None else f"{word}=None" for word, one in inputs.items())]
    members = [
        f"def __init__({', '.join(constructor)}):\n" + indent(_lines("super().__init__()", init), _INDENT),
        f"def forward({', '.join(call)}):\n" + indent(_lines(forward), _INDENT),
        *filter(None, [_lines(class_body)]),
    ]
    return f"class {name}(nn.Module):\n" + indent("\n\n".join(members), _INDENT)


def _config(fields: Mapping[str, object]) -> str:
    """The text of a configuration class with these fields and defaults, empty without any."""
    if not fields:
        return ""
    parameters = ", ".join(f"{name}={default!r}" for name, default in fields.items())
    body = "\n".join(f"self.{name} = {name}" for name in fields)
    return f"class Config:\n    def __init__(self, {parameters}):\n" + indent(body, 2 * _INDENT)


def _lines(*parts: str) -> str:
    """``parts`` below each other, each without the indentation that it has in the rule's file."""
    return "\n".join(filter(None, (dedent(part).strip("\n") for part in parts)))
