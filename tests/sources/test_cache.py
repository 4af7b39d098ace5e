"""The cache gives back what was kept, for the same content only, and survives any damage."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs
import pytest

from analyzer import scan
from analyzer.sources import cache as module
from analyzer.sources.cache import SyntaxCache, default_cache_folder
from analyzer.sources.mentions import mentions
from analyzer.sources.outline import Outline, outline
from analyzer.sources.parse import parse
from analyzer.sources.syntax import ModuleSyntax
from tests.sources.ast_reference import ours

T = TypeVar("T")
ALDER = Path(__file__).parents[2] / "fixtures" / "alder"
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
    folder = default_cache_folder()
    assert folder is not None and folder.name == "asbuilt"


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither the environment nor the system knows a home, ``~`` stays as it is, and is no folder to make."""
    monkeypatch.delenv("ASBUILT_CACHE_DIR", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: "~/.cache/asbuilt")
    maker = Maker()
    cache = SyntaxCache.open()
    assert cache.syntax(b"a", maker.syntax).body and cache.syntax(b"a", maker.syntax).body
    assert maker.made == 2


# --- damage ------------------------------------------------------------------------------------------------------


def flipped(entry: Path, chance: random.Random) -> None:
    content = bytearray(entry.read_bytes())
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    entry.write_bytes(content)


def cut(entry: Path, chance: random.Random) -> None:
    content = entry.read_bytes()
    entry.write_bytes(content[: chance.randrange(len(content))])


def grown(entry: Path, chance: random.Random) -> None:
    entry.write_bytes(entry.read_bytes() + chance.randbytes(3))


def moved(entry: Path, chance: random.Random) -> None:
    content = entry.read_bytes()
    start, end = sorted(chance.sample(range(len(content)), 2))
    entry.write_bytes(content[start:end] + content[:start] + content[end:])


def noise(entry: Path, chance: random.Random) -> None:
    entry.write_bytes(chance.randbytes(chance.randint(0, 200)))


def swapped(entry: Path, chance: random.Random) -> None:
    """With another entry of the same kind, each sound in itself."""
    others = [path for path in entries(entry.parents[1]) if path.suffix == entry.suffix and path != entry]
    other = chance.choice([path for path in others if not path.is_symlink() and path.parent != entry] or [entry])
    mine, theirs = entry.read_bytes(), other.read_bytes()
    entry.write_bytes(theirs)
    other.write_bytes(mine)


def replaced_by_a_link(entry: Path, chance: random.Random) -> None:
    target = entry.with_name(f"{entry.name}.moved")
    entry.replace(target)
    entry.symlink_to(target)


def replaced_by_a_pipe(entry: Path, chance: random.Random) -> None:
    entry.unlink()
    os.mkfifo(entry)


def replaced_by_a_folder(entry: Path, chance: random.Random) -> None:
    entry.unlink()
    entry.mkdir()


def replaced_by_a_full_folder(entry: Path, chance: random.Random) -> None:
    entry.unlink()
    (entry / "inside").mkdir(parents=True)


def replaced_by_a_device(entry: Path, chance: random.Random) -> None:
    entry.unlink()
    entry.symlink_to("/dev/zero")


def closed(entry: Path, chance: random.Random) -> None:
    entry.chmod(0)


KINDS = (
    *(flipped, cut, grown, moved, noise, swapped, closed),
    *(replaced_by_a_link, replaced_by_a_pipe, replaced_by_a_folder, replaced_by_a_full_folder, replaced_by_a_device),
)


def recalled(folder: Path) -> tuple[list[object], int]:
    """What a cache in ``folder`` has of several texts, and how much of it had to be made."""
    cache, made, found = SyntaxCache.open(folder), [], list[object]()

    def noted(value: T) -> T:
        made.append(value)
        return value

    for number in range(8):
        text = TEXT.replace("x", f"x{number}")
        data = text.encode()
        syntax = cache.syntax(data, lambda text=text: noted(parse(text)))  # type: ignore[misc]
        found.append(syntax)
        found.append(cache.outline(data, lambda text=text: noted(outline(text))))  # type: ignore[misc]
        found.append(cache.mentions(data, lambda syntax=syntax: noted(mentions(syntax))))  # type: ignore[misc]
    return [msgspec.to_builtins(one, order="deterministic") for one in found], len(made)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_damaged_costs_time_and_nothing_else(
    kind: Callable[[Path, random.Random], None], tmp_path: Path
) -> None:
    whole, made = recalled(tmp_path)
    kept = entries(tmp_path)
    content = {path: path.read_bytes() for path in kept}
    assert len(kept) == made == 24
    chance = random.Random(7)
    for entry in kept:
        kind(entry, chance)
    again, made = recalled(tmp_path)
    assert again == whole
    if kind is not replaced_by_a_full_folder:  # which may hold anything, and is left alone
        assert {path: path.read_bytes() for path in kept} == content
        assert not any(path.is_symlink() for path in kept)
        assert recalled(tmp_path) == (whole, 0)
    if kind not in (closed, swapped):  # root reads what is closed, and what is swapped twice is back in its place
        assert made == 24


def test_damage_by_chance_never_loses_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASBUILT_CACHE_DIR", str(tmp_path))
    whole = scan(ALDER, jobs=1).to_json()
    kept = entries(tmp_path)
    assert len(kept) > 20
    chance = random.Random(11)
    for entry in kept:
        chance.choice(KINDS)(entry, chance)
    assert scan(ALDER, jobs=1).to_json() == whole


def test_what_messagepack_can_not_write_is_not_kept(tmp_path: Path) -> None:
    """A literal with half of a character, an integer beyond 64 bits."""
    cache = SyntaxCache.open(tmp_path)
    for text in ("x = '\\ud800'\n", f"x = {2**70}\n"):
        assert cache.syntax(text.encode(), lambda text=text: parse(text)).body  # type: ignore[misc]


def test_entries_are_the_users_alone(tmp_path: Path) -> None:
    cache = SyntaxCache.open(tmp_path / "cache")
    cache.syntax(b"a", Maker().syntax)
    (entry,) = entries(tmp_path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (entry, entry.parent)] == [0o600, 0o700]
