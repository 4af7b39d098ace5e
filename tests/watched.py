"""Runs a scan while Python's audit hooks watch it: ``python tests/watched.py SCANNED_PATH``.

Prints one JSON object: the report's models and errors, the events that must not happen, and what of the scanned code
got into this process. It is a program of its own because an audit hook cannot be removed again.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PROCESSES = frozenset(
    {"os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn"}
    | {"subprocess.Popen", "ctypes.dlopen"}
)
NETWORK = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.")
WRITES = frozenset(
    {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.truncate"}
)


class Watch:
    """Collects forbidden events; ``guarded`` is when processes and network count as well."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.texts = {path.read_bytes() for path in root.rglob("*.py") if path.stat().st_size > 40}
        self.events: list[str] = []
        self.guarded = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._runs_scanned_code(event, arguments):
            self.events.append(f"{event}: {self._named(arguments)}")
        elif self._leaves(event) or (event in WRITES and self._inside(str(arguments[0]))):
            self.events.append(f"{event}: {arguments!r:.200}")
        elif event == "open" and self._inside(str(arguments[0])) and _writes(arguments[1], arguments[2]):
            self.events.append(f"open for writing: {arguments[0]}")

    def _runs_scanned_code(self, event: str, arguments: tuple[Any, ...]) -> bool:
        match event:
            case "exec":
                return isinstance(arguments[0], CodeType) and self._inside(arguments[0].co_filename)
            case "compile":
                return not _only_parsed() and (
                    self._inside(_text(arguments[1])) or _text(arguments[0]).encode() in self.texts
                )
            case "import":
                return self._inside(_text(arguments[1]))
            case _:
                return False

    def _leaves(self, event: str) -> bool:
        return self.guarded and (event in PROCESSES or event.startswith(NETWORK))

    def _inside(self, path: str) -> bool:
        return path.startswith(self.root)

    def _named(self, arguments: tuple[Any, ...]) -> str:
        return ", ".join(repr(item)[:120] for item in arguments)


def _only_parsed() -> bool:
    """Whether ``ast.parse`` is at work, which compiles nothing that could be run."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return frame is not None and frame.f_code is ast.parse.__code__


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def _writes(mode: str | None, flags: int | None) -> bool:
    return any(letter in (mode or "") for letter in "wax+") or bool((flags or 0) & 3)


def main() -> None:
    root = Path(sys.argv[1]).resolve()
    watch = Watch(root)
    sys.addaudithook(watch)
    from analyzer import scan

    watch.guarded = True
    report = scan(root, all_classes=True, jobs=1)
    watch.guarded = False
    loaded = [
        name for name, module in sys.modules.items() if str(getattr(module, "__file__", "")).startswith(str(root))
    ]
    answer = {
        "events": watch.events,
        "loaded": loaded,
        "path": [entry for entry in sys.path if entry.startswith(str(root))],
        "models": [[model.class_name, model.path, model.status] for model in report.models],
        "errors": [[problem.path, problem.code, problem.message] for problem in report.errors],
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
