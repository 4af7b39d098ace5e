"""Operations on NumPy arrays, by canonical operation; parameters are those of the rule of the same name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyzer.library.operations.numeric.arithmetic import ARITHMETIC
from analyzer.library.operations.numeric.layout import LAYOUT
from analyzer.library.operations.numeric.picking import PICKING
from analyzer.library.operations.numeric.reducing import REDUCING

EVALUATE: Mapping[str, Callable[..., Any]] = {**ARITHMETIC, **LAYOUT, **PICKING, **REDUCING}
