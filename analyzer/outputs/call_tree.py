"""The modules of a forward call as a tree to read: callees inside their callers, equal layers and repetitions once.

``model`` calls ``model.layers.0``, so ``layers.0`` is written inside ``model``. The layers of one list whose calls are
alike are written where the first of them runs, with the numbers of all: ``layers.{0-31}  LlamaDecoderLayer  ×32``. A
module that is called several times in a row is one line: ``act_fn  SiLUActivation  ×10``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.base import index_set
from analyzer.graph import ModuleCall

_Signature: TypeAlias = "tuple[str, tuple[tuple[str, int, int], ...]]"
_MEMBER = re.compile(r"(?:(.*)\.)?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One line of the tree: ``times`` calls of modules named ``name`` below their caller, ``depth`` callers deep."""

    depth: int
    name: str
    class_name: str
    times: int


@dataclass(frozen=True, slots=True)
class _Callee:
    """Equal calls in one caller; the call numbered ``call`` stands for them."""

    name: str
    call: int
    times: int


def call_tree(calls: Sequence[ModuleCall], folded: bool = True) -> Iterator[CallEntry]:
    """The calls in order, each below its caller; ``folded`` writes equal layers and repetitions once.

    Modules may nest deeper than functions can call each other, so nothing here calls itself.
    """
    callers = _callers(calls)
    names = [_name(call, calls[caller] if caller >= 0 else None) for call, caller in zip(calls, callers, strict=True)]
    callees = _callees(calls, callers, names, folded)
    pending = [(0, one) for one in reversed(callees[-1])]
    while pending:
        depth, callee = pending.pop()
        yield CallEntry(depth, callee.name, calls[callee.call].class_name, callee.times)
        pending.extend((depth + 1, one) for one in reversed(callees[callee.call]))


def _callers(calls: Sequence[ModuleCall]) -> list[int]:
    """For each call the number of the one that it is made in, -1 for the outermost."""
    around: list[int] = []
    callers = []
    for number, call in enumerate(calls):
        while around and calls[around[-1]].depth >= call.depth:
            around.pop()
        callers.append(around[-1] if around else -1)
        around.append(number)
    return callers


def _name(call: ModuleCall, caller: ModuleCall | None) -> str:
    if not call.named:
        return "(unnamed)"
    if caller is not None and call.path != caller.path:
        return call.path.removeprefix(f"{caller.path}.")
    return call.path or "(model)"


def _callees(
    calls: Sequence[ModuleCall], callers: Sequence[int], names: Sequence[str], folded: bool
) -> Mapping[int, Sequence[_Callee]]:
    """Number of a call (-1: none) → what it calls; equal calls have equal signatures, found from the innermost out."""
    inside: dict[int, list[int]] = {number: [] for number in range(-1, len(calls))}
    for number, caller in enumerate(callers):
        inside[caller].append(number)
    known: dict[_Signature, int] = {}
    signatures = [0] * len(calls)
    found: dict[int, Sequence[_Callee]] = {}
    for number in range(len(calls) - 1, -2, -1):
        each = [_Callee(names[one], one, 1) for one in inside[number]]
        found[number] = _layers(_repeated(each, signatures), signatures) if folded else each
        if number >= 0:
            parts = tuple((one.name, one.times, signatures[one.call]) for one in found[number])
            signatures[number] = known.setdefault((calls[number].class_name, parts), len(known))
    return found


def _repeated(callees: Iterable[_Callee], signatures: Sequence[int]) -> list[_Callee]:
    """Calls of one module in a row as one."""
    joined: list[_Callee] = []
    for one in callees:
        last = joined[-1] if joined else None
        if last is not None and last.name == one.name and signatures[last.call] == signatures[one.call]:
            joined[-1] = _Callee(last.name, last.call, last.times + 1)
        else:
            joined.append(one)
    return joined


def _layers(callees: Sequence[_Callee], signatures: Sequence[int]) -> list[_Callee]:
    """Members of one list of modules that are called alike as one, where the first of them runs."""
    sizes: dict[str, int] = {}
    alike: dict[tuple[str, int, int], list[int]] = {}
    for one in callees:
        if (member := _MEMBER.fullmatch(one.name)) is not None:
            container, number = member[1] or "", int(member[2])
            sizes[container] = max(sizes.get(container, 0), number + 1)
            alike.setdefault((container, signatures[one.call], one.times), []).append(number)
    joined: list[_Callee] = []
    for one in callees:
        member = _MEMBER.fullmatch(one.name)
        container = (member[1] or "") if member is not None else ""
        numbers = alike.pop((container, signatures[one.call], one.times), None) if member is not None else [0]
        if numbers is not None:
            joined.append(one if len(numbers) == 1 else _member(one, container, numbers, sizes[container]))
    return joined


def _member(one: _Callee, container: str, numbers: Sequence[int], size: int) -> _Callee:
    text = f"{{{index_set(numbers, size)}}}"
    return _Callee(f"{container}.{text}" if container else text, one.call, one.times * len(numbers))
