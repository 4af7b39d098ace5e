"""Many cases of many kinds by several lanes at a time."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from random import Random

from tests.fuzz.case import Case
from tests.fuzz.child import Limits, Tried, tried
from tests.fuzz.kinds import KINDS, SHARES
from tests.fuzz.sampled import expected

_FORK = multiprocessing.get_context("fork")
BATCH = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """What to try: the kinds, the first seed, for how long and how many cases at most."""

    kinds: tuple[str, ...]
    seed: int
    seconds: float
    most: int | None = None
    lanes: int = 1
    first: int = 0
    """How many cases of a kind to pass over."""
    limits: Limits = field(default_factory=Limits)


def made(kind: str, seed: int) -> Case:
    """The case of a kind and a seed, always the same."""
    return KINDS[kind].make(Random(f"{kind}:{seed}"), seed)


def fuzz(plan: Plan, folder: Path, cache: Path | None = None) -> Iterator[Tried]:
    """Tries cases until the time is over or there are enough; files go below ``folder``, and the cache without another
    place for it."""
    os.environ["ASBUILT_CACHE_DIR"] = str(cache or folder / "cache")
    expected()  # fills the cache, and makes what children share
    if plan.lanes == 1:
        yield from _lane(plan, 0, folder / "lane0")
        return
    results: SimpleQueue[Tried | None] = _FORK.SimpleQueue()
    lanes = [_FORK.Process(target=_send, args=(plan, number, folder, results)) for number in range(plan.lanes)]
    for lane in lanes:
        lane.start()
    running = len(lanes)
    while running:
        answer = results.get()
        if answer is None:
            running -= 1
        else:
            yield answer
    for lane in lanes:
        lane.join()


def _send(plan: Plan, number: int, folder: Path, results: SimpleQueue[Tried | None]) -> None:
    try:
        for answer in _lane(plan, number, folder / f"lane{number}"):
            results.put(answer)
    finally:
        results.put(None)


def _lane(plan: Plan, number: int, folder: Path) -> Iterator[Tried]:
    until = time.monotonic() + plan.seconds
    for kind, seeds in _batches(plan, number):
        cases = [made(kind, seed) for seed in seeds]
        for answer in tried(KINDS[kind], cases, folder, plan.limits):
            yield answer
            if time.monotonic() > until:
                return


def _batches(plan: Plan, number: int) -> Iterator[tuple[str, Sequence[int]]]:
    """Kinds in turn with the seeds of this lane; a kind whose cases are slow gets fewer in a turn."""
    left = plan.most if plan.most is not None else 10**9
    seeds = {kind: count(plan.seed * 1_000_000 + plan.first + number, plan.lanes) for kind in plan.kinds}
    while left > 0:
        for kind in plan.kinds:
            size = min(max(round(BATCH * SHARES.get(kind, 1.0)), 1), left)
            left -= size
            if size:
                yield kind, list(islice(seeds[kind], size))
