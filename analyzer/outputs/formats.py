"""Every kind of result with the formats that it can be printed in.

This is the one place where commands, ``--help``, ``analyzer.render`` and the README learn which formats there are. To
add one, write its function in a file of this folder and add a line to the table of each kind that it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from analyzer.base import GapKind, json_document
from analyzer.graph import BuiltModel
from analyzer.outputs import plain_tables as tables
from analyzer.outputs.bulk import calls_row, calls_text, model_section, parameters_row, parameters_text
from analyzer.outputs.claims_check import claims_data, claims_lines, mistakes
from analyzer.outputs.comparison import comparison
from analyzer.outputs.comparison_markdown import comparison_markdown, trees_markdown
from analyzer.outputs.concise import findings_concise, verdicts_concise
from analyzer.outputs.config_audit import config_markdown, config_rows, config_text
from analyzer.outputs.cost import cost_markdown, cost_rows, cost_text
from analyzer.outputs.dot import dot
from analyzer.outputs.explanation import explanation
from analyzer.outputs.fact_pages import fact_lines, facts_markdown, facts_table
from analyzer.outputs.findings_markdown import findings_page
from analyzer.outputs.format import Delimiters, Display, Format, FormatTable, Medium, Rendered
from analyzer.outputs.github import findings_github, verdicts_github
from analyzer.outputs.gitlab import findings_gitlab, verdicts_gitlab
from analyzer.outputs.graph_json import graph_json
from analyzer.outputs.graph_text import graph_text
from analyzer.outputs.graphml import graphml
from analyzer.outputs.junit import findings_junit, verdicts_junit
from analyzer.outputs.lineage import drift_lines, lineage, lineage_markdown
from analyzer.outputs.mermaid import mermaid, mermaid_markdown
from analyzer.outputs.model_json import model_json
from analyzer.outputs.model_markdown import model_markdown
from analyzer.outputs.model_page import model_result_page
from analyzer.outputs.results import (
    ClaimsCheck,
    DriftResult,
    ExamplesResult,
    FactsResult,
    ModelResult,
    ParametersResult,
    RulePages,
    ScanResult,
    VerificationResult,
)
from analyzer.outputs.rule_card import RuleCard, card
from analyzer.outputs.rule_list import example_lines, rule_lines, rules_markdown
from analyzer.outputs.rule_page import pages
from analyzer.outputs.sarif import findings_sarif
from analyzer.outputs.summary import summary
from analyzer.outputs.table import table
from analyzer.outputs.tabular import Table, csv_line, csv_lines, json_lines, markdown_lines
from analyzer.outputs.trait_table import (
    trait_table_latex,
    trait_table_markdown,
    trait_table_rows,
    trait_table_text,
)
from analyzer.outputs.tree_comparison import trees
from analyzer.outputs.verdicts import verdicts, verdicts_sarif
from analyzer.outputs.verdicts_markdown import verdicts_markdown
from analyzer.outputs.view import GraphView
from analyzer.outputs.vocabulary import gap_lines, trait_lines
from analyzer.report import Comparison, ConfigAudit, CostReport, Lineage, TraitTable, TreeComparison
from analyzer.rule.explain import Explanation
from analyzer.rule.vocabulary import Trait

R = TypeVar("R")


def _text(about: str, render: Callable[[R, Display], Rendered]) -> Format[R]:
    return Format(Medium.TEXT, about, render)


def _json(about: str, content: Callable[[R], object], indent: int = 2) -> Format[R]:
    return Format(Medium.JSON, about, lambda found, _: json_document(content(found), indent=indent))


def _jsonl(about: str, rows: Callable[[R], Iterable[object]]) -> Format[R]:
    return Format(Medium.JSONL, about, lambda found, _: json_lines(rows(found)))


def _csv(about: str, rows: Callable[[R], Table]) -> Format[R]:
    return Format(Medium.CSV, about, lambda found, _: csv_lines(rows(found)))


def _markdown(about: str, render: Callable[[R], Rendered]) -> Format[R]:
    return Format(Medium.MARKDOWN, about, lambda found, _: render(found))


def _array(about: str, content: Callable[[R], object]) -> Format[R]:
    """Several results one after the other as one JSON array, one on each line."""
    return Format(Medium.JSON, about, lambda found, _: json_lines([content(found)]), Delimiters("[", ",", "]"))


def _rows_csv(about: str, columns: tuple[str, ...], rows: Callable[[R], Table]) -> Format[R]:
    """CSV of several results one after the other under one line of headings."""
    delimiters = Delimiters(before=csv_line(columns))
    return Format(Medium.CSV, about, lambda found, _: map(csv_line, rows(found).rows), delimiters)


FINDINGS: Final[FormatTable[ScanResult]] = FormatTable(
    "findings",
    (
        _text("a summary", lambda found, display: summary(found.report, verbose=display.verbose)),
        Format(Medium.JSON, "one document with everything", lambda found, _: found.report.to_json(indent=1)),
        _jsonl("one finding per line", lambda found: found.report.findings),
        _markdown("a page with a table of the findings", lambda found: findings_page(found.report)),
        _csv("one finding per row", lambda found: tables.findings_table(found.report.findings)),
        Format(Medium.SARIF, "for code hosts and editors", findings_sarif),
        Format(Medium.CONCISE, "path:line: ID what, for commit hooks", findings_concise),
        Format(Medium.GITHUB, "annotations of a GitHub workflow", findings_github),
        Format(Medium.GITLAB, "a GitLab code quality report", findings_gitlab),
        Format(Medium.JUNIT, "test results, one per finding", findings_junit),
        Format(Medium.TABLE, "one finding per line, in columns", lambda found, _: table(found.report)),
    ),
)


MODEL: Final[FormatTable[ModelResult]] = FormatTable(
    "model",
    (
        _text("a page", lambda found, display: model_result_page(found, verbose=display.verbose)),
        Format(Medium.JSON, "one document", lambda found, _: model_json(found)),
        _jsonl("one finding per line", lambda found: found.findings),
        _markdown("a page", model_markdown),
        _csv("one finding per row", lambda found: tables.findings_table(found.findings)),
    ),
)

GRAPH: Final[FormatTable[GraphView]] = FormatTable(
    "graph",
    (
        _text("one operation per line", lambda found, display: graph_text(found, display.expressions)),
        Format(Medium.JSON, "for networkx.node_link_graph", lambda found, _: graph_json(found)),
        Format(Medium.GRAPHML, "for graph tools", lambda found, _: graphml(found)),
        Format(Medium.DOT, "for Graphviz", lambda found, _: dot(found)),
        Format(Medium.MERMAID, "a flowchart", lambda found, _: mermaid(found)),
        _markdown("a page with the flowchart", mermaid_markdown),
        _csv("one operation per row", tables.graph_table),
    ),
)

PARAMETERS: Final[FormatTable[ParametersResult]] = FormatTable(
    "parameters",
    (
        _text("equal layers once", lambda found, show: parameters_text(found, every=show.verbose)),
        _array("an array with an object for each model", parameters_row),
        _jsonl("one model per line", lambda found: [parameters_row(found)]),
        _markdown("a table for each model", lambda found: model_section(found.model, tables.parameters_table(found))),
        _rows_csv("one tensor per row", tables.PARAMETER_COLUMNS, tables.parameters_table),
    ),
)

CALLS: Final[FormatTable[BuiltModel]] = FormatTable(
    "calls",
    (
        _text("one module per line, equal layers once", lambda model, show: calls_text(model, every=show.verbose)),
        _array("an array with an object for each model", calls_row),
        _jsonl("one model per line", lambda model: [calls_row(model)]),
        _markdown("a table for each model", lambda model: model_section(model, tables.calls_table(model))),
        _rows_csv("one module per row", tables.CALL_COLUMNS, tables.calls_table),
    ),
)

COMPARISON: Final[FormatTable[Comparison]] = FormatTable(
    "comparison",
    (
        _text("a page", lambda found, show: comparison(found, every=show.unchanged, verbose=show.verbose)),
        _json("one document", lambda found: found),
        Format(Medium.MARKDOWN, "a page", lambda found, show: comparison_markdown(found, every=show.unchanged)),
        _csv("one departure, trait, parameter or list of layers per row", tables.comparison_table),
    ),
)

TREES: Final[FormatTable[TreeComparison]] = FormatTable(
    "trees",
    (
        _text("a page", lambda found, display: trees(found, verbose=display.verbose)),
        _json("one document", lambda found: found),
        _markdown("a page", trees_markdown),
        _csv("one change of the code per row", tables.trees_table),
    ),
)

TABLE: Final[FormatTable[TraitTable]] = FormatTable(
    "table",
    (
        _text("one model per line, and notes", trait_table_text),
        _json("one document", lambda found: found, indent=1),
        _jsonl("one model per line", lambda found: found.models),
        Format(Medium.MARKDOWN, "a table, and notes", trait_table_markdown),
        _csv("one model per row", trait_table_rows),
        Format(Medium.LATEX, "a table with the rules of booktabs, and notes", trait_table_latex),
    ),
)

COST: Final[FormatTable[CostReport]] = FormatTable(
    "cost",
    (
        _text("a page", cost_text),
        _json("one document", lambda found: found),
        _markdown("a page of tables", cost_markdown),
        _csv("one number per row", cost_rows),
    ),
)

CONFIG: Final[FormatTable[ConfigAudit]] = FormatTable(
    "config",
    (
        _text("a page", config_text),
        _json("one document", lambda found: found),
        _jsonl("one field per line", lambda found: found.fields),
        _markdown("a table", config_markdown),
        _csv("one field per row", config_rows),
    ),
)

LINEAGE: Final[FormatTable[Lineage]] = FormatTable(
    "lineage",
    (
        _text("a page", lambda found, display: lineage(found, verbose=display.verbose)),
        _json("one document", lambda found: found),
        _markdown("a page", lineage_markdown),
        _csv("one class per row", tables.lineage_table),
    ),
)

DRIFTS: Final[FormatTable[DriftResult]] = FormatTable(
    "drifts",
    (
        _text("a page", lambda found, display: drift_lines(found.checked, found.drifts, verbose=display.verbose)),
        _json("an array", lambda found: found.drifts),
        Format(
            Medium.MARKDOWN,
            "as text",
            lambda found, show: drift_lines(found.checked, found.drifts, verbose=show.verbose),
        ),
        _csv("one piece of code per row", lambda found: tables.drifts_table(found.drifts)),
    ),
)

VERIFICATION: Final[FormatTable[VerificationResult]] = FormatTable(
    "verification",
    (
        _text("a page", lambda found, display: verdicts(found.report, verbose=display.verbose)),
        Format(Medium.JSON, "one document", lambda found, _: found.report.to_json(indent=1)),
        _jsonl("one verdict per line", lambda found: found.report.findings),
        _markdown("what the papers do not say, and the verdicts", lambda found: verdicts_markdown(found.report)),
        _csv("one verdict per row", lambda found: tables.verdicts_table(found.report)),
        Format(Medium.SARIF, "for code hosts and editors", verdicts_sarif),
        Format(Medium.CONCISE, "path:line: ID what, for commit hooks", verdicts_concise),
        Format(Medium.GITHUB, "annotations of a GitHub workflow", verdicts_github),
        Format(Medium.GITLAB, "a GitLab code quality report", verdicts_gitlab),
        Format(Medium.JUNIT, "test results, one per contradicted claim", verdicts_junit),
    ),
)


FACTS: Final[FormatTable[FactsResult]] = FormatTable(
    "facts",
    (
        _text("one fact per line, or a page for each that is named", lambda found, _: fact_lines(found)),
        _json("an array", lambda found: found.guides),
        _jsonl("one fact per line", lambda found: found.guides),
        _markdown("a table, or a section for each that is named", facts_markdown),
        _csv("one field per row", facts_table),
    ),
)

RULES: Final[FormatTable[Sequence[RuleCard]]] = FormatTable(
    "rules",
    (
        _text("two lines per rule", lambda cards, _: rule_lines(cards)),
        _json("an array", lambda cards: cards),
        _jsonl("one rule per line", lambda cards: cards),
        _markdown("a table", rules_markdown),
        _csv("one rule per row", tables.rules_table),
    ),
)

RULE_PAGES: Final[FormatTable[RulePages]] = FormatTable(
    "rule pages",
    (
        _text("the page of the rule, or why it matches", lambda found, _: pages(found.rules)),
        _json("one document", lambda found: card(found.rules[0]) if found.single else [*map(card, found.rules)]),
        _markdown("the same as text", lambda found: pages(found.rules)),
    ),
)

EXPLANATION: Final[FormatTable[Explanation]] = FormatTable(
    "explanation",
    (
        _text("a page", lambda found, _: explanation(found)),
        _json("one document", lambda found: found),
        _markdown("the same as text", explanation),
    ),
)

EXAMPLES: Final[FormatTable[ExamplesResult]] = FormatTable(
    "examples",
    (
        _text("what failed, and counts", lambda found, _: example_lines(found)),
        _json("an array with every run", lambda found: found.results),
        _jsonl("one run per line", lambda found: found.results),
        _markdown("a table of every run", lambda found: markdown_lines(tables.examples_table(found))),
        _csv("one run per row", tables.examples_table),
    ),
)

TRAITS: Final[FormatTable[Sequence[Trait]]] = FormatTable(
    "traits",
    (
        _text("two lines per trait", lambda traits, _: trait_lines(traits)),
        _json("an array", lambda traits: traits, indent=1),
        _jsonl("one trait per line", lambda traits: traits),
        _markdown("a table", lambda traits: markdown_lines(tables.traits_table(traits))),
        _csv("one trait per row", tables.traits_table),
    ),
)

GAPS: Final[FormatTable[Sequence[GapKind]]] = FormatTable(
    "gaps",
    (
        _text("three lines per code", lambda kinds, _: gap_lines(kinds)),
        _json("an array", lambda kinds: kinds, indent=1),
        _jsonl("one code per line", lambda kinds: kinds),
        _markdown("a table", lambda kinds: markdown_lines(tables.gaps_table(kinds))),
        _csv("one code per row", tables.gaps_table),
    ),
)

CLAIMS: Final[FormatTable[ClaimsCheck]] = FormatTable(
    "claims",
    (
        _text("one mistake per line, and counts", lambda found, _: claims_lines(found)),
        _json("one document", lambda found: claims_data(found), indent=1),
        _jsonl("one mistake per line", lambda found: mistakes(found)),
        _markdown("a table", lambda found: markdown_lines(tables.claims_table(found))),
        _csv("one mistake per row", tables.claims_table),
    ),
)

FORMATS: Final[tuple[FormatTable[Any], ...]] = (
    *(FINDINGS, MODEL, GRAPH, PARAMETERS, CALLS, COMPARISON, TREES, TABLE, COST, CONFIG, LINEAGE, DRIFTS, VERIFICATION),
    *(RULES, FACTS, RULE_PAGES, EXPLANATION, EXAMPLES, TRAITS, GAPS, CLAIMS),
)
"""Every kind of result."""
