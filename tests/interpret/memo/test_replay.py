"""Copied constructions and rewritten calls change nothing but the time: the graph is as if all were interpreted."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from analyzer.graph import BuiltModel, Op, OpKind, Phase
from analyzer.interpret import Request, Session, open_workspace
from analyzer.interpret.memo.call_memo import CallMemo
from analyzer.interpret.memo.construction_memo import ConstructionMemo

HEAD = """
import torch
from torch import nn
"""
PROGRAMS = {
    "equal layers": """
class Part(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.up = nn.Linear(size, 2 * size)
        self.down = nn.Linear(2 * size, size, bias=False)

    def forward(self, x):
        return self.down(torch.relu(self.up(x)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part(8) for _ in range(4)])

    def forward(self, x):
        for part in self.parts:
            x = x + part(x)
        return x
""",
    "initialisation that calls modules": """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(8, 8)

    def forward(self, x):
        return torch.relu(self.lin(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part() for _ in range(4)])

    def _init_weights(self, module):
        if isinstance(module, Part):
            module.lin.weight.data.copy_(module(torch.ones(2, 7, 8)).mean())

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x
""",
    "settings that differ": """
class Part(nn.Module):
    def __init__(self, number):
        super().__init__()
        self.number = number
        self.lin = nn.Linear(8, 8)

    def forward(self, x):
        return self.lin(x) * self.number if self.number % 2 else self.lin(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part(i % 3) for i in range(6)])

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x
""",
    "shapes that differ": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        parts = [self.norm(x), self.norm(x[:, :3]), self.norm(x[:, :3]), self.norm(x.to(torch.float64))]
        return torch.cat(parts[:3], dim=1), parts[3]
""",
    "shared parameters": """
class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(8, 8)
        self.b = nn.Linear(8, 8)

    def forward(self, x):
        return self.b(self.a(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pairs = nn.ModuleList([Pair() for _ in range(4)])
        self.pairs[1].b.weight = self.pairs[1].a.weight
        self.pairs[3].a = self.pairs[0].a

    def forward(self, x):
        for pair in self.pairs:
            x = pair(x)
        return x
""",
    "results changed by the caller": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lins = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])

    def forward(self, x):
        for lin in self.lins:
            y = lin(x)
            y += 1
            y.mul_(2)
            x = y
        return x
""",
    "arguments changed by the module": """
class Part(nn.Module):
    def forward(self, x):
        x.view(-1, 4).add_(1)
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part() for _ in range(3)])

    def forward(self, x):
        y = x + 0
        for part in self.parts:
            part(y)
        return y
""",
    "lists filled by the module": """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x, out):
        out.append(x)
        self.seen.append(1)
        return x * len(self.seen)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        out = []
        for _ in range(3):
            x = self.part(x, out)
        return torch.stack(out)
""",
    "a count kept in a list": """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x):
        self.seen.append(1)
        return x * len(self.seen)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        for _ in range(3):
            x = self.part(x)
        return x
""",
    "a state on the module": """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = None
        self.lin = nn.Linear(8, 8)

    def forward(self, x):
        y = self.lin(x) if self.last is None else self.lin(x) + self.last
        self.last = y
        return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        for _ in range(3):
            x = self.part(x)
        return x
""",
    "a state on another object": """
class Store:
    def __init__(self):
        self.count = 0


class Part(nn.Module):
    def __init__(self, store):
        super().__init__()
        self.store = store

    def forward(self, x):
        self.store.count += 1
        return x * self.store.count


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        store = Store()
        self.parts = nn.ModuleList([Part(store) for _ in range(3)])

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x
""",
    "several results, and the argument itself": """
class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(8, 16)
        self.same = nn.Identity()

    def forward(self, x, scale=None):
        left, right = self.lin(x).chunk(2, dim=-1)
        if scale is not None:
            left = left * scale
        return (left, right), self.same(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part() for _ in range(3)])

    def forward(self, x):
        for part in self.parts:
            (left, right), same = part(x, scale=x)
            left.add_(1)
            x = left + right + same
        (left, right), same = self.parts[0](x)
        return left + right
""",
    "numbers known at the call": """
class Part(nn.Module):
    def forward(self, x, positions):
        return x * 2 if bool((positions > 2).any()) else x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        for stop in (2, 2, 5, 5):
            x = self.part(x, torch.arange(stop))
        return x
""",
    "one tensor or two": """
class Part(nn.Module):
    def forward(self, a, b):
        a = a.clone() if a is b else a
        return a + b


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        y = x * 2
        return self.part(x, y) + self.part(y, y) + self.part(y, x) + self.part(x, x)
""",
    "a module outside the tree": """
class Part(nn.Module):
    def forward(self, x):
        return nn.SiLU()(x) + nn.functional.silu(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.Sequential(Part(), Part(), Part())

    def forward(self, x):
        return self.parts(x)
""",
    "constructors that count": """
class Part(nn.Module):
    count = 0

    def __init__(self, size):
        super().__init__()
        Part.count += 1
        self.lin = nn.Linear(size, size * Part.count)

    def forward(self, x):
        return self.lin(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part(8) for _ in range(4)])

    def forward(self, x):
        return [part(x) for part in self.parts]
""",
    "copies that are changed afterwards": """
class Part(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.lin = nn.Linear(size, size)
        self.sizes = [size]

    def forward(self, x):
        return self.lin(x) * self.sizes[-1]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part(8) for _ in range(5)])
        self.parts[1].lin = nn.Linear(8, 8, bias=False)
        self.parts[2].sizes.append(3)
        self.parts[3].lin.bias = None

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_changes_but_the_time(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "modeling_net.py").write_text(HEAD + PROGRAMS[name])
    quick = _described(_built(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(CallMemo, "start", lambda *_: None)
        patch.setattr(ConstructionMemo, "key", lambda *_: None)
        slow = _described(_built(tmp_path))
    assert quick == slow


def test_equal_layers_are_interpreted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "modeling_net.py").write_text(HEAD + PROGRAMS["equal layers"])
    kept: list[str] = []
    copied: list[object] = []
    keep, copy = CallMemo.keep, ConstructionMemo.copy
    monkeypatch.setattr(CallMemo, "keep", lambda *args: (kept.append(args[2].cls.name), keep(*args))[1])
    monkeypatch.setattr(ConstructionMemo, "copy", lambda *args: (copied.append(made := copy(*args)), made)[1])
    _built(tmp_path)
    assert kept.count("Part") == 1
    assert sum(made is not None for made in copied) == 2


def test_a_finished_model_is_let_go_at_once(tmp_path: Path) -> None:
    (tmp_path / "modeling_net.py").write_text(HEAD + PROGRAMS["equal layers"])
    workspace = open_workspace(tmp_path)
    session = Session(workspace)
    request = Request(workspace.catalogue().find("Net"), inputs={"x": ("float32", (2, 7, 8))})
    gc.collect()
    gc.disable()
    try:
        before = _operations()
        model = session.build(request)
        assert _operations() > before
        del model
        session.machine.begin()
        assert _operations() == before
    finally:
        gc.enable()


def _operations() -> int:
    return sum(type(one) is Op for one in gc.get_objects())


def _built(folder: Path) -> BuiltModel:
    workspace = open_workspace(folder)
    entry = workspace.catalogue().find("Net")
    return Session(workspace).build(Request(entry, inputs={"x": ("float32", (2, 7, 8))}))


def _described(model: BuiltModel) -> list[object]:
    """Everything but what is recorded of the making of parameters, which copies share."""
    ops = [op for op in model.graph.ops if op.phase is Phase.FORWARD or op.kind in (OpKind.PARAMETER, OpKind.BUFFER)]
    numbers = {op: number for number, op in enumerate(ops)}
    rows: list[object] = [
        (
            (op.kind, op.target, dict(op.attributes), op.outputs, op.module, op.span, op.function, op.stack),
            (op.alias, op.inplace, op.repeated),
            [(one.slot, numbers.get(one.source), one.output) for one in op.operands if op.phase is Phase.FORWARD],
        )
        for op in ops
    ]
    results = [(one.slot, numbers[one.source], one.output) for one in model.graph.results]
    return [*rows, *results, model.status, model.calls, model.modules, model.parameters, model.tied, model.gaps]
