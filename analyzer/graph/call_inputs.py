"""The arguments of a forward call, and what callers may hand over besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analyzer.graph.op import Dtype


class Further(StrEnum):
    """What a caller may hand over besides: masks that say which tokens are padding; positions of tokens (training on
    rows that are packed without padding: nothing is cached then)."""

    MASKS = "masks"
    POSITIONS = "positions"


@dataclass(frozen=True, slots=True)
class CallInputs:
    """The arguments of a forward call: tensors by name with element type and shape, and constants."""

    tensors: Mapping[str, tuple[Dtype, tuple[int, ...]]]
    constants: Mapping[str, object] = field(default_factory=dict)
