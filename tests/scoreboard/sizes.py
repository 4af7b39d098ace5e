"""Expectations about sizes, read off the recorded parameters of the default configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.scoreboard.vocabulary import Expectation, Scope
from tests.truth import ClassTruth, Measured


def expectations(measured: Measured, recorded: ClassTruth) -> Iterator[Expectation]:
    """Total of parameters, layers of the main stack, width of the stream, rows of the token embedding."""
    found = {
        "params.total": recorded.total,
        "dims.layers": _layers(measured, recorded),
        "dims.hidden": _width(measured, recorded),
        "dims.vocab": _vocabulary(measured, recorded),
    }
    for trait, value in found.items():
        if value:
            yield Expectation(trait, value, Scope.DEFAULT)


def _layers(measured: Measured, recorded: ClassTruth) -> int:
    members = _members(measured, recorded)
    return 0 if _stages(members) else len(members) if all(number.isdecimal() for number in members) else 0


def _members(measured: Measured, recorded: ClassTruth) -> dict[str, Counter[tuple[int, ...]]]:
    """Shapes of the parameters of each member of the main stack."""
    start = f"{measured.main_stack}."
    found: dict[str, Counter[tuple[int, ...]]] = {}
    for name, shape in recorded.parameters.items():
        if name.startswith(start):
            found.setdefault(name[len(start) :].partition(".")[0], Counter())[tuple(shape)] += 1
    return found


def _stages(members: dict[str, Counter[tuple[int, ...]]]) -> bool:
    """Whether members are stages of several blocks each (no two are alike), not layers."""
    shapes = list(members.values())
    return len(shapes) > 1 and all(one != other for i, one in enumerate(shapes) for other in shapes[:i])


def _width(measured: Measured, recorded: ClassTruth) -> int:
    """Size of the blocks' norms, where they all agree; stages have widths of their own."""
    if _stages(_members(measured, recorded)):
        return 0
    paths = {norm["path"] for layer in measured.layers for norm in layer.get("norms", ())}
    sizes = {recorded.parameters.get(f"{path}.weight", ()) for path in paths} - {()}
    return sizes.pop()[0] if len(sizes) == 1 else 0


def _vocabulary(measured: Measured, recorded: ClassTruth) -> int:
    name = measured.traits.get("embedding_weight")
    shape = recorded.parameters.get(name, ()) if isinstance(name, str) else ()
    return shape[0] if shape else 0
