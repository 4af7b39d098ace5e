"""A set of layer numbers in few words: ranges, steps, or the rule that it follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MOST_RUNS = 2
"""Stretches that read well side by side; more of them are written as a rule where there is one."""


def index_set(numbers: Iterable[int], total: int | None = None) -> str:
    """Numbers of layers as people write them, the shortest form that is exact.

    Args:
        numbers: Zero-based indices.
        total: How many layers there are. Without it a rule says how far it goes.

    >>> index_set([0, 1, 2, 3, 8])
    '0-3, 8'
    >>> index_set(range(0, 31, 2))
    '0, 2, …, 30'
    >>> index_set([number for number in range(48) if number % 4 != 3], total=48)
    'i % 4 != 3'
    >>> index_set([number for number in range(47) if number % 4 != 3])
    'i % 4 != 3, i < 47'
    """
    chosen = sorted(set(numbers))
    runs = _runs(chosen)
    stepping = len(runs) == 1 and len(chosen) > 3 and chosen[1] - chosen[0] > 1
    if len(runs) > _MOST_RUNS or (stepping and total is not None):
        rule = _rule(chosen, total or chosen[-1] + 1)
        if rule is not None:
            return rule if total is not None else f"{rule}, i < {chosen[-1] + 1}"
    return ", ".join(map(_run, runs))


def _rule(chosen: Sequence[int], total: int) -> str | None:
    """The condition on ``i`` that holds for ``chosen`` alone among ``total`` layers; None unless it repeats."""
    if chosen[0] < 0 or chosen[-1] >= total:
        return None
    member = [False] * total
    for number in chosen:
        member[number] = True
    for period in range(2, total // 2 + 1):
        if member[period:] == member[:-period]:
            return _condition(period, [number for number in range(period) if member[number]])
    return None


def _condition(period: int, residues: Sequence[int]) -> str:
    others = [number for number in range(period) if number not in residues]
    if len(residues) == 1:
        return f"i % {period} == {residues[0]}"
    if len(others) == 1:
        return f"i % {period} != {others[0]}"
    fewer, word = (residues, "in") if len(residues) <= len(others) else (others, "not in")
    return f"i % {period} {word} {{{', '.join(map(str, fewer))}}}"


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Split into maximal stretches of one step."""
    runs: list[list[int]] = []
    for value in numbers:
        run = runs[-1] if runs else None
        if run is not None and (len(run) == 1 or value - run[-1] == run[-1] - run[-2]):
            run.append(value)
        else:
            runs.append([value])
    return runs


def _run(run: Sequence[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    step = run[1] - run[0]
    if step == 1:
        return f"{run[0]}-{run[-1]}"
    if len(run) <= 3:
        return ", ".join(map(str, run))
    return f"{run[0]}, {run[1]}, …, {run[-1]}"
