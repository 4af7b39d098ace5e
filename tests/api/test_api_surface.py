"""What ``import analyzer`` offers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import analyzer
from analyzer import api
from analyzer.api import place_of, read_config
from analyzer.base import InputError


def test_every_public_name_resolves_and_is_listed_once() -> None:
    assert len(analyzer.__all__) == len(set(analyzer.__all__))
    assert all(getattr(analyzer, name) is getattr(api, name) for name in analyzer.__all__)
    assert set(analyzer.__all__) <= set(api.__all__)
    assert set(analyzer.__all__) <= set(dir(analyzer))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        analyzer.__getattr__("colour")


def test_import_is_cheap() -> None:
    code = "import sys, analyzer; print([m for m in ('libcst', 'networkx', 'numpy', 'click') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["scan", "load", "each", "models", "load_packs", "vocabulary", "schema"])
def test_functions_say_what_they_return(name: str) -> None:
    function = getattr(analyzer, name)
    assert function.__doc__
    assert "return" in function.__annotations__


def test_config_is_read_from_file_folder_or_mapping(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"hidden_size": 3}')
    assert read_config(tmp_path / "config.json") == read_config(tmp_path) == read_config({"hidden_size": 3})
    assert read_config(None) is None


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [(b'{\n"a": 1,\n"b": }\n', 3, "not valid JSON"), (b"[1]", 1, "JSON object"), (b"\xff\xfe", 1, "not UTF-8")],
)
def test_broken_config_is_named_with_its_line(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as raised:
        read_config(path)
    assert (raised.value.path, raised.value.line) == (str(path), line)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_config(tmp_path / "no.json")
    with pytest.raises(InputError, match="no such file or folder"):
        place_of(tmp_path / "nowhere")
