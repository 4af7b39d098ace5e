"""What expressions of the analysed code evaluate to."""

from analyzer.values.origin import TRACED, Origin, origin_of, plain, traced
from analyzer.values.tensor import Tensor

__all__ = ["TRACED", "Origin", "Tensor", "origin_of", "plain", "traced"]
