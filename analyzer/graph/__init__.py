"""Operation graphs: kinds, operations, the graph and the model around it."""

from analyzer.graph.again import Again, Further
from analyzer.graph.decision import Decision
from analyzer.graph.drift import Drift, Drifts
from analyzer.graph.initial import Initial
from analyzer.graph.kinds import Group, OpKind
from analyzer.graph.model import BuiltModel, ConfigField, ConfigIssue, ModuleInfo, Status, TensorInfo
from analyzer.graph.op import LIKE, REFLECTED, Constant, Dtype, Op, Operand, OperandRef, Phase, TensorType
from analyzer.graph.opgraph import GraphError, OpGraph
from analyzer.graph.usage import FieldRead, TyingClaim, UndefinedRead, Usage

__all__ = [
    "LIKE",
    "REFLECTED",
    "Again",
    "BuiltModel",
    "ConfigField",
    "ConfigIssue",
    "Constant",
    "Decision",
    "Drift",
    "Drifts",
    "Dtype",
    "FieldRead",
    "Further",
    "GraphError",
    "Group",
    "Initial",
    "ModuleInfo",
    "Op",
    "OpGraph",
    "OpKind",
    "Operand",
    "OperandRef",
    "Phase",
    "Status",
    "TensorInfo",
    "TensorType",
    "TyingClaim",
    "UndefinedRead",
    "Usage",
]
