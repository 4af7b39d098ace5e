"""The abstract tensor: its type and the operation that made it, not its numbers."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from analyzer.graph import Dtype, Op

Array: TypeAlias = np.ndarray[Any, Any]
"""An array of NumPy. Any: its shape and element type are values of the program, not types of the analysis."""


class Tensor:
    """A handle on one output of an operation.

    Sizes are integers, those with an origin print as expressions. ``data`` holds the numbers of a small tensor that
    the code alone decides (positions, masks, frequencies), else None. An in-place operation moves the handle on to its
    own output, which is why a tensor is the one mutable value.
    """

    __slots__ = ("assumed", "attributes", "base", "data", "dtype", "op", "output", "parameter", "shape", "span")

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: Dtype,
        op: Op | None = None,
        output: int = 0,
        data: Array | None = None,
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.op = op
        self.output = output
        self.data = data
        self.assumed = False
        """``data`` is a witness for numbers that are not known (which experts a token picks)."""
        self.parameter = False
        """True for ``nn.Parameter``."""
        self.attributes: dict[str, object] = {}
        """Attributes that the code sets on the tensor."""
        self.span: object = None
        self.base: Tensor | None = None
        """The tensor whose elements this one shares, for a view: an in-place operation changes both."""

    def __repr__(self) -> str:
        return f"Tensor({list(self.shape)}, {self.dtype.value})"
