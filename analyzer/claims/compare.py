"""All verdicts on one paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from msgspec import UnsetType

from analyzer.claims.conventions import told_besides
from analyzer.claims.judge import Judgement, judge
from analyzer.claims.paper import Claim, Paper
from analyzer.claims.parents import followed, inherited
from analyzer.claims.read import PaperFile
from analyzer.claims.record import claim_report, divergence, message, nothing, silence_report
from analyzer.claims.subject import ClaimSubject
from analyzer.claims.targets import Target, representatives, targets_of
from analyzer.claims.unstated import unstated
from analyzer.report import Divergence, Json, Verdict
from analyzer.rule.rule import Rule

Deciders: TypeAlias = Mapping[str, Rule]
"""The rule that decides each trait."""
Library: TypeAlias = Mapping[str, PaperFile]
"""Claims files by name, in which the papers that a paper derives from are looked up."""


def divergences(
    file: PaperFile,
    subject_of: Callable[[Target], ClaimSubject | None],
    deciders: Deciders,
    library: Library | None = None,
) -> Iterator[Divergence]:
    """The verdicts on each claim of ``file`` in its order, then, for each of its models, what it leaves out.

    Targets of which ``subject_of`` knows nothing are passed over.
    """
    for claim in file.paper.claims:
        for target in targets_of(claim, file.paper):
            if (subject := subject_of(target)) is not None:
                beside = _stated(file.paper, target.model, claim.checkpoint)
                yield _on_claim(file, claim, subject, judge(claim, subject, beside), deciders)
    for model in file.paper.models:
        known = ((subject_of(target), name) for target, name in representatives(file.paper, model).items())
        subject, name = next(((one, name) for one, name in known if one is not None and not one.failure), (None, None))
        if subject is not None:
            yield from _left_out(file, subject, name, library or {})


def _stated(paper: Paper, model: str, checkpoint: str | None) -> dict[str, Json]:
    """What ``paper`` states of ``model`` in all its modules: of ``checkpoint``, or of every one."""
    return {
        claim.trait: claim.value
        for claim in paper.claims
        if not isinstance(claim.value, UnsetType)
        and claim.module is None
        and claim.model in (None, model)
        and claim.checkpoint in (None, checkpoint)
    }


def _left_out(file: PaperFile, subject: ClaimSubject, checkpoint: str | None, library: Library) -> Iterator[Divergence]:
    model, paper = subject.model_type, file.paper
    above = {trait: inherited(trait, file, library, model) for trait in subject.by_trait}
    followed_here = {trait for trait, claims in above.items() if followed(claims, subject)}
    silences = {one.trait: one for one in paper.unstated if one.model in (None, model)}
    asked = tuple(one for trait, one in silences.items() if trait not in followed_here)
    stated = {claim.trait for claim in paper.claims if claim.model in (None, model)}
    told = stated | followed_here | set(told_besides(_stated(paper, model, checkpoint)))
    for findings in unstated(told, asked, subject):
        first, says = findings[0], next(iter(above[findings[0].trait or ""]), None)
        silence = silences.get(first.trait or "")
        parent = claim_report(says.file, says.claim) if says and not says.claim.trait.startswith("dims.") else None
        yield divergence(
            findings,
            subject,
            verdict=Verdict.UNSTATED,
            paper=file.name,
            claim=silence_report(file, silence) if silence else None,
            message=f"unstated: {first.message}",
            checkpoint=_analysed(subject, checkpoint),
            inherited=parent,
        )


def _on_claim(
    file: PaperFile, claim: Claim, subject: ClaimSubject, judgement: Judgement, deciders: Deciders
) -> Divergence:
    findings = judgement.findings or (nothing(claim, subject, deciders.get(claim.trait)),)
    finding, reason = findings[0], judgement.reason or None
    return divergence(
        findings,
        subject,
        verdict=judgement.verdict,
        paper=file.name,
        claim=claim_report(file, claim),
        value=None if reason else finding.value,
        certainty="unknown" if reason else finding.certainty,
        reason=reason,
        message=message(claim, finding, judgement),
        checkpoint=_analysed(subject, claim.checkpoint),
        convention=judgement.convention or None,
    )


def _analysed(subject: ClaimSubject, checkpoint: str | None) -> str | None:
    """``checkpoint`` if it is its configuration that was analysed."""
    return checkpoint if subject.configured and not subject.given else None
