"""A folder with bait around a scan: what a hostile program could read, load, change or print."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import analyzer
from tests.attacks.collection import Attack
from tests.attacks.command import ROOT, Ended, run
from tests.attacks.limits import MEGABYTES, SECONDS
from tests.attacks.neighbour import put_healthy
from tests.attacks.verdict import Bait, Scene, faults, healthy_part, shown, snapshot

HOOK = Path(__file__).with_name("hook")
SECRET_LENGTH = 67_867
"""A prime that is no size of any model here."""


class Stage:
    """A folder in which scans are run, one after the other: ``scanned`` is what is scanned, ``cwd`` where."""

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.scanned, self.cwd = folder / "scanned", folder / "cwd"
        self.home = folder / f"home-{secrets.token_hex(8)}"
        for made in (self.scanned, self.cwd, self.home):
            made.mkdir(parents=True)
        self._log = folder / "events"
        self._secret = secrets.token_hex(16)
        self._file_secret = secrets.token_hex(16)
        self._cache = cache or folder / "cache"
        put_healthy(self.scanned)
        (self.cwd / "secret.txt").write_text(self._file_secret)
        (self.cwd / "secret.py").write_text(f"value = '{self._file_secret}'\n")
        (self.cwd / "evil.so").write_bytes(b"no library")

    def healthy(self) -> dict[str, object]:
        """What the report says about the healthy models alone."""
        ended = self.scan((), seconds=10 * SECONDS)  # a cold cache on a busy machine takes its time
        assert ended.code == 0, ended
        report = json.loads(ended.out)
        found = healthy_part(report)
        assert found["findings"], report["errors"]
        return found

    def judged(
        self, attacks: Sequence[Attack], healthy: Mapping[str, object], *options: str, seconds: float = SECONDS
    ) -> tuple[Ended, tuple[str, ...]]:
        """A scan with ``attacks`` beside the healthy models, and what is wrong; ``seconds`` is how long it may take."""
        before = snapshot(self.cwd)
        ended = self.scan(attacks, *options, seconds=seconds)
        after = snapshot(self.cwd)
        changed = tuple(path for path in {**before, **after} if before.get(path) != after.get(path))
        scene = Scene(ended, self._bait(), self._events(), changed, healthy, seconds)
        return ended, faults(scene)

    def shown(self, attacks: Sequence[Attack], form: str) -> tuple[str, ...]:
        """What is wrong with what a terminal gets when ``attacks`` are scanned in the format ``form``."""
        ended = self.scan(attacks, "--format", form)
        return shown(Scene(ended, self._bait()), texts=True)

    def scan(self, attacks: Sequence[Attack], *options: str, seconds: float = SECONDS) -> Ended:
        """Exactly ``attacks`` beside the healthy models, scanned by the real command."""
        for number, attack in enumerate(attacks):
            self._file(number).write_bytes(attack.text.encode("utf-8", "surrogatepass"))
            for placed in attack.beside:
                placed.make(self.scanned)
        self._log.write_bytes(b"")
        try:
            form = () if "--format" in options else ("--format", "json")
            arguments = ["scan", str(self.scanned), *form, *options]
            return run(arguments, self.cwd, self._environment(), seconds, MEGABYTES)
        finally:
            for number, attack in enumerate(attacks):
                self._file(number).unlink()
                for placed in attack.beside:
                    placed.remove(self.scanned)

    def _file(self, number: int) -> Path:
        return self.scanned / (f"modeling_evil_{number:04}.py" if number else "modeling_evil.py")

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            "ASBUILT_SECRET": self._secret.ljust(SECRET_LENGTH, "x"),
            "ASBUILT_CACHE_DIR": str(self._cache),
            "ASBUILT_WATCH": str(self._log),
            "ASBUILT_WATCHED": str(self.scanned),
            "PYTHONPATH": os.pathsep.join((str(HOOK), str(ROOT))),
        }

    def _events(self) -> tuple[str, ...]:
        return tuple(self._log.read_text(encoding="utf-8", errors="replace").splitlines())

    def _bait(self) -> Bait:
        texts = {
            "the secret variable": self._secret,
            "the secret file": self._file_secret,
            "HOME": self.home.name,
            "PATH": os.environ["PATH"],
            "where this program lies": str(Path(analyzer.__file__).parent),
            "the interpreter": sys.prefix,
            "the current folder": str(self.cwd),
            "a loaded library": "invalid ELF",
            "a loaded text": "file too short",
        }
        return Bait({what: text.encode() for what, text in texts.items()}, SECRET_LENGTH)
