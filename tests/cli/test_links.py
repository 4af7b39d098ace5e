"""Places that open the file at their line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.text import Text

from analyzer.cli.links import with_links
from analyzer.cli.terminal import emit
from analyzer.outputs import Rendered

ROOT = Path("/some tree")


def links(rendered: Rendered) -> list[tuple[str, str]]:
    lines = [line for line in with_links(rendered, ROOT) if isinstance(line, Text)]
    return [(line.plain[one.start : one.end], one.style.link or "") for line in lines for one in line.spans]  # type: ignore[union-attr]


def test_every_place_of_a_line_is_a_link_that_is_a_uri() -> None:
    line = Text("norm  models/a/modeling_a.py:12  config.py:3: x")
    assert links([line]) == [
        ("models/a/modeling_a.py:12", "file:///some%20tree/models/a/modeling_a.py#12"),
        ("config.py:3", "file:///some%20tree/config.py#3"),
    ]


@pytest.mark.parametrize("text", ["/etc/x.py:1", "../x.py:1", "x.py:0", "x.py", "1234.py5:6", "x.python:3"])
def test_what_is_no_place_in_the_tree_is_no_link(text: str) -> None:
    assert links([Text(text)]) == []


def test_documents_and_plain_lines_stay_as_they_are() -> None:
    assert with_links("x.py:1", ROOT) == "x.py:1"
    assert with_links(b"x.py:1", ROOT) == b"x.py:1"
    assert list(with_links(["x.py:1"], ROOT)) == ["x.py:1"]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines = with_links([Text("see x.py:1")], ROOT)
    assert not isinstance(lines, str | bytes)
    emit(lines)
    return stream.getvalue()


def test_terminals_get_the_link_and_files_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed(monkeypatch, Screen())
    assert "\x1b]8;" in shown
    assert "file:///some%20tree/x.py#1" in shown
    assert printed(monkeypatch, io.StringIO()) == "see x.py:1\n"
