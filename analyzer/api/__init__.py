"""The public surface: scan a tree, load a model, list what there is."""

from analyzer.api.alternatives import branches
from analyzer.api.ancestry import drifts, lineage
from analyzer.api.calls import SERVED, each, load, models, place_of, scan
from analyzer.api.comparing import diff, diff_trees
from analyzer.api.inputs import read_config
from analyzer.api.model import Model, RuleFailed
from analyzer.api.papers import check_claims, new_claims, verify
from analyzer.base import AnalyzerError, Gap, InputError, Span
from analyzer.engine import Attempt
from analyzer.graph import BuiltModel, ConfigField, ModuleInfo, Op, OpGraph, OpKind, Status, TensorInfo
from analyzer.report import (
    Alternative,
    Comparison,
    Divergence,
    Finding,
    Lineage,
    Report,
    TreeComparison,
    Verdict,
    VerdictReport,
    schema,
)
from analyzer.rule import Query, Rule
from analyzer.rule.packs import load_packs
from analyzer.rule.rule_set import RuleSet
from analyzer.rule.vocabulary import Trait, vocabulary

__all__ = [
    "SERVED",
    "Alternative",
    "AnalyzerError",
    "Attempt",
    "BuiltModel",
    "Comparison",
    "ConfigField",
    "Divergence",
    "Finding",
    "Gap",
    "InputError",
    "Lineage",
    "Model",
    "ModuleInfo",
    "Op",
    "OpGraph",
    "OpKind",
    "Query",
    "Report",
    "Rule",
    "RuleFailed",
    "RuleSet",
    "Span",
    "Status",
    "TensorInfo",
    "Trait",
    "TreeComparison",
    "Verdict",
    "VerdictReport",
    "branches",
    "check_claims",
    "diff",
    "diff_trees",
    "drifts",
    "each",
    "lineage",
    "load",
    "load_packs",
    "models",
    "new_claims",
    "place_of",
    "read_config",
    "scan",
    "schema",
    "verify",
    "vocabulary",
]
