"""What a check of the program that raised says about the inputs: its message, and the comparison that decided it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping

from analyzer.interpret.inputs.plan import InputPlan, Planner
from analyzer.interpret.inputs.solving import LARGEST, Number, joint, solutions
from analyzer.interpret.runtime.exceptions import Mismatch
from analyzer.values import Value, plain

_TOO_SHORT = re.compile(r"too short|at least|longer than|further than|greater than|only \d")

_MISSED: Mapping[tuple[str, bool], int] = {
    ("!=", True): 0,
    (">", True): 0,
    ("<", True): 0,
    (">=", True): -1,
    ("<=", True): 1,
    ("==", False): 0,
    (">=", False): 0,
    ("<=", False): 0,
    ("<", False): -1,
    (">", False): 1,
}
"""By how much the left side has to differ from the right one for a comparison to come out otherwise, at the least."""


def checked(plan: InputPlan, mismatch: Mismatch, planner: Planner) -> InputPlan | None:
    """The size of an input with which a check of the program passes."""
    symbol, left, right, result = mismatch.args
    difference = _MISSED.get((str(symbol), bool(result)))
    if difference is None:
        return None
    for one, other in zip(_flat(left), _flat(right), strict=False):
        for size, wanted in (
            ((one, other + difference), (other, one - difference)) if one != other or difference else ()
        ):
            found = _passing(plan, size, plain(wanted), planner)
            if found is not None:
                return found
    return None


def _passing(plan: InputPlan, size: Number, wanted: Number, planner: Planner) -> InputPlan | None:
    """``plan`` with another size of the input that ``size`` is computed from, or of all of one size that it is."""
    together = joint(size, wanted, plan.size, planner.value)
    if together is not None:
        for place in together[0]:
            plan = plan.resized(*place, together[1], settled=False)
        return plan
    for place, new in solutions(size, wanted, plan.size, planner.value):
        if place not in plan.settled and new != plan.size(place):
            return plan.resized(*place, new, settled=False)
    return None


def _flat(value: Value) -> list[Number]:
    """A number, or the sizes of a shape."""
    items = value if isinstance(value, tuple | list) else (value,)
    return [item for item in items if isinstance(item, int | float)]


def heeding(plan: InputPlan, message: str) -> Iterator[InputPlan]:
    """``plan`` with the size that a message of the program asks for, or larger ones where it calls them too small.

    The message has two numbers, one of which is a size that was given.
    """
    found = [int(number) for number in re.findall(r"(?<!\d)\d{1,9}(?!\d)", message)]
    for name, (kind, shape) in plan.tensors.items():
        for axis, size in enumerate(shape):
            wanted = [number for number in found if number not in (size, 0, 1, 2) and number <= LARGEST]
            if axis > 0 and size in found and wanted:
                yield plan.changed(name, (kind, (*shape[:axis], max(wanted), *shape[axis + 1 :])))
        if "too small" in message and len(shape) > 3 and kind.is_floating:
            yield plan.changed(name, (kind, (*shape[:-2], *(2 * size for size in shape[-2:]))))
        if len(shape) > 3 and kind.is_floating and shape[-1] == shape[-2]:
            for side in _sides(shape[-1], found):
                yield plan.changed(name, (kind, (*shape[:-2], side, side)))
    if _TOO_SHORT.search(message):
        lengths = {shape[1] for _, shape in plan.tensors.values() if len(shape) > 1 and shape[1] in found}
        for length in lengths:
            longer = {name: (kind, _longer(shape, length)) for name, (kind, shape) in plan.tensors.items()}
            yield InputPlan(longer, plan.constants, plan.settled)


def _sides(side: int, found: list[int]) -> Iterator[int]:
    """Sides of square images that have one of the numbers of patches where ``side`` gave the other."""
    for given, wanted in itertools.permutations(dict.fromkeys(found), 2):
        if given > 0 and (side**2 * wanted) % given == 0:
            new = math.isqrt(side**2 * wanted // given)
            if new**2 * given == side**2 * wanted and side < new <= LARGEST:
                yield new


def _longer(shape: tuple[int, ...], length: int) -> tuple[int, ...]:
    return (shape[0], 2 * length, *shape[2:]) if len(shape) > 1 and shape[1] == length else shape
