"""A few kills at random moments; ``python -m tests.kills`` makes more."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.kills import Bench, run, small_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def test_kills_lose_nothing_and_leave_nothing(tmp_path: Path) -> None:
    random.seed(7)
    for part in ("tmp", "out"):
        (tmp_path / part).mkdir()
    tallies = run(Bench(small_tree(tmp_path, 3), tmp_path, jobs=2), times=2)
    assert {kind: (tally.kills, dict(tally.faults)) for kind, tally in tallies.items()} == dict.fromkeys(
        tallies, (1, {})
    )
