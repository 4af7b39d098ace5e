"""The JSON contract: findings and reports as typed data, and their schema."""

from analyzer.report.branches import Alternative, Change
from analyzer.report.findings import EvidencePlace, FieldPlace, Finding, Json, Suppression, counts
from analyzer.report.fingerprint import fingerprint
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
from analyzer.report.verdicts import (
    VERDICTS_SCHEMA,
    ClaimReport,
    Divergence,
    PaperReport,
    Verdict,
    VerdictReport,
    verdicts_schema,
)

__all__ = [
    "SCHEMA",
    "VERDICTS_SCHEMA",
    "Alternative",
    "Change",
    "ClaimReport",
    "Coverage",
    "Divergence",
    "EvidencePlace",
    "FieldPlace",
    "Finding",
    "GapReport",
    "Json",
    "ModelReport",
    "PaperReport",
    "Problem",
    "Report",
    "Source",
    "Summary",
    "Suppression",
    "Tool",
    "Verdict",
    "VerdictReport",
    "counts",
    "fingerprint",
    "report_table",
    "schema",
    "verdicts_schema",
]
