"""Every field of a configuration and what becomes of it, as programs read it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.report.findings import Json, Wire
from analyzer.report.report import Source, Tool

CONFIG: Final = "asbuilt/config/1"


class FieldState(StrEnum):
    """``read``: while the model is built and called; ``not_reached``: not under this configuration, but code that may
    have a hand in the model mentions the name; ``unread``: no such code does; ``undeclared``: given, but the class
    declares no such field; ``missing``: read with a value for the case that it is missing, and it is."""

    READ = "read"
    NOT_REACHED = "not_reached"
    UNREAD = "unread"
    UNDECLARED = "undeclared"
    MISSING = "missing"


class ReadPlace(Wire, frozen=True, kw_only=True, gc=False):
    """A place that reads the field; ``fallback`` is the value that it takes if the field is missing."""

    path: str
    line: int
    fallback: Json | UnsetType = UNSET


class FieldRow(Wire, frozen=True, kw_only=True, gc=False):
    """One (dotted) field.

    ``value`` is what the model is built with, ``source`` where that is from: ``default`` (the class's own), ``derived``
    (computed by the class), ``file``, ``set`` or ``assumed``. ``path`` and ``line`` are its declaration, or the
    assignment that derives it. ``given_as`` are the names under which it was given, if not only under its own.
    ``decides`` are the traits that depend on it, ``note`` says what is wrong with it.
    """

    name: str
    state: FieldState
    value: Json
    source: str
    path: str | None
    line: int | None
    given_as: tuple[str, ...] = ()
    reads: tuple[ReadPlace, ...]
    decides: tuple[str, ...]
    note: str | None = None


class ConfigAudit(Wire, frozen=True, kw_only=True, gc=False):
    """The fields of one model's configuration; ``file`` is the config.json that was given, if there was one."""

    schema: Literal["asbuilt/config/1"] = CONFIG
    tool: Tool
    source: Source
    model_type: str
    class_name: str = msgspec.field(name="class")
    config_class: str
    file: str | None
    status: str
    fields: tuple[FieldRow, ...]
