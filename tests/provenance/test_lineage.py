"""What a model derives from, and what no longer follows from its source."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from analyzer.frameworks.transformers.layout import LAYOUT
from analyzer.provenance import Drifting, Followed, Sources, chain_of, class_origins, copies, generated, parents_of
from analyzer.provenance.naming import prefixes, snake

OAK = """
from torch import nn


def turn(x, cos):
    return x * cos


class OakMLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.up = nn.Linear(config.size, config.size)

    def forward(self, x):
        return self.up(x)


class OakBlock(nn.Module):
    kind = "oak"

    def __init__(self, config):
        super().__init__()
        self.mlp = OakMLP(config)

    def forward(self, x):
        '''What it does.'''
        return x + self.mlp(x)

    def reset(self):
        return None
"""
MODULAR = """
from ..oak.modeling_oak import OakBlock, OakMLP


class PineMLP(OakMLP):
    pass


class PineBlock(OakBlock):
    def forward(self, x):
        return self.mlp(x)

    def reset(self):
        raise AttributeError("not here")

    def more(self):
        return 1
"""
PINE = """
from torch import nn


class PineMLP(nn.Module):
    def __init__(self, config: "PineConfig"):
        super().__init__()
        self.up = nn.Linear(config.size, config.size)

    def forward(self, x):
        return self.up(x)  # the same


class PineBlock(nn.Module):
    kind = "pine"

    def __init__(self, config):
        super().__init__()
        self.mlp = PineMLP(config)

    def forward(self, x):
        return self.mlp(x)

    def more(self):
        return 1


# Copied from transformers.models.oak.modeling_oak.turn
def turn(x, cos):
    return x * cos


# Copied from transformers.models.oak.modeling_oak.OakMLP with Oak->Fir
class FirMLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.up = nn.Linear(config.size, config.size)

    # Ignore copy
    def forward(self, x):
        return self.up(x) * 2
"""


def tree(root: Path, pine: str = PINE) -> Sources:
    for path, text in (
        ("models/oak/modeling_oak.py", OAK),
        ("models/pine/modular_pine.py", MODULAR),
        ("models/pine/modeling_pine.py", pine),
    ):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    return Sources(root, LAYOUT)


def test_chain_and_parents(tmp_path: Path) -> None:
    sources = tree(tmp_path)
    assert chain_of(sources, "models/pine") == ("pine", "oak")
    assert parents_of(sources, "models/pine") == {"oak": 2}
    assert chain_of(sources, "models/oak") == ("oak",)


def test_what_each_class_changes(tmp_path: Path) -> None:
    sources = tree(tmp_path)
    modular = sources.file("models/pine/modular_pine.py")
    assert modular is not None
    plain, block = class_origins(sources, modular)
    assert (plain.overridden, plain.added, plain.removed, plain.inherited) == ((), (), (), 2)
    assert (block.overridden, block.added, block.removed) == (("forward",), ("more",), ("reset",))
    assert (block.base, block.base_model, block.inherited) == ("OakBlock", "oak", 2)


def followed(sources: Sources) -> tuple[list[tuple[str, str, str]], int]:
    modular, modeling = (sources.file(f"models/pine/{name}_pine.py") for name in ("modular", "modeling"))
    assert modular is not None and modeling is not None
    found = (generated(sources, modular), copies(sources, modeling))
    drifts = [(drift.kind, drift.state, drift.name) for one in found for drift in one.drifts]
    return drifts, sum(one.count for one in found)


def test_code_that_follows(tmp_path: Path) -> None:
    assert followed(tree(tmp_path)) == ([], 8)


@pytest.mark.parametrize(
    ("old", "new", "drift"),
    [
        ("return self.up(x)  # the same", "return self.up(x) + 1", ("modular", "drifted", "PineMLP.forward")),
        (
            "        return self.mlp(x)\n",
            "        return x + self.mlp(x)\n",
            ("modular", "drifted", "PineBlock.forward"),
        ),
        ('kind = "pine"', 'kind = "larch"', ("modular", "drifted", "PineBlock.kind")),
        ("    return x * cos", "    return x + cos", ("copy", "drifted", "turn")),
    ],
)
def test_code_that_drifted(tmp_path: Path, old: str, new: str, drift: tuple[str, str, str]) -> None:
    assert PINE.count(old) == 1
    assert followed(tree(tmp_path, PINE.replace(old, new))) == ([drift], 7)


@pytest.mark.parametrize("mark", ["# TODO: turn again - Copied from", "# no longer exists: Copied from"])
def test_a_mark_that_is_only_a_note(tmp_path: Path, mark: str) -> None:
    drifted = PINE.replace("    return x * cos", "    return x + cos")
    noted = drifted.replace(
        "# Copied from transformers.models.oak.modeling_oak.turn", f"{mark} models.oak.modeling_oak.turn"
    )
    assert followed(tree(tmp_path, noted)) == ([], 7)


def test_a_copy_may_differ_where_its_body_says_so(tmp_path: Path) -> None:
    own = PINE.replace(
        "self.up = nn.Linear(config.size, config.size)\n\n    # Ignore", "self.up = 1  # own\n\n    # Ignore"
    )
    assert followed(tree(tmp_path, own))[0] == [("copy", "drifted", "FirMLP.__init__")]
    shown = own.replace("self.up = 1  # own", "# Ignore copy\n        self.up = 1")
    assert followed(tree(tmp_path, shown)) == ([], 7)
    behind = own.replace("self.up = 1  # own", "self.up = 1  # Ignore copy")
    assert followed(tree(tmp_path, behind)) == ([], 7)


def test_what_takes_in_its_parent_can_not_be_told(tmp_path: Path) -> None:
    sources = tree(tmp_path)
    path = tmp_path / "models/pine/modular_pine.py"
    path.write_text(path.read_text().replace("return self.mlp(x)", "return super().forward(x) - x"))
    assert followed(sources)[0] == [("modular", "unknown", "PineBlock.forward")]


def test_names_of_models() -> None:
    assert prefixes("LlamaMLP", "Qwen2MLP") == ("Llama", "Qwen2")
    assert prefixes("Dinov2PreTrainedModel", "RfDetrDinov2PreTrainedModel") == ("Dinov2", "RfDetrDinov2")
    assert prefixes("Alpha", "Beta") is None
    assert snake("RfDetrDinov2") == "rf_detr_dinov2"


def test_names_may_be_those_of_files(tmp_path: Path) -> None:
    tree(tmp_path)
    base = (
        "from torch import nn\n\n\nclass Oak2Head(nn.Module):\n    def forward(self, x):\n        return self.oak2(x)\n"
    )
    modular = "from ..oak.modeling_oak2 import Oak2Head\n\n\nclass PineTallHead(Oak2Head):\n    pass\n"
    made = base.replace("Oak2", "PineTall").replace("oak2", "pinetall_tree")
    (tmp_path / "models/oak/modeling_oak2.py").write_text(base)
    (tmp_path / "models/pine/modular_pinetall_tree.py").write_text(modular)
    (tmp_path / "models/pine/modeling_pinetall_tree.py").write_text(made)
    assert Drifting(tmp_path, LAYOUT).file("models/pine/modeling_pinetall_tree.py") == Followed(1, ())


def test_what_takes_in_a_parent_under_another_name_can_not_be_told(tmp_path: Path) -> None:
    sources = tree(tmp_path)
    calling = MODULAR.replace("return 1", "return super().reset_all()")
    (tmp_path / "models/pine/modular_pine.py").write_text(calling)
    source = sources.file("models/pine/modular_pine.py")
    assert source is not None
    assert [(one.name, one.state) for one in generated(sources, source).drifts] == [("PineBlock.more", "unknown")]


def test_drifts_of_the_classes_of_a_model(tmp_path: Path) -> None:
    changed = PINE.replace("return self.up(x)  # the same", "return self.up(x) + 1").replace("x * cos", "x + cos")
    tree(tmp_path, changed)
    path = "models/pine/modeling_pine.py"
    drifting = Drifting(tmp_path, LAYOUT)
    assert [one.name for one in drifting.file(path).drifts] == ["PineMLP.forward", "turn"]
    assert [one.name for one in drifting.classes([(path, "PineBlock")])] == ["turn"]
    assert [one.name for one in drifting.classes([(path, "PineMLP")])] == ["PineMLP.forward", "turn"]
