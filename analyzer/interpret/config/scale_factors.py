"""Factors that a configuration leaves to the code: ``config.rope_parameters.get("partial_rotary_factor", 1.0)``.

A class can build with its defaults and still refuse every call, because sizes that all come from the configuration do
not agree. If one of them is scaled by a factor that the configuration may have and has not, the factor with which they
agree is what the defaults lack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.interpret.inputs.solving import places_of, whole_numbers
from analyzer.interpret.runtime.exceptions import Mismatch
from analyzer.sources import syntax
from analyzer.sources.mentions import read_in
from analyzer.values import Instance, Tensor, Value

ScaleFactor = tuple[str, str, float]
"""Field with a dictionary, key that it lacks, the code's default."""


def ratios(mismatch: Mismatch | None) -> tuple[float, ...]:
    """What sizes would have to be multiplied with for the refused operation to fit, if no input decides them."""
    if mismatch is None:
        return ()
    tensors = [arg for arg in mismatch.args if isinstance(arg, Tensor) and arg.shape]
    pieces = next((arg for arg in mismatch.args if isinstance(arg, list | tuple)), None)
    if mismatch.name == "split" and len(tensors) == 1 and pieces and all(_fixed(size) for size in pieces):
        dim = next(whole_numbers(reversed(mismatch.args)), 0)
        given = tensors[0].shape[dim]
        return (sum(map(int, pieces)) / int(given),) if _fixed(given) and given else ()
    if mismatch.name in ("add", "mul", "sub") and len(tensors) == 2:
        one, other = (tensor.shape[-1] for tensor in tensors)
        return (int(one) / int(other), int(other) / int(one)) if _fixed(one) and _fixed(other) and one and other else ()
    return ()


def _fixed(size: Value) -> bool:
    return isinstance(size, int) and not list(places_of(size))


def factors(body: syntax.Node) -> Iterator[ScaleFactor]:
    """The factors that code asks for: ``….field.get("key", default)`` with a number as default."""
    for node in read_in(body):
        match node:
            case syntax.Call(
                function=syntax.Attribute(value=syntax.Attribute(name=field), name="get"),
                arguments=(
                    syntax.Argument(value=syntax.Literal(value=str() as key)),
                    syntax.Argument(value=syntax.Literal(value=float() as default)),
                ),
            ):
                yield field, key, default


def lacking(config: Instance, factor: ScaleFactor) -> Mapping[str, Value] | None:
    """The dictionary of a configuration that a factor would be in, None if it is there or there is no dictionary."""
    held = config.attributes.get(factor[0])
    return held if isinstance(held, dict) and factor[1] not in held else None
