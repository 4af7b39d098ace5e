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

from analyzer.base import InputError
from analyzer.sources.lower import LOWERING_VERSION
from analyzer.sources.mentions import MENTIONS_VERSION, Mentions
from analyzer.sources.outline import Outline
from analyzer.sources.read import read_unlinked
from analyzer.sources.syntax import ModuleSyntax

T = TypeVar("T")
OUTLINE_VERSION = 3
"""Counts changes of the outline's form; part of the key as the lowering's version is."""
_ENTRY_VERSION = 2
"""Counts changes of the form of entries likewise."""
_CHECKSUM = 16
_SIZE_LIMIT = 500_000_000
_ENCODER = msgspec.msgpack.Encoder()
_SYNTAX = msgspec.msgpack.Decoder(ModuleSyntax)
_OUTLINE = msgspec.msgpack.Decoder(Outline)
_MENTIONS = msgspec.msgpack.Decoder(Mentions)


def default_cache_folder() -> Path | None:
    """``$ASBUILT_CACHE_DIR``, else the user's cache folder for this tool; None for a user without a home."""
    chosen = os.environ.get("ASBUILT_CACHE_DIR")
    if chosen:
        return Path(chosen)
    folder = Path(platformdirs.user_cache_dir("asbuilt", appauthor=False))
    return folder if folder.is_absolute() else None


def tool_version() -> str:
    """The installed version of this tool, ``0`` when it runs without being installed."""
    try:
        return metadata.version("asbuilt")
    except metadata.PackageNotFoundError:
        return "0"


@dataclass(frozen=True, slots=True)
class SyntaxCache:
    """One file for each content, in ``folder``: a checksum of key and content, then the content as MessagePack.

    Whatever happened to an entry (damage, another one in its place, a pipe, a link, a folder) only costs the time to
    make it again; so does a folder that cannot be written, or none. Who can write to the folder can forge entries,
    though.
    """

    folder: Path | None
    salt: bytes

    @classmethod
    def open(cls, folder: Path | None = None) -> SyntaxCache:
        """The cache in ``folder``, by default the user's; nothing is created before the first entry is kept."""
        versions = (_ENTRY_VERSION, LOWERING_VERSION, OUTLINE_VERSION, MENTIONS_VERSION, tool_version(), "")
        chosen = folder or default_cache_folder()
        return cls(chosen and chosen / "syntax", ":".join(map(str, versions)).encode())

    def syntax(self, data: bytes, make: Callable[[], ModuleSyntax]) -> ModuleSyntax:
        """What ``data`` was lowered to, or what ``make`` lowers it to now, which is kept."""
        return self._recalled(self._key(data, "syntax"), _SYNTAX, make)

    def outline(self, data: bytes, make: Callable[[], Outline]) -> Outline:
        """The outline of ``data`` likewise."""
        return self._recalled(self._key(data, "outline"), _OUTLINE, make)

    def mentions(self, data: bytes, make: Callable[[], Mentions]) -> Mentions:
        """The names that ``data`` mentions likewise."""
        return self._recalled(self._key(data, "mentions"), _MENTIONS, make)

    def _recalled(self, key: str, decoder: msgspec.msgpack.Decoder[T], make: Callable[[], T]) -> T:
        if self.folder is None:
            return make()
        entry = self.folder / key[:2] / key[2:]
        with contextlib.suppress(InputError, msgspec.MsgspecError, RecursionError):
            return decoder.decode(_verified(read_unlinked(entry, limit=_SIZE_LIMIT), key))
        made = make()  # missing, unreadable or damaged: made again, and written again
        # No space, no permission, too deep to encode, or nothing that MessagePack has a form for: do without.
        with contextlib.suppress(OSError, RecursionError, ValueError, OverflowError):
            content = _ENCODER.encode(made)
            _keep(entry, _checksum(content, key) + content)
        return made

    def _key(self, data: bytes, kind: str) -> str:
        return f"{hashlib.sha256(self.salt + data).hexdigest()}.{kind}"


def _verified(entry: bytes, key: str) -> memoryview:
    """The content of an entry. Raises DecodeError if it is not what was written under this key."""
    content = memoryview(entry)[_CHECKSUM:]
    if _checksum(content, key) != entry[:_CHECKSUM]:
        raise msgspec.DecodeError("damaged")
    return content


def _checksum(content: bytes | memoryview, key: str) -> bytes:
    digest = hashlib.blake2b(content, digest_size=_CHECKSUM)
    digest.update(key.encode())
    return digest.digest()


def _keep(entry: Path, content: bytes) -> None:
    """Writes in one step, so that no reader sees half an entry; for the user alone."""
    entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=entry.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        with contextlib.suppress(OSError):
            entry.rmdir()  # an empty folder in place of the entry; nothing else
        Path(temporary).replace(entry)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
