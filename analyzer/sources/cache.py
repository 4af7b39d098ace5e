"""Keeps lowered syntax between runs, addressed by the content it was lowered from."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec
import platformdirs

from analyzer.sources.lower import LOWERING_VERSION
from analyzer.sources.syntax import ModuleSyntax

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ModuleSyntax)


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
        salt = f"{LOWERING_VERSION}:{tool_version()}:".encode()
        return cls((folder or default_cache_folder()) / "syntax", salt)

    def get(self, data: bytes) -> ModuleSyntax | None:
        """What ``data`` was lowered to, if it is known."""
        try:
            return _DECODER.decode(self._entry(data).read_bytes())
        except (OSError, msgspec.DecodeError, RecursionError):
            return None  # missing, unreadable or damaged: lowered again, and written again

    def put(self, data: bytes, syntax: ModuleSyntax) -> None:
        """Keeps the lowered form of ``data``, in one step, so that no reader sees half an entry."""
        entry = self._entry(data)
        with contextlib.suppress(OSError, RecursionError):  # no space, no permission, too deep to encode: do without
            encoded = _ENCODER.encode(syntax)
            entry.parent.mkdir(parents=True, exist_ok=True)
            _replace(entry, encoded)

    def _entry(self, data: bytes) -> Path:
        key = hashlib.sha256(self.salt + data).hexdigest()
        return self.folder / key[:2] / f"{key[2:]}.msgpack"


def _replace(entry: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=entry.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(entry)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
