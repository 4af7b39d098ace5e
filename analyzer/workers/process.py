"""One worker process, from its parent's side."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any, BinaryIO, cast

from analyzer.workers.child import Done, Raised
from analyzer.workers.loss import Loss, LossKind, ending
from analyzer.workers.protocol import MessageKind, receive, send, unpacked

_START = "import json, sys; given = json.loads(sys.argv[1]); sys.path[:] = given['path']; "
_START += "from analyzer.workers.child import main; main(given['tie'], given['imports'])"
"""What the interpreter runs. With ``-c`` a user's script is not run again. With the caller's import path the worker
finds what the caller finds, and nothing else in the current folder."""
_FLAGS = {
    "isolated": "-I",
    "ignore_environment": "-E",
    "no_user_site": "-s",
    "no_site": "-S",
    "dont_write_bytecode": "-B",
}
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
STARTING = 300.0
"""Seconds within which a worker has to report its first step."""


def possible() -> bool:
    """Whether this interpreter can start another one. Inside a frozen application it cannot: the same command would
    start the application again."""
    return bool(sys.executable) and not getattr(sys, "frozen", False) and sys.platform not in ("emscripten", "wasi")


class WorkerProcess:
    """A started interpreter that makes calls, one at a time.

    ``ask`` belongs to one thread; any other may call ``kill`` and ``enforce``.
    """

    def __init__(self, imports: Iterable[str] = ()) -> None:
        """Raises OSError if the system starts no process."""
        self._step = ""
        self._limit(None)
        self._late = ""
        self._lock = threading.Lock()
        self._popen, self._tie = _started(imports)

    def ask(self, call: bytes) -> Done | Loss:
        """The result of the packed call, or why it has none. After any loss but ``RAISED`` the process is gone."""
        self._step = self._late = ""
        self._limit(STARTING)
        try:
            send(cast("BinaryIO", self._popen.stdin), MessageKind.CALL, call)
            while (frame := receive(cast("BinaryIO", self._popen.stdout)))[0] is MessageKind.STEP:
                self._told(frame[1])
        except (EOFError, OSError):
            return self._loss()
        self._limit(None)
        return self._result(frame[1])

    def enforce(self) -> None:
        """End the process if it has passed its time limit."""
        deadline = self._deadline
        if deadline is not None and time.monotonic() > deadline:
            self._late = f"not done within {self._seconds:g} seconds"
            self.kill()

    def kill(self) -> None:
        """End the process at once, and whatever it started."""
        with self._lock:
            if self._popen.returncode is None:
                _kill(self._popen)

    def end(self) -> int:
        """End the process, leave nothing behind of it, and give its exit code: its own, if it ended by itself."""
        self.kill()
        with self._lock:
            code = self._popen.wait()
            for pipe in (self._popen.stdin, self._popen.stdout):
                cast("BinaryIO", pipe).close()
            if self._tie is not None:
                os.close(self._tie)
                self._tie = None
        return code

    @property
    def is_usable(self) -> bool:
        """Whether it can take another call."""
        with self._lock:
            return self._popen.poll() is None

    def _limit(self, seconds: float | None) -> None:
        self._seconds = seconds or 0.0
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def _told(self, content: bytes) -> None:
        name, seconds = cast("tuple[str, float | None]", unpacked(content))
        self._step = name
        self._limit(seconds)

    def _loss(self) -> Loss:
        self._limit(None)
        code = self.end()
        if self._late:
            return Loss(LossKind.LATE, self._late, self._step)
        killed = sys.platform != "win32" and code == -signal.SIGKILL
        return Loss(LossKind.KILLED if killed else LossKind.DIED, ending(code), self._step)

    def _result(self, content: bytes) -> Done | Loss:
        try:
            answer = unpacked(content)
        except Exception as error:  # noqa: BLE001 - made of classes that only the worker has, or that object to it
            return Loss(LossKind.RAISED, f"its result can not be read ({type(error).__name__}: {error})", self._step)
        if isinstance(answer, Done | Raised) and answer.leaving:
            self.end()
        return answer if isinstance(answer, Done) else _raised(cast("Raised", answer), self._step)


def _raised(answer: Raised, step: str) -> Loss:
    error: BaseException | None = None
    if answer.error is not None:
        with contextlib.suppress(Exception):
            error = cast("BaseException", unpacked(answer.error))
    return Loss(LossKind.RAISED, answer.reason, step, answer.traceback, error)


def _started(imports: Iterable[str]) -> tuple[subprocess.Popen[bytes], int | None]:
    """A new interpreter, and the end of the pipe that its life hangs on."""
    held, tie = _lifeline()
    path = [entry for entry in sys.path if isinstance(entry, str)]
    given = json.dumps({"path": path, "tie": held, "imports": [*imports]})
    try:
        process = subprocess.Popen(
            [sys.executable, *_flags(), "-P", "-c", _START, given],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(_THREADS, "1")},
            pass_fds=() if held is None else (held,),
            **_apart(),
        )
    except OSError:
        if tie is not None:
            os.close(tie)
        raise
    finally:
        if held is not None:
            os.close(held)
    return process, tie


def _lifeline() -> tuple[int | None, int | None]:
    """A pipe that is not among the standard descriptors, even where those were closed; nothing where it is no use."""
    if sys.platform != "linux":
        return None, None
    import fcntl

    ends = os.pipe()
    held, tie = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3) for end in ends)
    for end in ends:
        os.close(end)
    return held, tie


def _flags() -> list[str]:
    """The flags of this interpreter that change what another one finds."""
    flags = [flag for name, flag in _FLAGS.items() if getattr(sys.flags, name)]
    return [*flags, *(("-X", "utf8") if sys.flags.utf8_mode else ())]


def _apart() -> dict[str, Any]:
    """A group of its own: Ctrl-C reaches the process that decides what to do about it, and a group can be ended."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
