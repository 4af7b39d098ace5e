"""The verdict on one claim, from the findings about the model that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from msgspec import UnsetType

from analyzer.claims.agreement import agrees, same
from analyzer.claims.conventions import ClaimReading, convention
from analyzer.claims.expressions import NAMED
from analyzer.claims.paper import Claim
from analyzer.claims.subject import ClaimSubject
from analyzer.report import FieldPlace, Finding, Json, Verdict
from analyzer.rule.vocabulary import find_trait


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict; ``findings`` of the code that led to it, the decisive one first; ``reason`` when undecidable,
    ``convention`` when paper and code say the same in different words."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    convention: str = ""


def judge(claim: Claim, subject: ClaimSubject, beside: Mapping[str, Json] | None = None) -> Judgement:
    """Compare ``claim`` with what is known of ``subject``; ``beside`` is what the paper states of the same model.

    A claim holds if the code does so anywhere in the stacks it is about, or the same in other words. Where it does so
    nowhere, an undecided finding
    leaves the claim undecided; one that the configuration decides leaves it to the configuration, unless the one that
    was analysed is the one which the claim is about.
    """
    if subject.failure:
        return Judgement(Verdict.UNDECIDABLE, reason=subject.failure)
    found = subject.about(claim.trait, claim.module)
    if not found:
        return _without_findings(claim, subject)
    known = tuple(one for one in found if one.reason is None)
    agreeing = tuple(one for one in known if agrees(claim, one.value, subject.number))
    if agreeing and _covered(claim, agreeing, subject):
        return Judgement(Verdict.CONFIRMED, (*agreeing, *(one for one in found if one not in agreeing)))
    if (equal := _equivalent(claim, known, subject, beside or {})) is not None:
        return equal
    if len(known) < len(found):
        undecided = next(one for one in found if one.reason is not None)
        return Judgement(Verdict.UNDECIDABLE, found, str(undecided.reason))
    configurable = not subject.configured and any(decided_by_configuration(one, subject) for one in known)
    return Judgement(Verdict.CONFIGURABLE if configurable else Verdict.CONTRADICTED, known)


def _equivalent(
    claim: Claim, known: Iterable[Finding], subject: ClaimSubject, beside: Mapping[str, Json]
) -> Judgement | None:
    """The verdict that paper and code say the same by convention, with the findings of which that is true first."""
    if isinstance(claim.value, UnsetType | list):
        return None
    read = [(one, convention(ClaimReading(claim.trait, claim.value, beside, one, subject))) for one in known]
    why = next((text for _, text in read if text), "")
    ordered = sorted(read, key=lambda pair: not pair[1])
    return Judgement(Verdict.EQUIVALENT, tuple(one for one, _ in ordered), convention=why) if why else None


def _covered(claim: Claim, agreeing: Iterable[Finding], subject: ClaimSubject) -> bool:
    """Whether everything that a list states is there: values of several kinds of layer."""
    if not isinstance(claim.value, list):
        return True
    values = tuple(one.value for one in agreeing)
    if any(isinstance(value, list) for value in values):
        return True
    return all(any(same(stated, value, subject.number) for value in values) for stated in claim.value)


def decided_by_configuration(finding: Finding, subject: ClaimSubject) -> bool:
    """Whether another configuration may give another value.

    A factor that is named by what it is made of (``inv_sqrt_head_dim``) stays what it is whatever the sizes are. A
    schedule (a list) says which layer is of which kind, and each kind has a finding of its own. A name that is looked
    up in a table decides a word, neither a number nor whether something is there. A number decides numbers, and of the
    words only the one that compares counts.
    """
    if isinstance(finding.value, str) and finding.value in NAMED.keys() - {"none"}:
        return False
    fields = (subject.fields.get(name) for name in finding.depends_on)
    return any(field is None or _can_decide(field, finding) for field in fields)


def _can_decide(field: FieldPlace, finding: Finding) -> bool:
    match field.value:
        case list():
            return False
        case str():
            return isinstance(finding.value, str)
        case int() | float() if not isinstance(field.value, bool):
            return not isinstance(finding.value, str) or finding.trait == "attention.kv"
        case _:
            return True


def _without_findings(claim: Claim, subject: ClaimSubject) -> Judgement:
    """A claim that a structure is not there holds if everything was understood and no rule saw it."""
    trait = find_trait(claim.trait)
    absent = cast("Json", trait.absent) if trait else None
    if claim.trait in subject.by_trait:
        return Judgement(Verdict.UNDECIDABLE, reason=f"nothing is known of {claim.trait} at {claim.module}")
    if absent is None:
        return Judgement(Verdict.UNDECIDABLE, reason=f"no rule decides {claim.trait} here")
    if subject.complete and agrees(claim, absent, subject.number):
        return Judgement(Verdict.CONFIRMED)
    return Judgement(Verdict.UNDECIDABLE, reason="no structure of the kind was recognised")
