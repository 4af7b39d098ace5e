"""Expectations about sizes, read off the recorded parameters of the default configuration."""

from __future__ import annotations

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
    start = f"{measured.main_stack}."
    numbers = {name[len(start) :].partition(".")[0] for name in recorded.parameters if name.startswith(start)}
    return len(numbers) if all(number.isdecimal() for number in numbers) else 0


def _width(measured: Measured, recorded: ClassTruth) -> int:
    """Size of the blocks' norms, where they all agree."""
    paths = {norm["path"] for layer in measured.layers for norm in layer.get("norms", ())}
    sizes = {recorded.parameters.get(f"{path}.weight", ()) for path in paths} - {()}
    return sizes.pop()[0] if len(sizes) == 1 else 0


def _vocabulary(measured: Measured, recorded: ClassTruth) -> int:
    name = measured.traits.get("embedding_weight")
    shape = recorded.parameters.get(name, ()) if isinstance(name, str) else ()
    return shape[0] if shape else 0
