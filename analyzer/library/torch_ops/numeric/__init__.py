"""Operations on NumPy arrays, by canonical operation; parameters are those of the rule of the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.library.torch_ops.numeric.arithmetic import ARITHMETIC
from analyzer.library.torch_ops.numeric.layout import LAYOUT
from analyzer.library.torch_ops.numeric.picking import PICKING
from analyzer.library.torch_ops.numeric.reducing import REDUCING

EVALUATE: Mapping[str, Callable[..., Any]] = {**ARITHMETIC, **LAYOUT, **PICKING, **REDUCING}
