"""The arguments of a forward call, and extra inputs that callers may pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analyzer.graph.op import Dtype


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
