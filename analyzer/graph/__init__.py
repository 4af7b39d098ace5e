"""Operation graphs: kinds, operations, the graph and the model around it."""

from analyzer.graph.call_inputs import CallInputs, CallSizes, ExtraInputs, NextStep
from analyzer.graph.decision import Decision, DecisionKind
from analyzer.graph.drift import Drift
from analyzer.graph.initial import Initial
from analyzer.graph.kinds import Group, OpKind
from analyzer.graph.model import (
    BuiltModel,
    ConfigField,
    ConfigIssue,
    ModuleCall,
    ModuleInfo,
    PublishedTensor,
    Setting,
    Status,
    TensorInfo,
)
from analyzer.graph.op import LIKE, REFLECTED, Constant, Dtype, Op, Operand, OperandRef, Phase, TensorType
from analyzer.graph.opgraph import GraphError, OpGraph
from analyzer.graph.program import NO_PROGRAM, FileScope, Program
from analyzer.graph.usage import FieldRead, SourceFiles, TyingClaim, UndefinedRead, Usage

__all__ = [
    "LIKE",
    "NO_PROGRAM",
    "REFLECTED",
    "BuiltModel",
    "CallInputs",
    "CallSizes",
    "ConfigField",
    "ConfigIssue",
    "Constant",
    "Decision",
    "DecisionKind",
    "Drift",
    "Dtype",
    "ExtraInputs",
    "FieldRead",
    "FileScope",
    "GraphError",
    "Group",
    "Initial",
    "ModuleCall",
    "ModuleInfo",
    "NextStep",
    "Op",
    "OpGraph",
    "OpKind",
    "Operand",
    "OperandRef",
    "Phase",
    "Program",
    "PublishedTensor",
    "Setting",
    "SourceFiles",
    "Status",
    "TensorInfo",
    "TensorType",
    "TyingClaim",
    "UndefinedRead",
    "Usage",
]
