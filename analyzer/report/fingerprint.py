"""What makes two findings of different runs the same."""

from __future__ import annotations

import hashlib

from analyzer.report.findings import Finding


def fingerprint(finding: Finding) -> str:
    """Stays the same while lines move: what is said, of which module, shown by which text."""
    text = finding.evidence[0].text if finding.evidence else ""
    path = finding.evidence[0].path if finding.evidence else ""
    parts = (finding.rule, finding.trait or "", finding.model_type, finding.class_name, finding.module, path, text)
    return hashlib.sha256("\0".join(parts).encode(errors="backslashreplace")).hexdigest()
