"""Keeps what was read of files between runs, addressed by their content."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from analyzer.sources.lower import LOWERING_VERSION
from analyzer.sources.mentions import MENTIONS_VERSION, Mentions
from analyzer.sources.outline import Outline
from analyzer.sources.syntax import ModuleSyntax

T = TypeVar("T")
OUTLINE_VERSION = 3
"""Counts changes of the outline's form; part of the key as the lowering's version is."""
_ENCODER = msgspec.msgpack.Encoder()
_SYNTAX = msgspec.msgpack.Decoder(ModuleSyntax)
_OUTLINE = msgspec.msgpack.Decoder(Outline)
_MENTIONS = msgspec.msgpack.Decoder(Mentions)


def default_cache_folder() -> Path:
    """``$ASBUILT_CACHE_DIR``, else the user's cache folder for this tool."""
    chosen = os.environ.get("ASBUILT_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("asbuilt", appauthor=False))


def tool_version() -> str:
    """The installed version of this tool, ``0`` when it runs without being installed."""
    try:
        return metadata.version("asbuilt")
    except metadata.PackageNotFoundError:
        return "0"


@dataclass(frozen=True, slots=True)
class SyntaxCache:
    """One MessagePack file for each content, in ``folder``; a damaged or unwritable cache only costs time."""

    folder: Path
    salt: bytes

    @classmethod
    def open(cls, folder: Path | None = None) -> SyntaxCache:
        """The cache in ``folder``, by default the user's; nothing is created before the first entry is kept."""
        salt = f"{LOWERING_VERSION}:{OUTLINE_VERSION}:{MENTIONS_VERSION}:{tool_version()}:".encode()
        return cls((folder or default_cache_folder()) / "syntax", salt)

    def syntax(self, data: bytes, make: Callable[[], ModuleSyntax]) -> ModuleSyntax:
        """What ``data`` was lowered to, or what ``make`` lowers it to now, which is kept."""
        return self._recalled(self._entry(data, "syntax"), _SYNTAX, make)

    def outline(self, data: bytes, make: Callable[[], Outline]) -> Outline:
        """The outline of ``data`` likewise."""
        return self._recalled(self._entry(data, "outline"), _OUTLINE, make)

    def mentions(self, data: bytes, make: Callable[[], Mentions]) -> Mentions:
        """The names that ``data`` mentions likewise."""
        return self._recalled(self._entry(data, "mentions"), _MENTIONS, make)

    def _recalled(self, entry: Path, decoder: msgspec.msgpack.Decoder[T], make: Callable[[], T]) -> T:
        try:
            return decoder.decode(entry.read_bytes())
        except (OSError, msgspec.MsgspecError, RecursionError):
            made = make()  # missing, unreadable or damaged: made again, and written again
        with contextlib.suppress(OSError, RecursionError):  # no space, no permission, too deep to encode: do without
            _keep(entry, _ENCODER.encode(made))
        return made

    def _entry(self, data: bytes, kind: str) -> Path:
        key = hashlib.sha256(self.salt + data).hexdigest()
        return self.folder / key[:2] / f"{key[2:]}.{kind}"


def _keep(entry: Path, content: bytes) -> None:
    """Writes in one step, so that no reader sees half an entry."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=entry.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(entry)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
