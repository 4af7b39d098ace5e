"""One model never changes another, whatever it does to what both use."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.interpret import Request, Session, open_workspace
from tests.corpus import pinned

HEALTHY = """
import torch
from torch import nn

TABLE = {"width": 8}
SEEN = []
NUMBERS = torch.tensor([3, 4])


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide = nn.Linear(8, 8)
        self.register_buffer("mask", torch.ones(8))

    def forward(self, x):
        return self.wide(x) * self.mask if self.training else self.wide(x) * 2


PART = Part()
HOOK = PART.register_forward_hook(lambda *given: given[2] + 1)


class Healthy(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(TABLE["width"])
        self.inner = nn.Linear(8, 8)
        self.part = nn.Linear(int(NUMBERS.sum()), len(PART.state_dict()))
        self.count = len(SEEN)

    def forward(self, x: torch.Tensor):
        return PART(x) + self.inner(self.norm(x))
"""
EVIL = """
import itertools
import torch
from torch import nn
from modeling_healthy import HOOK, NUMBERS, PART, SEEN, TABLE, Healthy

numbers = itertools.count(8)
GLOBAL = 8
{before}

class Evil(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 8)
{body}
    def forward(self, x: torch.Tensor):
        return self.inner(x)
"""
CHANGES = {
    "class": "nn.LayerNorm.forward = lambda self, x: x",
    "base class": "nn.Module.__init__ = None",
    "table": "TABLE['width'] = 4",
    "list": "SEEN.append(1)",
    "list in place": "SEEN += [1]",
    "deleted": "del Healthy.forward",
    "namespace": "vars(Healthy)['forward'] = None",
    "function": "torch.nn.functional.layer_norm = None",
    "set of attributes": "setattr(nn.Linear, 'forward', None)",
    "python's own": "list.append = None",
    "numbers of a tensor": "NUMBERS.fill_(1)",
    "numbers of a part of a tensor": "NUMBERS[0] = 1",
    "a shared module": "PART.wide = nn.Identity()",
    "mode of a shared module": "PART.train(not PART.training)",
    "modules of a shared module": "del PART._modules['wide']",
    "parameters of a shared module": "PART.wide.register_parameter('weight', None)",
    "buffers of a shared module": "PART.register_buffer('mask', None, persistent=False)",
    "hook that is taken away": "HOOK.remove()",
    "hook of a shared module": "PART.register_forward_hook(lambda *given: given[2] * 3)",
    "weights of a shared module": "PART.wide.weight.data.fill_(1.0)",
    "class of a shared module": "PART.__class__ = nn.Identity",
    "functions of a shared module": "PART.forward = lambda x: x",
    "type of a shared module": "PART.half()",
}


def parts(folder: Path, **options: Any) -> list[Any]:
    report = analyzer.scan(folder, jobs=1, all_classes=True, **options)
    models = [model for model in report.models if model.class_name == "Healthy"]
    return [models, [finding for finding in report.findings if finding.class_name == "Healthy"]]


def tree(folder: Path, before: str = "", body: str = "") -> Path:
    folder.mkdir()
    (folder / "modeling_healthy.py").write_text(HEALTHY)
    evil = EVIL.format(before=before, body="".join(f"        {line}\n" for line in body.splitlines()))
    (folder / "modeling_evil.py").write_text(evil)
    return folder


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    return parts(tree(tmp_path_factory.mktemp("alone") / "scanned"))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("place", ["constructor", "module"])
def test_a_model_changes_no_other(place: str, change: str, alone: list[Any], tmp_path: Path) -> None:
    given = {"body": change} if place == "constructor" else {"before": f"try:\n    {change}\nexcept TypeError: pass"}
    assert parts(tree(tmp_path / "scanned", **given)) == alone


def test_global_counters_start_anew(tmp_path: Path) -> None:
    body = "global GLOBAL\nGLOBAL += 1\nself.wide = nn.Linear(GLOBAL, next(numbers))"
    folder = tree(tmp_path / "scanned", body=body)
    (folder / "modeling_more.py").write_text(
        "from torch import nn\nfrom modeling_evil import Evil\n\nclass More(Evil):\n    pass\n"
    )
    sizes = {
        order: tuple(
            model.parameters for model in analyzer.scan(folder, jobs=1, models=list(order)).models if model.parameters
        )
        for order in permutations(("Evil", "More"))
    }
    assert len(set(sizes.values())) == 1


def test_loaded_modules_serve_the_next_model() -> None:
    """Loading the tables of automatic classes gives documentation to copies of functions: nothing shared changes."""
    workspace = open_workspace(pinned())
    session = Session(workspace)
    loaded = session.machine
    assert session.build(Request(workspace.catalogue().find("vision-encoder-decoder"), trace=False)).parameters
    assert session.machine is loaded
