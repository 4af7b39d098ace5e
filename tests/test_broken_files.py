"""A file that cannot be read takes nothing from the models beside it, and a run for CI says so with its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzer import scan
from analyzer.cli import main

MODEL = """
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel
{imports}

class {name}Config(PreTrainedConfig):
    model_type = "{type}"

    def __init__(self, width=8, depth=3, **kwargs):
        self.width = width
        self.depth = depth
        super().__init__(**kwargs)


class {name}Model(PreTrainedModel):
    config_class = {name}Config

    def __init__(self, config):
        super().__init__(config)
        self.embed = nn.Embedding(10, config.width)
        self.up = nn.Linear(config.width, {out})

    def forward(self, input_ids):
        return self.up(self.embed(input_ids))
"""
BROKEN = "\ndef broken(:\n"


def model(name: str, out: str = "8", imports: str = "") -> str:
    return MODEL.format(name=name, type=name.lower(), out=out, imports=imports)


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def hazards(folder: Path) -> set[str]:
    return {one.message for one in scan(folder, jobs=1).findings if one.kind == "hazard" and "Ash" in one.class_name}


@pytest.mark.parametrize("where", ["modeling_oak.py", "oak/modeling_oak.py", "oak/__init__.py", "test_ash.py"])
@pytest.mark.parametrize("text", [model("Oak"), "# depth, self.depth\n'config.depth'\ndepth = 3\n"])
def test_a_broken_file_takes_no_finding_from_its_neighbours(tmp_path: Path, where: str, text: str) -> None:
    (tmp_path / "modeling_ash.py").write_text(model("Ash"))
    file = tmp_path / where
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    healthy = hazards(tmp_path)
    assert healthy == {"config.depth is declared and read by no code of the model"}
    file.write_text(text + BROKEN)
    assert hazards(tmp_path) == healthy


def test_what_a_broken_file_reads_counts_as_read(tmp_path: Path) -> None:
    """As it does when the file is whole."""
    (tmp_path / "modeling_ash.py").write_text(model("Ash"))
    (tmp_path / "layers.py").write_text("def layers(config):\n    return config.depth\n" + BROKEN)
    assert hazards(tmp_path) == set()


def test_the_exit_code_says_what_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "modeling_ash.py").write_text(model("Ash", out="config.depth"))
    assert command("scan", tmp_path, "--fail-on", "info", "--select", "HAZ").exit_code == 0
    (tmp_path / "modeling_oak.py").write_text(model("Oak") + BROKEN)
    result = command("scan", tmp_path, "--fail-on", "info", "--select", "HAZ")
    assert result.exit_code == 3
    assert "not read: modeling_oak.py:26: " in result.stderr
    assert command("scan", tmp_path, "--select", "HAZ").exit_code == 0
    (tmp_path / "modeling_ash.py").write_text(model("Ash"))
    assert command("scan", tmp_path, "--fail-on", "warning", "--select", "HAZ").exit_code == 1


def test_a_broken_file_that_a_model_imports_was_not_read_either(tmp_path: Path) -> None:
    (tmp_path / "modeling_ash.py").write_text(model("Ash", out="size(config.depth)", imports="from sizes import size"))
    (tmp_path / "sizes.py").write_text(BROKEN)
    result = command("scan", tmp_path / "modeling_ash.py", "--fail-on", "warning", "--select", "HAZ")
    assert result.exit_code == 3
    assert "not read: sizes.py:2: " in result.stderr
    assert "unreadable-source" in result.stdout


def test_nothing_but_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "modeling_oak.py").write_text(BROKEN)
    assert command("scan", tmp_path).exit_code == 2
    assert command("scan", tmp_path, "--fail-on", "warning").exit_code == 3
