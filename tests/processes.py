"""Processes of a session as Linux shows them; elsewhere there are none to be seen, and limits are not checked."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def members(session: int) -> tuple[int, ...]:
    """Living processes of a session."""
    return tuple(int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _belongs(entry, session))


def kill_all(session: int) -> None:
    """End every process of a session."""
    for member in members(session) or (session,):
        try:
            os.kill(member, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it ended by itself in between


def megabytes(session: int) -> float:
    """Memory that the processes of a session hold together; shared pages count for each."""
    return sum(megabytes_of_process(member) for member in members(session))


def megabytes_of_process(process: int) -> float:
    """Memory that a process holds, with what it shares with others."""
    return _resident(process) * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(process: int) -> float:
    """Time that a process has computed for."""
    fields = _stat(Path(f"/proc/{process}"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _belongs(entry: Path, session: int) -> bool:
    fields = _stat(entry)
    return bool(fields) and int(fields[3]) == session and fields[0] != "Z"


def _stat(entry: Path) -> list[str]:
    """The fields of /proc/PID/stat from the state on; nothing when the process is gone."""
    try:
        return (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
