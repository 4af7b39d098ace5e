"""The operations of torch: kinds, operands and result types, without running anything."""

from analyzer.frameworks.torch.operations.tables import RULES
from analyzer.frameworks.torch.operations.targets import OPERATORS, PREFIXES, RENAMED, SILENT, WITHIN
from analyzer.library.operations.table import Operations

OPERATIONS = Operations(RULES, OPERATORS, PREFIXES, RENAMED, WITHIN, SILENT)

__all__ = ["OPERATIONS"]
