"""All verdicts on one paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.claims.judge import Judgement, judge
from analyzer.claims.paper import Claim, Silence
from analyzer.claims.read import PaperFile
from analyzer.claims.subject import ClaimSubject
from analyzer.claims.targets import Target, all_targets, targets_of
from analyzer.claims.unstated import rank_of, unstated
from analyzer.report import ClaimReport, Divergence, EvidencePlace, Finding, Json, Verdict
from analyzer.rule.impact import impact_of
from analyzer.rule.rule import Rule

Deciders = Mapping[str, Rule]
"""The rule that decides each trait."""
_SEVERITY = {Verdict.CONTRADICTED: "warning"}
_NO_RULE = ("CLAIM", "claim")
"""Id and name where no rule decides what the paper states."""


def divergences(
    file: PaperFile, subject_of: Callable[[Target], ClaimSubject | None], deciders: Deciders
) -> Iterator[Divergence]:
    """The verdicts on each claim of ``file`` in its order, then, for each of its models, what it leaves out.

    Targets of which ``subject_of`` knows nothing are passed over.
    """
    for claim in file.paper.claims:
        for target in targets_of(claim, file.paper):
            if (subject := subject_of(target)) is not None:
                yield _on_claim(file, claim, subject, judge(claim, subject), deciders)
    for model in file.paper.models:
        if (subject := _representative(file, model, subject_of)) is not None:
            yield from _left_out(file, subject)


def _representative(
    file: PaperFile, model: str, subject_of: Callable[[Target], ClaimSubject | None]
) -> ClaimSubject | None:
    """What is known of ``model`` under its defaults, or of its first checkpoint where these cannot be built."""
    known = (subject_of(target) for target in all_targets(file.paper) if target.model == model)
    return next((subject for subject in known if subject is not None and not subject.failure), None)


def _left_out(file: PaperFile, subject: ClaimSubject) -> Iterator[Divergence]:
    own = (None, subject.model_type)
    silences = tuple(silence for silence in file.paper.unstated if silence.model in own)
    stated = {claim.trait for claim in file.paper.claims if claim.model in own}
    for findings in unstated(stated, silences, subject):
        first = findings[0]
        silence = next((one for one in silences if one.trait == first.trait), None)
        yield _made(
            findings,
            subject,
            verdict=Verdict.UNSTATED,
            paper=file.name,
            claim=_silence_report(file, silence) if silence else None,
            message=f"unstated: {first.message}",
        )


def _on_claim(
    file: PaperFile, claim: Claim, subject: ClaimSubject, judgement: Judgement, deciders: Deciders
) -> Divergence:
    findings = judgement.findings or (_nothing(claim, subject, deciders),)
    finding, reason = findings[0], judgement.reason or None
    return _made(
        findings,
        subject,
        verdict=judgement.verdict,
        paper=file.name,
        claim=_claim_report(file, claim),
        value=None if reason else finding.value,
        certainty="unknown" if reason else finding.certainty,
        reason=reason,
        message=_message(claim, finding, judgement),
    )


def _made(findings: tuple[Finding, ...], subject: ClaimSubject, *, verdict: Verdict, **changes: object) -> Divergence:
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


def _nothing(claim: Claim, subject: ClaimSubject, deciders: Deciders) -> Finding:
    """The finding that stands for none."""
    rule = deciders.get(claim.trait)
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


def _message(claim: Claim, finding: Finding, judgement: Judgement) -> str:
    paper = f"{claim.trait}: the paper says {_said(claim)} ({claim.where})"
    if judgement.reason:
        return f"{paper}; undecidable: {judgement.reason}"
    if not judgement.findings:
        return f"{paper}; the code has nothing of the kind"
    return f"{paper}; the code: {finding.message}"


def _said(claim: Claim) -> str:
    value = claim.value if not isinstance(claim.value, UnsetType) else claim.excluded
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode() if value is not UNSET else ""
    return text if not isinstance(claim.value, UnsetType) else f"not {text}"


def _claim_report(file: PaperFile, claim: Claim) -> ClaimReport:
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


def _silence_report(file: PaperFile, silence: Silence) -> ClaimReport:
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
