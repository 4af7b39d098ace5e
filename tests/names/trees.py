"""Small source trees for the tests of names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer.frameworks import FRAMEWORKS
from analyzer.names import Workspace

MODELS = {
    "__init__.py": (
        "from typing import TYPE_CHECKING\n"
        "__version__ = '4.99.0'\n"
        "_import_structure = {'modeling_utils': ['PreTrainedModel']}\n"
        "if TYPE_CHECKING:\n"
        "    from .configuration_utils import PretrainedConfig\n"
        "    from .modeling_utils import PreTrainedModel\n"
        "    from .models import *\n"
        "else:\n"
        "    import sys\n"
        "    sys.modules[__name__] = _LazyModule(__name__, _import_structure)\n"
    ),
    "configuration_utils.py": "class PretrainedConfig:\n    model_type = ''\n\nPreTrainedConfig = PretrainedConfig\n",
    "modeling_utils.py": "from torch import nn\n\nclass PreTrainedModel(nn.Module):\n    def forward(self): ...\n",
    "models/__init__.py": "from .oak import *\nfrom .pine import *\n",
    "models/auto/__init__.py": "",
    "models/auto/configuration_auto.py": (
        "from collections import OrderedDict\n"
        "CONFIG_MAPPING_NAMES = OrderedDict([('oak', 'OakConfig'), ('pine-tree', 'PineConfig')])\n"
        "CONFIG_MAPPING_NAMES.update({'oak_text': 'OakTextConfig', 'bare': 'BareConfig'})\n"
        "SPECIAL_MODEL_TYPE_TO_MODULE_NAME = {'pine-tree': 'pine', 'oak_text': 'oak', 'bare': 'oak'}\n"
    ),
    "models/auto/modeling_auto.py": (
        "from collections import OrderedDict\n"
        "from .configuration_auto import CONFIG_MAPPING_NAMES\n"
        "MODEL_MAPPING_NAMES = OrderedDict([('oak', ('OakModel', 'OakHead')), ('pine-tree', 'PineModel')])\n"
        "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES = OrderedDict([('oak', 'OakHead'), ('pine-tree', 'Nowhere')])\n"
    ),
    "models/oak/__init__.py": (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from .configuration_oak import *\n    from .modeling_oak import *\n"
    ),
    "models/oak/configuration_oak.py": (
        "from ...configuration_utils import PretrainedConfig\n"
        "class OakTextConfig(PretrainedConfig):\n    model_type = 'oak_text'\n"
        "class OakConfig(PretrainedConfig):\n"
        "    model_type = 'oak'\n    sub_configs = {'text_config': OakTextConfig}\n"
        "class BareConfig(PretrainedConfig):\n    model_type = 'bare'\n"
        "class HiddenConfig(PretrainedConfig):\n    model_type = 'hidden'\n"
        "__all__ = ['OakConfig', 'OakTextConfig', 'BareConfig']\n"
    ),
    "models/oak/modeling_oak.py": (
        "from torch import nn\n"
        "from ...modeling_utils import PreTrainedModel\n"
        "from .configuration_oak import OakConfig, OakTextConfig, HiddenConfig\n"
        "class Base(PreTrainedModel):\n    config: OakConfig\n"
        "class OakModel(Base):\n    def forward(self, x): ...\n"
        "class OakHead(Base):\n    config: OakTextConfig\n"
        "    def __init__(self, config): self.model = OakModel(config)\n    def forward(self, x): ...\n"
        "class Inner(Base):\n    def __init__(self, config: HiddenConfig): ...\n    def forward(self, x): ...\n"
        "class Outer(Base):\n    config_class = HiddenConfig\n"
        "    def __init__(self, config): self.part = Inner(config)\n    def forward(self, x): ...\n"
        "class Layer(nn.Module):\n    def forward(self, x): ...\n"
        "__all__ = ['OakModel', 'OakHead']\n"
    ),
    "models/pine/__init__.py": "from .configuration_pine import *\nfrom .modeling_pine import *\n",
    "models/pine/configuration_pine.py": (
        "from ..oak.configuration_oak import OakConfig\nclass PineConfig(OakConfig):\n    model_type = 'pine-tree'\n"
    ),
    "models/pine/modeling_pine.py": (
        "from ..oak.modeling_oak import OakModel\nfrom .configuration_pine import PineConfig\n"
        "class PineModel(OakModel):\n    config_class = PineConfig\n"
    ),
    "models/pine/modular_pine.py": (
        "from ..oak.modeling_oak import OakModel, OakHead\nfrom .configuration_pine import PineConfig\n"
        "class PineModel(OakModel):\n    pass\nclass PineHead(OakHead):\n    pass\n"
    ),
}
"""A library laid out like transformers 4, with two families."""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """The folder ``root`` with ``files``."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def library(tmp_path: Path, changes: Mapping[str, str] | None = None) -> Path:
    """The folder of a small library like transformers."""
    return write(tmp_path / "src" / "transformers", {**MODELS, **(changes or {})})


def opened(root: Path, files: Mapping[str, str], **options: object) -> Workspace:
    """A workspace on a folder with ``files``."""
    return opened_at(write(root, files), **options)


def opened_at(path: Path | None, **options: object) -> Workspace:
    """A workspace that knows the frameworks."""
    return Workspace.open(path, frameworks=FRAMEWORKS, **options)  # type: ignore[arg-type]
