"""Code against code: two models operation by operation, two trees model by model."""

from analyzer.compare.compare import compare, undecided
from analyzer.compare.side import Side
from analyzer.compare.trees import compare_trees

__all__ = ["Side", "compare", "compare_trees", "undecided"]
