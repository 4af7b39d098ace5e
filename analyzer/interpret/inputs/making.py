"""The tensors of the analysed call: one INPUT operation each, with sizes that print by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from analyzer.graph import OpKind, TensorType
from analyzer.interpret.inputs.fields import Fields
from analyzer.interpret.interface import Interpreter
from analyzer.interpret.recording import emission
from analyzer.library.inputs import SEQUENCE, TARGET_SEQUENCE, InputSpec
from analyzer.values import Instance, Origin, Tensor, Value, expect, traced

AxisNames: TypeAlias = Mapping[tuple[str, int], str]
"""What the sizes of inputs print as, by input and axis."""


def symbol(size: int, name: str) -> int:
    """A witness size that prints as ``name``."""
    return expect(int, traced(size, Origin(name, frozenset(), frozenset({name}))))


@dataclass(frozen=True, slots=True)
class InputNaming:
    """What sizes of inputs print as: ``names`` of axes, None for those of a usual call; with ``learning`` every size
    carries the input and axis that it belongs to."""

    names: AxisNames | None = None
    learning: bool = False

    def of(self, specs: Mapping[str, InputSpec], targets: Collection[str]) -> AxisNames:
        """The names of the axes of inputs."""
        if self.learning:
            return {(name, axis): f"{name}[{axis}]" for name, (_, shape) in specs.items() for axis in range(len(shape))}
        return axis_names(specs, targets) if self.names is None else self.names


def axis_names(specs: Mapping[str, InputSpec], targets: Collection[str]) -> AxisNames:
    """Which axes of the inputs of a usual call count rows (``batch``) and tokens: ``seq``, of ``targets``
    ``target_seq``."""
    found: dict[tuple[str, int], str] = {}
    for name, (_, shape) in specs.items():
        if len(shape) > 1:
            found[name, 0] = "batch"
        if len(shape) in (2, 3) and shape[1] in (SEQUENCE, TARGET_SEQUENCE):
            found[name, 1] = "target_seq" if name in targets else "seq"
    return found


def make_inputs(
    machine: Interpreter,
    specs: Mapping[str, InputSpec],
    config: Instance | None,
    naming: InputNaming = InputNaming(),
    padded: bool = False,
) -> dict[str, Value]:
    """The arguments by name: sizes carry the names of their axes, sizes and positions carry plausible numbers.

    Masks say that the end of the last row is padding where something is ``padded``.
    """
    made: dict[str, Value] = {}
    fields, numbers, named = (
        Fields(config, machine.platform.declarations),
        machine.platform.inputs.numbers,
        naming.of(specs, machine.platform.inputs.targets),
    )
    for name, (dtype, shape) in specs.items():
        axes = [(size, named.get((name, axis))) for axis, size in enumerate(shape)]
        sizes = tuple(size if word is None else symbol(size, word) for size, word in axes)
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
