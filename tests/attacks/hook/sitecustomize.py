"""Watches every Python process that is started with this folder on its path.

Events that a scan must never cause are written to the file named by ASBUILT_WATCH, one a line. Python imports this
module by itself at start-up, so that worker processes are watched like the first one.
"""

import os
import sys
from pathlib import Path
from typing import Any

_PROCESSES = ("os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "pty.spawn", "subprocess.Popen")
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.", "http.", "ftplib.", "smtplib.")
_BAIT = ("trap", "secret.txt", "evil.so", "/etc/passwd", "/etc/shadow", "/proc/self/environ")


class _Watcher:
    """An audit hook; it must not itself cause the events that it watches, hence the guard."""

    def __init__(self, log: str, folder: str) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.folder = folder

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._forbidden(event, arguments):
            os.write(self.log, f"{event} {arguments!r:.300}\n".encode("utf-8", "replace"))

    def _forbidden(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            return isinstance(arguments[0], str) and arguments[0].endswith(_BAIT)
        if event == "exec":
            return str(getattr(arguments[0], "co_filename", "")).startswith(self.folder)
        if event == "ctypes.dlopen":
            return str(arguments[0]).endswith(_BAIT)
        if event.startswith(_PROCESSES):
            return any(bait in repr(arguments) for bait in ("trap", "touch", "evil"))
        return event.startswith(_NETWORK)


if os.environ.get("ASBUILT_WATCH"):
    sys.addaudithook(_Watcher(os.environ["ASBUILT_WATCH"], str(Path(os.environ["ASBUILT_WATCHED"]))))
