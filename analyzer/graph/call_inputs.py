"""The arguments of a forward call, and extra inputs that callers may pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analyzer.graph.op import Dtype, Op


class ExtraInputs(StrEnum):
    """Inputs that a caller may add to the analysed call.

    ``MASKS`` say which tokens are padding. ``POSITIONS`` say where each token stands: training code passes them with
    rows that are packed without padding, and then nothing is cached.
    """

    MASKS = "masks"
    POSITIONS = "positions"


@dataclass(frozen=True, slots=True)
class CallInputs:
    """The arguments of a forward call: tensors by name with element type and shape, and constants."""

    tensors: Mapping[str, tuple[Dtype, tuple[int, ...]]]
    constants: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallSizes:
    """How much a call is given: ``batch`` rows of ``context`` tokens."""

    batch: int
    context: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """The call after the analysed one: one more token in each row, with what the first call kept.

    ``inputs`` are its tensors. ``reason`` says why it is not known (whole), empty if it ran to its end.
    """

    ops: tuple[Op, ...] = ()
    inputs: Mapping[str, tuple[Dtype, tuple[int, ...]]] = field(default_factory=dict)
    reason: str = ""
