"""The cache gives back what was kept, for the same content only, and survives any damage."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from analyzer.sources import cache as module
from analyzer.sources.cache import SyntaxCache, default_cache_folder
from analyzer.sources.outline import Outline, outline
from analyzer.sources.parse import parse
from analyzer.sources.syntax import ModuleSyntax
from tests.sources.ast_reference import ours

TEXT = "class A(b.C):\n  x: int = 2\n  def f(self, *a, k=1j): return f'{a!r:>{k}}', b'x', 1 << 70, ...\n"


class Maker:
    """Counts how often something has to be made."""

    def __init__(self) -> None:
        self.made = 0

    def syntax(self) -> ModuleSyntax:
        self.made += 1
        return parse(TEXT)

    def outline(self) -> Outline:
        self.made += 1
        return outline(TEXT)


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_second_time_nothing_is_made(tmp_path: Path) -> None:
    maker = Maker()
    for _ in range(2):
        cache = SyntaxCache.open(tmp_path)
        syntax = cache.syntax(TEXT.encode(), maker.syntax)
        assert ours(syntax.body, TEXT) == ours(parse(TEXT).body, TEXT)
        assert msgspec.to_builtins(cache.outline(TEXT.encode(), maker.outline)) == msgspec.to_builtins(outline(TEXT))
    assert maker.made == 2
    assert len(entries(tmp_path)) == 2


def test_other_content_and_other_versions_are_other_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maker = Maker()
    SyntaxCache.open(tmp_path).syntax(b"a", maker.syntax)
    SyntaxCache.open(tmp_path).syntax(b"b", maker.syntax)
    monkeypatch.setattr(module, "LOWERING_VERSION", -1)
    SyntaxCache.open(tmp_path).syntax(b"a", maker.syntax)
    assert maker.made == 3


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"\x92\x91\x91\xa4Name\x90"])
def test_damaged_entry_is_made_again_and_repaired(tmp_path: Path, damage: bytes) -> None:
    maker = Maker()
    cache = SyntaxCache.open(tmp_path)
    cache.syntax(b"a", maker.syntax)
    (entry,) = entries(tmp_path)
    entry.write_bytes(damage)
    assert cache.syntax(b"a", maker.syntax).body
    assert cache.syntax(b"a", maker.syntax).body
    assert maker.made == 2
    assert entries(tmp_path) == [entry]


def test_cache_that_can_not_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "syntax").write_text("a file where the folder should be")
    maker = Maker()
    cache = SyntaxCache.open(tmp_path)
    assert cache.syntax(b"a", maker.syntax).body and cache.syntax(b"a", maker.syntax).body
    assert maker.made == 2


def test_folder_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASBUILT_CACHE_DIR", str(tmp_path))
    assert default_cache_folder() == tmp_path
    monkeypatch.delenv("ASBUILT_CACHE_DIR")
    assert default_cache_folder().name == "asbuilt"
