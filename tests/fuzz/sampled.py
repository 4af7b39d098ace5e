"""Checks that cost as much as a scan are made for a part of the cases, chosen by their seed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import analyzer
from tests.fuzz.case import Case
from tests.fuzz.checks import HEALTHY, HEALTHY_FILE, healthy_part


def one_in(count: int, case: Case) -> bool:
    """True for one case of ``count``."""
    return case.seed % count == 0


@cache
def expected(**options: Any) -> Mapping[str, Any]:
    """What a scan says about the healthy model where it stands alone."""
    with TemporaryDirectory() as folder:
        (Path(folder) / HEALTHY_FILE).write_bytes(HEALTHY)
        report = analyzer.scan(folder, jobs=1, **options)
    found = healthy_part(json.loads(report.to_json()))
    assert found["findings"], "a healthy model without findings proves nothing"
    return found
