"""The operations of torch: kinds, operands and result types, without running anything."""

from analyzer.library.torch_ops.arguments import canonical_arguments
from analyzer.library.torch_ops.attributes import TENSOR_ATTRIBUTES, TENSOR_METHODS
from analyzer.library.torch_ops.dtypes import defaulting_to
from analyzer.library.torch_ops.errors import BindingError, DataDependent, ShapeError, UnknownOperation
from analyzer.library.torch_ops.infer import Inferred, infer, types_in
from analyzer.library.torch_ops.names import canonical_name, operator_target, public_target
from analyzer.library.torch_ops.recorded import recompute
from analyzer.library.torch_ops.rule import Outputs
from analyzer.library.torch_ops.tables import RULES

__all__ = [
    "RULES",
    "TENSOR_ATTRIBUTES",
    "TENSOR_METHODS",
    "BindingError",
    "DataDependent",
    "Inferred",
    "Outputs",
    "ShapeError",
    "UnknownOperation",
    "canonical_arguments",
    "canonical_name",
    "defaulting_to",
    "infer",
    "operator_target",
    "public_target",
    "recompute",
    "types_in",
]
