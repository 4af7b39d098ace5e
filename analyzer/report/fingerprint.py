"""What makes two findings of different runs the same."""

from __future__ import annotations

import hashlib

from analyzer.report.findings import Finding


def fingerprint(finding: Finding) -> str:
    """Stays the same while lines and folders move: what is said, of which module, shown by which text in which file.

    Of the file's path the name alone counts: the rest depends on whether a file, its folder or a repository is scanned.
    """
    path = finding.evidence[0].path if finding.evidence else ""
    return _digest(finding, path.rpartition("/")[2])


def first_fingerprint(finding: Finding) -> str:
    """What version 0.1.0 wrote into baselines: the whole path counts."""
    return _digest(finding, finding.evidence[0].path if finding.evidence else "")


def _digest(finding: Finding, path: str) -> str:
    text = finding.evidence[0].text if finding.evidence else ""
    parts = (finding.rule, finding.trait or "", finding.model_type, finding.class_name, finding.module, path, text)
    return hashlib.sha256("\0".join(parts).encode(errors="backslashreplace")).hexdigest()
