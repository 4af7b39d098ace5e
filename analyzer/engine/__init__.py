"""Models × rules: scheduling over processes, budgets, survival of what breaks, the report."""

from analyzer.engine.assemble import gap_reports, model_report, source_of, tool_version
from analyzer.engine.baseline import baseline_text
from analyzer.engine.branches import alternatives
from analyzer.engine.examination import RULE_FAILED, Attempt, attempt, examine, problem_of, summarise
from analyzer.engine.lost import DIED, LATE
from analyzer.engine.path_ignores import PathIgnores
from analyzer.engine.rules import LoadedRules, chosen_rules, load_rules
from analyzer.engine.run import ScanOptions, choose, run
from analyzer.engine.schedule import HERE, Progress, build_all, examine_all, examine_each, ready, spread
from analyzer.engine.session import built, opened
from analyzer.engine.task import ConfigFile, ModelOutcome, ModelSummary, Packs, Settings, Task, TreeLocation
from analyzer.interpret import CONFIGURED

__all__ = [
    "CONFIGURED",
    "DIED",
    "HERE",
    "LATE",
    "RULE_FAILED",
    "Attempt",
    "ConfigFile",
    "LoadedRules",
    "ModelOutcome",
    "ModelSummary",
    "Packs",
    "PathIgnores",
    "Progress",
    "ScanOptions",
    "Settings",
    "Task",
    "TreeLocation",
    "alternatives",
    "attempt",
    "baseline_text",
    "build_all",
    "built",
    "choose",
    "chosen_rules",
    "examine",
    "examine_all",
    "examine_each",
    "gap_reports",
    "load_rules",
    "model_report",
    "opened",
    "problem_of",
    "ready",
    "run",
    "source_of",
    "spread",
    "summarise",
    "tool_version",
]
