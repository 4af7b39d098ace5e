"""What a paper takes over from those that it derives from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analyzer.claims.judge import judge
from analyzer.claims.paper import Claim
from analyzer.claims.read import PaperFile
from analyzer.claims.subject import ClaimSubject
from analyzer.report import Verdict

_KEPT = {Verdict.CONFIRMED, Verdict.EQUIVALENT}


@dataclass(frozen=True, slots=True)
class Inherited:
    """A claim of a paper that another one derives from."""

    file: PaperFile
    claim: Claim


def ancestors(file: PaperFile, library: Mapping[str, PaperFile]) -> Iterator[PaperFile]:
    """The papers that ``file`` derives from, the nearest first, each once; papers that ``library`` does not have are
    passed over. Papers that derive from each other end the walk."""
    seen, row = {file.name}, [file]
    while row:
        names = dict.fromkeys(name for one in row for name in one.paper.derives_from if name not in seen)
        seen.update(names)
        row = [library[name] for name in names if name in library]
        yield from row


def inherited(trait: str, file: PaperFile, library: Mapping[str, PaperFile], model: str) -> tuple[Inherited, ...]:
    """What the nearest ancestor of ``file`` that states ``trait`` says of it: of ``model`` if it knows that model, else
    of its own ones."""
    for one in ancestors(file, library):
        stated = [claim for claim in one.paper.claims if claim.trait == trait]
        about = [claim for claim in stated if claim.model == model] or stated
        if about:
            return tuple(Inherited(one, claim) for claim in about)
    return ()


def followed(claims: tuple[Inherited, ...], subject: ClaimSubject) -> bool:
    """Whether the code does what one of ``claims`` says, if in other words: whoever follows it gets it right."""
    return any(judge(one.claim, subject).verdict in _KEPT for one in claims)
