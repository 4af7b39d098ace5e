"""Element types in ``asbuilt graph``: those that the weights have."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from analyzer.cli import main
from tests.test_readme import ROOT

NORM = "model.blocks.0.attention_norm"


def graph(*options: str) -> str:
    result = CliRunner().invoke(main, ["graph", f"alder@{ROOT / 'fixtures' / 'alder'}", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
def test_weights_have_the_type_that_is_asked_for(dtype: str) -> None:
    text = graph("--dtype", dtype)
    assert f":{dtype}[" in text
    assert {"bfloat16", "float16", "float32"} - {dtype, "float32"} <= {
        other for other in ("bfloat16", "float16", "float32") if f":{other}[" not in text
    }


def test_the_default_is_the_configurations_type() -> None:
    assert graph() == graph("--dtype", "bfloat16")  # as language models are served
    assert graph("--set", "dtype=float16") == graph("--set", "dtype=float16", "--dtype", "float16")


def test_casts_name_their_type() -> None:
    assert "[dtype=float32](" in graph("--dtype", "bfloat16")
