"""Models that the analysed library takes from another package, which may be installed beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from analyzer.base import GapCode
from analyzer.graph import BuiltModel, Status
from tests.names.trees import library, write

OAK = """
from torch import nn
from ...modeling_utils import PreTrainedModel
from ...utils.import_utils import is_timm_available
from .configuration_oak import OakConfig

if is_timm_available():
    import timm

class OakModel(PreTrainedModel):
    config: OakConfig

    def __init__(self, config: OakConfig):
        super().__init__()
        self.body = timm.create_model("fir", width=12)

    def forward(self, pixel_values):
        return self.body(pixel_values)

__all__ = ["OakModel"]
"""
UTILS = {
    "utils/__init__.py": "",
    "utils/import_utils.py": "def is_timm_available():\n    return 'timm' in _installed()\n",
    "models/oak/modeling_oak.py": OAK,
}
TIMM = {
    "__init__.py": "from .models import create_model\n",
    "models/factory.py": "from ..registry import known\n\ndef create_model(name, **kwargs):\n"
    "    return known[name](**kwargs)\n",
    "registry.py": """
import numbers, sys
import torch
known = {}

def register(function):
    module = sys.modules[function.__module__]
    assert hasattr(module, "__all__") and isinstance(3, numbers.Integral) and not isinstance(0.5, numbers.Integral)
    module.__all__.append(function.__name__)
    assert torch.finfo(torch.float16).bits == 16
    known[function.__name__] = function
    return function
""",
    "models/__init__.py": "from .fir import *\nfrom .factory import create_model\n",
    "models/fir.py": """
from torch import nn
from ..registry import register
__all__ = []

@register
def fir(width):
    return nn.Conv2d(3, width, 2)
""",
}


def built(tmp_path: Path) -> BuiltModel:
    return analyzer.load("OakModel", library(tmp_path, UTILS)).built


def test_a_package_beside_the_library_is_read(tmp_path: Path) -> None:
    write(tmp_path / "src" / "timm", TIMM)
    model = built(tmp_path)
    assert [str(gap) for gap in model.gaps] == []
    assert model.status is Status.COMPLETE
    assert {tensor.name: tuple(tensor.shape) for tensor in model.parameters} == {
        "body.weight": (12, 3, 2, 2),
        "body.bias": (12,),
    }


@pytest.mark.parametrize("elsewhere", ["nowhere", "timm"])
def test_without_it_what_it_gives_is_external(tmp_path: Path, elsewhere: str) -> None:
    write(tmp_path / elsewhere, TIMM)
    assert GapCode.EXTERNAL_SOURCE in {gap.code for gap in built(tmp_path).gaps}
