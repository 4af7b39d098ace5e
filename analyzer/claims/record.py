"""Verdicts as the report has them: a finding of the code, with what the paper says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.claims.judge import Judgement
from analyzer.claims.paper import Claim, Silence
from analyzer.claims.read import PaperFile
from analyzer.claims.subject import ClaimSubject
from analyzer.claims.unstated import rank_of
from analyzer.report import ClaimReport, Divergence, EvidencePlace, Finding, Json, Verdict
from analyzer.rule.impact import impact_of
from analyzer.rule.rule import Rule

_SEVERITY = {Verdict.CONTRADICTED: "warning"}
_NO_RULE = ("CLAIM", "claim")
"""Id and name where no rule decides what the paper states."""


def divergence(
    findings: tuple[Finding, ...], subject: ClaimSubject, *, verdict: Verdict, **changes: object
) -> Divergence:
    """The first of ``findings`` as a divergence, with a line of each other and of the fields that all depend on."""
    finding, *others = findings
    row = impact_of(finding.trait or "") if verdict is Verdict.UNSTATED else None
    fields = msgspec.structs.asdict(finding) | {
        "kind": "divergence",
        "verdict": verdict,
        "severity": _SEVERITY.get(verdict, "info"),
        "impact": row.impact.value if row else None,
        "rank": rank_of(findings) if row else None,
        "evidence": (
            *finding.evidence,
            *(place for other in others for place in other.evidence[:1]),
            *_field_places(findings, subject),
        ),
        "others": _others(others),
        **changes,
    }
    return Divergence(**fields)


def _field_places(findings: Iterable[Finding], subject: ClaimSubject) -> Iterator[EvidencePlace]:
    for name in dict.fromkeys(name for finding in findings for name in finding.depends_on):
        known = subject.fields.get(name)
        if known is not None and known.place is not None:
            shown = f" = {known.value}" if not isinstance(known.value, list | dict) else ""
            yield msgspec.structs.replace(known.place, role=f"{name}{shown}")


def nothing(claim: Claim, subject: ClaimSubject, rule: Rule | None) -> Finding:
    """The finding that stands for none; ``rule`` is the one that decides the trait."""
    return Finding(
        rule=rule.id if rule else _NO_RULE[0],
        name=rule.name if rule else _NO_RULE[1],
        kind="divergence",
        trait=claim.trait,
        value=None,
        model_type=subject.model_type,
        class_name=subject.class_name,
        module=claim.module or "",
        certainty="proved",
        depends_on=(),
        reason=None,
        message="",
        severity="info",
        evidence=(),
    )


def _others(findings: Iterable[Finding]) -> dict[str, Json]:
    return {one.module: one.value if one.reason is None else f"unknown: {one.reason}" for one in findings}


def message(claim: Claim, finding: Finding, judgement: Judgement) -> str:
    """What paper and code say of one trait, in a line."""
    paper = f"{claim.trait}: the paper says {_said(claim)} ({claim.where})"
    if judgement.reason:
        return f"{paper}; undecidable: {judgement.reason}"
    if not judgement.findings:
        return f"{paper}; the code has nothing of the kind"
    same = f"; the same by convention: {judgement.convention}" if judgement.convention else ""
    return f"{paper}{same}; the code: {finding.message}"


def _said(claim: Claim) -> str:
    value = claim.value if not isinstance(claim.value, UnsetType) else claim.excluded
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode() if value is not UNSET else ""
    return text if not isinstance(claim.value, UnsetType) else f"not {text}"


def claim_report(file: PaperFile, claim: Claim) -> ClaimReport:
    """What the paper says, for the report."""
    stated = not isinstance(claim.value, UnsetType)
    value = claim.value if stated else claim.excluded
    return ClaimReport(
        value=None if isinstance(value, UnsetType) else value,
        negated=not stated,
        where=claim.where,
        confidence=claim.confidence,
        checkpoint=claim.checkpoint,
        note=claim.note,
        path=file.path,
        line=file.line_of(claim),
    )


def silence_report(file: PaperFile, silence: Silence) -> ClaimReport:
    """That the paper says nothing, for the report."""
    return ClaimReport(
        value=None,
        negated=False,
        where="",
        confidence="high",
        checkpoint=None,
        note=silence.note,
        path=file.path,
        line=file.line_of(silence),
    )
