"""The operations of torch: kinds, operands and result types, without running anything."""

from analyzer.frameworks.torch.operations.tables import RULES
from analyzer.frameworks.torch.operations.targets import (
    FROM_ARRAYS,
    OPERATORS,
    PREFIXES,
    RENAMED,
    SILENT,
    TO_SIZES,
    WITHIN,
)
from analyzer.library.operations.table import Operations

OPERATIONS = Operations(RULES, OPERATORS, PREFIXES, RENAMED, WITHIN, SILENT, FROM_ARRAYS, TO_SIZES)

__all__ = ["OPERATIONS"]
