"""The interpreter agrees with Python on generated programs; `tests/programs` has the grammar.

``ASBUILT_PROGRAMS=20000`` tries that many, different ones each time.
"""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.programs.judge import interpreted, judged
from tests.programs.strategy import programs

MANY = int(os.environ.get("ASBUILT_PROGRAMS", "0"))


@settings(
    max_examples=MANY or 120,
    derandomize=not MANY,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs())
def test_agrees_with_python(tmp_path: Path, source: str) -> None:
    assert interpreted(tmp_path, source) == judged(source), source
