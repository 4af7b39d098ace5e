"""Code against code: two models operation by operation, two trees model by model, many models side by side."""

from analyzer.compare.columns import chosen_traits
from analyzer.compare.compare import compare, undecided
from analyzer.compare.side import Side
from analyzer.compare.trait_table import trait_table
from analyzer.compare.trees import compare_trees

__all__ = ["Side", "chosen_traits", "compare", "compare_trees", "trait_table", "undecided"]
