"""What a model would be under another branch of its configuration."""

from __future__ import annotations

import msgspec

from analyzer.report.findings import Json


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A trait of one module under the current value of a field and under another; None where it is not there."""

    trait: str
    module: str
    before: Json
    after: Json


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """``field`` (dotted, without ``config.``) at another value, and the traits that it changes; ``buildable`` is false
    where the code refuses the value."""

    field: str
    current: Json
    other: Json
    changes: tuple[Change, ...]
    buildable: bool = True
