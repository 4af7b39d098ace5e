"""A few made-up inputs of each kind; ``python -m tests.fuzz`` tries as many as there is time for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.child import Limits
from tests.fuzz.fuzzing import Plan, fuzz, made
from tests.fuzz.kinds import KINDS

SEED = int(os.environ.get("ASBUILT_FUZZ_SEED", "0"))
CASES = {"cache": 3, "mutants": 6, "signals": 2, "attacks": 60}
"""How many of each kind, where not 25."""


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``fuzz`` chooses a cache of its own for this process."""
    monkeypatch.setenv("ASBUILT_CACHE_DIR", os.environ.get("ASBUILT_CACHE_DIR", ""))
    yield


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_breaks(tmp_path: Path, kind: str) -> None:
    plan = Plan((kind,), SEED, seconds=300.0, most=CASES.get(kind, 25), limits=Limits(seconds=60.0))
    found = [(done.case.seed, fault.cause, fault.detail) for done in fuzz(plan, tmp_path) for fault in done.faults]
    assert not found, f"python -m tests.fuzz --kind {kind} --seed {SEED} --keep found"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"attacks"}))
def test_cases_depend_on_their_seed_alone(kind: str) -> None:
    assert made(kind, 3) == made(kind, 3)
    assert (
        len(
            {
                tuple(sorted(made(kind, seed).files.items())) + tuple(made(kind, seed).options.items())
                for seed in range(8)
            }
        )
        > 1
    )
