"""The tensors of the analysed call: one INPUT operation each, with sizes that print by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from analyzer.graph import OpKind, TensorType
from analyzer.interpret.inputs.fields import Fields
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.recording import emission
from analyzer.library.inputs import SEQUENCE, TARGET_SEQUENCE, InputSpec
from analyzer.values import Instance, Origin, Tensor, Value, expect, traced


def symbol(size: int, name: str) -> int:
    """A witness size that prints as ``name``."""
    return expect(int, traced(size, Origin(name, frozenset(), frozenset({name}))))


def make_inputs(
    machine: Interpreter,
    specs: Mapping[str, InputSpec],
    config: Instance | None,
    learning: bool = False,
    padded: bool = False,
) -> dict[str, Value]:
    """The arguments by name: leading sizes carry symbols, sizes and positions carry plausible numbers.

    With ``learning`` every size carries the input and axis that it belongs to; masks say that the end of the last row
    is padding where something is ``padded``.
    """
    made: dict[str, Value] = {}
    fields, numbers = Fields(config, machine.platform.declarations), machine.platform.inputs.numbers
    for name, (dtype, shape) in specs.items():
        named = axis_symbol if learning else partial(_size, targets=machine.platform.inputs.targets)
        sizes = tuple(named(name, axis, size, shape) for axis, size in enumerate(shape))
        outputs = (TensorType(sizes, dtype),)
        op = emission.add(machine, OpKind.INPUT, "input", (), {"name": name}, outputs)
        tensor = Tensor(sizes, dtype, op, 0, numbers(name, (dtype, shape), specs, fields, padded))
        whole, dot, _ = name.partition(".")
        if dot:
            group = made.get(whole)
            made[whole] = (*group, tensor) if isinstance(group, tuple) else (tensor,)
        else:
            made[name] = tensor
    return made


def axis_symbol(name: str, axis: int, size: int, shape: tuple[int, ...]) -> int:
    """A size that prints as the place that it is from (``pixel_values[1]``)."""
    return symbol(size, f"{name}[{axis}]")


def _size(name: str, axis: int, size: int, shape: tuple[int, ...], targets: Collection[str]) -> int:
    if axis == 0 and len(shape) > 1:
        return symbol(size, "batch")
    if axis == 1 and len(shape) in (2, 3) and shape[1] in (SEQUENCE, TARGET_SEQUENCE):
        return symbol(size, "target_seq" if name in targets else "seq")
    return size
