"""Tables of literals, and the auto tables built of them."""

from __future__ import annotations

from pathlib import Path

from analyzer.frameworks.transformers.auto import read_auto_tables
from analyzer.names.literals import tables
from analyzer.sources.parse import parse
from tests.names.trees import library, opened_at

TABLES = """
A = OrderedDict([("a", "A1"), ("b", ("B1", "B2"))])
B = OrderedDict[str, str](**{"c": "C1"}, **A)
C: dict = {"d": "D1", **B, "e": f(x)}
C.update({"f": "F1"})
C["g"] = "G1"
D = dict(list(A.items()) + [("h", "H1")])
E = A | {"i": "I1"}
F = A.copy()
if something:
    F.update([("j", "J1")])
else:
    F = {}
G = {name: 1 for name in A}
A.update(unknown())
H = 3
"""


def test_tables_as_they_are_written() -> None:
    found = tables(parse(TABLES).body, {})
    a = {"a": "A1", "b": ("B1", "B2")}
    assert found == {
        "A": a,
        "B": {"c": "C1", **a},
        "C": {"d": "D1", "c": "C1", **a, "e": None, "f": "F1", "g": "G1"},
        "D": {**a, "h": "H1"},
        "E": {**a, "i": "I1"},
        "F": {**a, "j": "J1"},
    }
    assert list(found["B"]) == ["c", "a", "b"]


def test_auto_tables(tmp_path: Path) -> None:
    auto = read_auto_tables(opened_at(library(tmp_path)).module)
    assert auto.configs == {
        "oak": "OakConfig",
        "pine-tree": "PineConfig",
        "oak_text": "OakTextConfig",
        "bare": "BareConfig",
    }
    assert auto.package("pine-tree") == "transformers.models.pine"
    assert auto.package("big-oak") == "transformers.models.big_oak"
    assert auto.mappings["MODEL_MAPPING_NAMES"]["oak"] == ("OakModel", "OakHead")
    assert auto.types_of("OakHead") == ("oak",)
    assert auto.types_of("oak_text") == ("oak_text",)
    assert auto.errors == ()


def test_newer_layout_keeps_configurations_in_a_file_of_their_own(tmp_path: Path) -> None:
    changes = {
        "models/auto/auto_mappings.py": "CONFIG_MAPPING_NAMES = {'oak': 'OakConfig'}\n",
        "models/auto/configuration_auto.py": (
            "from .auto_mappings import CONFIG_MAPPING_NAMES\n"
            "CONFIG_MAPPING_NAMES = OrderedDict(**{'acorn': 'OakConfig'}, **CONFIG_MAPPING_NAMES)\n"
        ),
    }
    auto = read_auto_tables(opened_at(library(tmp_path, changes)).module)
    assert list(auto.configs) == ["acorn", "oak"]


def test_broken_auto_file_is_an_error_and_the_rest_is_read(tmp_path: Path) -> None:
    auto = read_auto_tables(opened_at(library(tmp_path, {"models/auto/modeling_auto.py": "x = ("})).module)
    assert [error.path for error in auto.errors] == ["models/auto/modeling_auto.py"]
    assert "oak" in auto.configs
