"""Facts of the code on which a paper is silent, the costliest to guess wrong first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzer.claims.agreement import canonical
from analyzer.claims.paper import Silence
from analyzer.claims.subject import ClaimSubject
from analyzer.report import Finding
from analyzer.rule.impact import TraitImpact, impact_of, is_one_of, rank

IMPLIED = {
    "attention.kv": {"dims.kv_heads"},
    "dims.kv_heads": {"attention.kv"},
    "dims.head_dim": {"attention.head_dim", "dims.heads"},
    "dims.ffn": {"mlp.ratio"},
    "norm.bias": {"norm.type"},
}
"""Traits that a statement about another trait states as well."""


def unstated(
    stated: Iterable[str], silences: Iterable[Silence], subject: ClaimSubject
) -> Iterator[tuple[Finding, ...]]:
    """The findings about each trait that is neither ``stated`` nor as everybody assumes, most harmful first.

    Of those of the same impact the ones that are not as in most models come first.

    A trait that the claims file calls unstated is among them whatever its value is.
    """
    told, asked = frozenset(stated), frozenset(silence.trait for silence in silences)
    chosen = [trait for trait in subject.by_trait if trait in asked or _is_missed(trait, told, subject)]
    for trait in sorted(chosen, key=lambda trait: (rank_of(subject.about(trait)), trait)):
        yield subject.about(trait)


def rank_of(findings: Sequence[Finding]) -> int:
    """The place in the ranking of what is found about one trait."""
    return rank(findings[0].trait or "", [one.value for one in findings])


def _is_missed(trait: str, told: frozenset[str], subject: ClaimSubject) -> bool:
    row = impact_of(trait)
    if row is None or trait in told or IMPLIED.get(trait, set()) & told:
        return False
    return any(one.reason is None and not _goes_without_saying(one, row, subject) for one in subject.about(trait))


def _goes_without_saying(finding: Finding, row: TraitImpact, subject: ClaimSubject) -> bool:
    value = canonical(finding.value)
    if isinstance(value, list) and all(item == value[0] for item in value):
        return True  # a schedule of layers that are all alike, or nothing at all
    if finding.trait == "moe.layers" and isinstance(value, list) and len(value) == subject.number("layers"):
        return True  # every layer is sparse
    return is_one_of(value, row.assumed)
