"""The strategy of whole programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.programs.definitions import CLASSES, FUNCTIONS, PRELUDE
from tests.programs.expressions import INNER, LEAVES
from tests.programs.grammar import Filler, Scope
from tests.programs.judge import GIVEN
from tests.programs.statements import ASSIGNMENTS, FLOW, split

SIMPLE = split(ASSIGNMENTS)
STATEMENTS = (*SIMPLE, *split(FLOW), *split(FLOW), *split(FUNCTIONS))
TOP = (*STATEMENTS, *split(CLASSES), *split(CLASSES))


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """Source text of a program."""
    return program(lambda count: draw(_BELOW[count - 1]))


def program(below: Callable[[int], int]) -> str:
    """Source text of a program made of the choices of ``below``, which gives a number from 0 to one less than it gets.

    Every part of ``main`` is tried on its own, so that one error hides no other part.
    """
    filler = Filler(below, LEAVES, INNER, fuel=14)
    scope = Scope().assigning([(kind, name) for name, (kind, _) in GIVEN.items()])
    lines: list[str] = []
    for kind in LEAVES:
        lines.append(f"{kind}0 = {filler.expression(kind, scope, 1)}")
    scope = scope.assigning([(kind, f"{kind}0") for kind in LEAVES])
    for _ in range(1 + below(4)):
        body, _ = filler.block(TOP, scope, depth=2, most=2)
        lines += ["try:", *("    " + line for line in body), "except Exception as error:"]
        lines += ["    log.append(type(error).__name__)"]
        lines += [f"log.append(({', '.join(f'{kind}0' for kind in LEAVES)}))"]
    head = f"def main({', '.join(GIVEN)}):"
    return "\n".join([PRELUDE, "", head, "    log = []", *("    " + line for line in lines), "    return log", ""])


_BELOW = [st.integers(0, count - 1) for count in range(1, 200)]
"""Strategies of the numbers below each count."""
