"""The messages between a process and its worker: one letter, a length, and that many bytes.

A message about a step is shorter than what a pipe accepts at once, so that a signal during the write cannot leave half
a message.
"""

from __future__ import annotations

import pickle
import struct
from enum import Enum
from typing import BinaryIO

import cloudpickle

_HEAD = struct.Struct(">cQ")


class MessageKind(Enum):
    """The letters: ``CALL`` goes to the worker, the others come from it."""

    CALL = b"c"
    STEP = b"s"
    DONE = b"d"
    RAISED = b"r"


def send(pipe: BinaryIO, kind: MessageKind, content: bytes) -> None:
    """Write one message to an unbuffered pipe. Raises OSError if the other end is closed."""
    rest = memoryview(_HEAD.pack(kind.value, len(content)) + content)
    while rest:
        rest = rest[pipe.write(rest) :]


def receive(pipe: BinaryIO) -> tuple[MessageKind, bytes]:
    """The next frame of an unbuffered pipe. Raises EOFError if the other end is gone, also in the middle of a frame."""
    kind, length = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    return MessageKind(kind), _exactly(pipe, length)


def packed(value: object) -> bytes:
    """``value`` as bytes: functions and classes by reference, those of a script or notebook by value.

    Raises whatever the objects inside raise when they cannot be pickled.
    """
    return bytes(cloudpickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def unpacked(content: bytes) -> object:
    """What ``packed`` was given; raises whatever is raised while it is put together."""
    return pickle.loads(content)


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    content = bytearray(length)
    view, filled = memoryview(content), 0
    while filled < length:
        count = pipe.readinto(view[filled:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        filled += count
    return bytes(content)
