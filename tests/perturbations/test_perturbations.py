"""Rewrites that keep the meaning of a program change nothing that is found in it.

The programs are small ones of our own, so that every rewrite runs in every test run; ``python -m tests.perturbations``
applies them to models of transformers.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.perturbations.catalogue import REWRITES
from tests.perturbations.comparing import UNKNOWN, Bench, compared
from tests.perturbations.rewriting import Rewrite

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(SAMPLE, tmp_path_factory.mktemp("rewritten") / "sample", {"Sample": {}})


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda one: one.name)
def test_a_rewrite_applies_and_changes_nothing(rewrite: Rewrite, bench: Bench) -> None:
    result = bench.run([rewrite])
    assert result.sites[rewrite.name] > 0
    assert (result.verdicts["Sample"].changed, result.verdicts["Sample"].unknown) == ((), ())


def test_there_is_something_to_change(bench: Bench) -> None:
    values = {trait: value for (trait, _), value in bench.before["Sample"].items()}
    assert len(values) > 50
    assert values["norm.placement"] == ("pre",)
    assert values["moe.layers"] == ([1],)
    assert values["position.kind"] == ("rope",)


def test_names_are_unique() -> None:
    assert len(REWRITES) >= 30
    assert len({one.name for one in REWRITES}) == len(REWRITES)


def test_what_changed_and_what_became_unknown_is_told_apart() -> None:
    before = {("a", ""): (1,), ("b", ""): ("x",), ("c", ""): (UNKNOWN,), ("d", ""): (2.0,)}
    after = {("a", ""): (1,), ("b", ""): (UNKNOWN,), ("c", ""): ("y",), ("d", ""): (3.0,), ("e", ""): (True,)}
    verdict = compared(before, after)
    assert verdict.same == 1
    assert [one[:1] for one in verdict.unknown] == ["b"]
    assert [one[:1] for one in verdict.changed] == ["d", "e"]
