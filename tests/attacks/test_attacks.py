"""Hostile programs harm nothing: many at once in one folder, and a few alone, by the real command.

``python -m tests.attacks`` tries every program alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.collection import Attack, collection
from tests.attacks.limits import SECONDS
from tests.attacks.slow import SLOW
from tests.attacks.stage import Stage

EVERY = 24
"""Of the programs that end soon, one in so many is tried with the others in one scan."""
ALONE = (
    "formatting/map-globals",
    "files/ctypes-cdll",
    "files/exits",
    "sizes/range-fsum",
    "nested/shared-tuple-hash",
    "poison/poison-forward",
    "exceptions/system-exit",
    "names/controls-raise",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def healthy(stage: Stage) -> dict[str, object]:
    return stage.healthy()


def _named(name: str) -> Attack:
    return next(attack for attack in collection() if attack.name == name)


def _sample() -> Iterator[Attack]:
    soon = [attack for attack in collection() if attack.name not in SLOW and not attack.beside]
    yield from soon[::EVERY]


def test_names_are_unique() -> None:
    names = [attack.name for attack in collection()]
    assert len(set(names)) == len(names)
    assert set(ALONE) <= set(names)
    assert set(names) >= SLOW, SLOW - set(names)


def test_many_programs_in_one_folder(stage: Stage, healthy: dict[str, object]) -> None:
    _, found = stage.judged(tuple(_sample()), healthy, "--jobs", "1", seconds=5 * SECONDS)
    assert not found


@pytest.mark.parametrize("name", ALONE)
def test_a_program_alone(stage: Stage, healthy: dict[str, object], name: str) -> None:
    _, found = stage.judged((_named(name),), healthy)
    assert not found


def test_odd_files_beside_a_model(stage: Stage, healthy: dict[str, object]) -> None:
    for name in ("pipe-modeling_odd.py", "link-config.json-cwd-secret.txt", "sparse-modeling_odd.py"):
        _, found = stage.judged((_named(f"placed/{name}"),), healthy)
        assert not found, name


@pytest.mark.parametrize("form", ["text", "table", "sarif"])
def test_names_with_control_characters_in_every_format(stage: Stage, healthy: dict[str, object], form: str) -> None:
    attacks = tuple(attack for attack in collection() if attack.name.startswith("names/controls"))
    assert not stage.shown(attacks, form)
