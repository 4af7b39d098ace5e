"""What code hosts are given: the findings that ask for attention, at paths relative to the repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from analyzer.outputs.format import Display
from analyzer.report import Divergence, EvidencePlace, Finding, Problem, Source, Verdict, counts, fingerprint
from analyzer.sources.read import is_file

F = TypeVar("F", bound=Finding)
_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Base:
    """The folder that paths are relative to for a code host: the repository, else what was scanned.

    ``below`` leads from there to what the report's paths are relative to.
    """

    folder: Path
    below: PurePath

    @classmethod
    def of(cls, source: Source) -> Base:
        root = Path(source.root)
        root = (root.parent if is_file(root) else root).absolute()
        around = root if source.repository is None else Path(source.repository)
        return cls(around, root.relative_to(around)) if root.is_relative_to(around) else cls(root, PurePath())

    def path(self, path: str) -> str:
        """``path`` of the report as the code host knows it; one that leads elsewhere stays as it is."""
        if not path:
            return path
        given = PurePath(path)
        if given.is_absolute():
            return given.relative_to(self.folder).as_posix() if given.is_relative_to(self.folder) else path
        return (self.below / given).as_posix()


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to look at; lines and columns count from 1, 0 where there is no place. ``key`` is its own, and stays
    the same while lines move; ``broken`` says that something went wrong, and nothing was found."""

    severity: str
    rule: str
    name: str
    model: str
    message: str
    path: str
    key: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    broken: bool = False

    @property
    def title(self) -> str:
        return f"{self.rule} {self.name}".strip()


def asking(findings: Iterable[F], display: Display) -> list[F]:
    """The findings that ask for attention (all of them for ``everything``), the most severe first."""
    chosen = [one for one in findings if display.everything or _asks(one)]
    return sorted(chosen, key=lambda one: (not _asks(one), _ORDER[one.severity]))


def _asks(finding: Finding) -> bool:
    if isinstance(finding, Divergence):
        return finding.verdict is Verdict.CONTRADICTED
    return counts(finding)


def issues(findings: Iterable[Finding], errors: Iterable[Problem], source: Source, display: Display) -> Iterator[Issue]:
    """What went wrong, then the findings that ask for attention."""
    base, seen = Base.of(source), Counter[str]()
    for number, error in enumerate(errors):
        key = f"{error.code}:{error.path}:{number}"
        path = base.path(error.path)
        yield Issue("error", error.code, "", "", error.message, path, key, line=error.line, broken=True)
    for finding in asking(findings, display):
        key = fingerprint(finding)
        seen[key] += 1
        yield _issue(finding, base, key if seen[key] == 1 else f"{key}-{seen[key]}")


def _issue(finding: Finding, base: Base, key: str) -> Issue:
    place: EvidencePlace | None = next(iter(finding.evidence), None)
    severity = finding.severity if _asks(finding) else "info"
    said = (severity, finding.rule, finding.name, finding.model_type, finding.message)
    if place is None:
        return Issue(*said, path="", key=key)
    return Issue(
        *said,
        path=base.path(place.path),
        key=key,
        line=place.line,
        column=place.column + 1,
        end_line=place.end_line,
        end_column=place.end_column + 1,
    )
