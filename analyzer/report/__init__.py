"""The JSON contract: findings and reports as typed data, and their schema."""

from analyzer.report.findings import EvidencePlace, Finding, Json
from analyzer.report.report import (
    SCHEMA,
    Coverage,
    GapReport,
    ModelReport,
    Problem,
    Report,
    Source,
    Summary,
    Tool,
    report_table,
    schema,
)

__all__ = [
    "SCHEMA",
    "Coverage",
    "EvidencePlace",
    "Finding",
    "GapReport",
    "Json",
    "ModelReport",
    "Problem",
    "Report",
    "Source",
    "Summary",
    "Tool",
    "report_table",
    "schema",
]
