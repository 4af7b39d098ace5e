"""Tries cases in a forked process that may hang, swell or die."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz.case import Case, Fault, Kind
from tests.fuzz.causes import cause_of, cause_of_dump
from tests.processes import cpu_seconds, kill_all, megabytes, megabytes_of_process

_FORK = multiprocessing.get_context("fork")
_TICK = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one case may take: seconds of computing, and of waiting (much more, for the machine may be busy), and memory
    beyond what the process that forks already holds."""

    seconds: float = 60.0
    waiting: float = 240.0
    megabytes: float = 2048.0


@dataclass(frozen=True, slots=True)
class Tried:
    """A case and what was wrong with it."""

    case: Case
    faults: tuple[Fault, ...]
    seconds: float


def tried(kind: Kind, cases: Sequence[Case], folder: Path, limits: Limits) -> Iterator[Tried]:
    """Each of ``cases`` in order, in as few processes as it takes; ``folder`` is for the files."""
    rest = list(cases)
    while rest:
        for done in _by_one_child(kind, tuple(rest), folder, limits):
            rest.pop(0)
            yield done


def _by_one_child(kind: Kind, cases: Sequence[Case], folder: Path, limits: Limits) -> Iterator[Tried]:
    """What a child says about ``cases``, until it ends or has to be ended."""
    folder.mkdir(parents=True, exist_ok=True)
    dump = folder / "stack"
    dump.write_bytes(b"")
    receive, send = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_child, args=(send, kind, cases, folder / "files", dump))
    process.start()
    send.close()
    assert process.pid is not None
    try:
        for case in cases:
            started, computed = time.monotonic(), cpu_seconds(process.pid)
            faults = _answer(receive, process.pid, started, computed, limits, dump)
            yield Tried(case, faults, time.monotonic() - started)
            if faults and faults[0].cause.startswith("ended"):
                return
    finally:
        kill_all(process.pid)
        process.join()
        receive.close()


def _answer(
    receive: Connection, process: int, started: float, computed: float, limits: Limits, dump: Path
) -> tuple[Fault, ...]:
    """The faults that the child sends, or why it sends none."""
    while not receive.poll(_TICK):
        if reason := _exceeded(process, started, computed, limits):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGUSR1)
            time.sleep(_TICK)
            return (_ended(reason, dump),)
    try:
        faults: tuple[Fault, ...] = receive.recv()
    except EOFError:
        return (_ended("died", dump),)
    return faults


def _exceeded(process: int, started: float, computed: float, limits: Limits) -> str:
    if cpu_seconds(process) - computed > limits.seconds:
        return f"after {limits.seconds:.0f} s"
    if time.monotonic() - started > limits.waiting:
        return f"after waiting {limits.waiting:.0f} s"
    inherited = megabytes_of_process(os.getpid())  # a forked process shares what this one holds
    if megabytes(process) - inherited > limits.megabytes:
        return f"over {limits.megabytes:.0f} MB"
    return ""


def _ended(reason: str, dump: Path) -> Fault:
    stack = dump.read_text(errors="replace")
    return Fault(f"ended {reason}: {cause_of_dump(stack)}", stack[:3000])


def _child(send: Connection, kind: Kind, cases: Sequence[Case], folder: Path, dump: Path) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    with dump.open("wb") as stack:
        faulthandler.enable(stack)
        faulthandler.register(signal.SIGUSR1, stack)
        for case in cases:
            case.write(folder)
            send.send(_faults(kind, case, folder))
    os._exit(0)  # nothing of the parent's to be tidied up here


def _faults(kind: Kind, case: Case, folder: Path) -> tuple[Fault, ...]:
    try:
        return tuple(kind.attempt(case, folder))
    except BaseException as error:  # noqa: BLE001 - it is what is looked for
        return (Fault(f"raised: {cause_of(error)}", f"{type(error).__name__}: {error}"[:500]),)
