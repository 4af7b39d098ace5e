"""The public surface: scan a tree, load a model, list what there is."""

from analyzer.api.alternatives import branches
from analyzer.api.ancestry import drifts, lineage
from analyzer.api.calls import SERVED, each, load, models, path_exists, place_of, scan
from analyzer.api.comparing import diff, diff_trees
from analyzer.api.configs import config_audit, model_of_config
from analyzer.api.costs import cost
from analyzer.api.guide import facts
from analyzer.api.inputs import read_config
from analyzer.api.model import Model, RuleFailed
from analyzer.api.papers import check_claims, new_claims, verify
from analyzer.api.project import LEVELS, ProjectSettings, read_project
from analyzer.api.rendering import formats, render
from analyzer.api.tables import models_called, read_report, rules_of_traits, table
from analyzer.base import AnalyzerError, Gap, InputError, Span
from analyzer.engine import CONFIGURED, Attempt, LoadedRules, PathIgnores, baseline_text, load_rules
from analyzer.graph import BuiltModel, ConfigField, ModuleInfo, Op, OpGraph, OpKind, Status, TensorInfo
from analyzer.report import (
    Alternative,
    Comparison,
    ConfigAudit,
    CostReport,
    Divergence,
    Finding,
    Lineage,
    Report,
    TraitTable,
    TreeComparison,
    Verdict,
    VerdictReport,
    schema,
)
from analyzer.rule import Query, Rule
from analyzer.rule.examples import ExampleResult, run_examples
from analyzer.rule.explain import Explanation
from analyzer.rule.fact_guide import FactField, FactGuide
from analyzer.rule.packs import load_packs
from analyzer.rule.rule_set import RuleSet
from analyzer.rule.scaffold import data_scaffold, scaffold
from analyzer.rule.vocabulary import Trait, vocabulary

__all__ = [
    "CONFIGURED",
    "LEVELS",
    "SERVED",
    "Alternative",
    "AnalyzerError",
    "Attempt",
    "BuiltModel",
    "Comparison",
    "ConfigAudit",
    "ConfigField",
    "CostReport",
    "Divergence",
    "ExampleResult",
    "Explanation",
    "FactField",
    "FactGuide",
    "Finding",
    "Gap",
    "InputError",
    "Lineage",
    "LoadedRules",
    "Model",
    "ModuleInfo",
    "Op",
    "OpGraph",
    "OpKind",
    "PathIgnores",
    "ProjectSettings",
    "Query",
    "Report",
    "Rule",
    "RuleFailed",
    "RuleSet",
    "Span",
    "Status",
    "TensorInfo",
    "Trait",
    "TraitTable",
    "TreeComparison",
    "Verdict",
    "VerdictReport",
    "baseline_text",
    "branches",
    "check_claims",
    "config_audit",
    "cost",
    "data_scaffold",
    "diff",
    "diff_trees",
    "drifts",
    "each",
    "facts",
    "formats",
    "lineage",
    "load",
    "load_packs",
    "load_rules",
    "model_of_config",
    "models",
    "models_called",
    "new_claims",
    "path_exists",
    "place_of",
    "read_config",
    "read_project",
    "read_report",
    "render",
    "rules_of_traits",
    "run_examples",
    "scaffold",
    "scan",
    "schema",
    "table",
    "verify",
    "vocabulary",
]
