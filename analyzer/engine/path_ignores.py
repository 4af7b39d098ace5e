"""Rules that do not count for some files of a project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import UNSET

from analyzer.report import Finding, Report, Suppression
from analyzer.rule.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class PathIgnores:
    """Patterns of paths relative to ``folder``, each with names of rules and traits, as ``file`` states them.

    A pattern fits a file or a folder with all that is in it: ``*`` stands for a part of a name, ``**`` for any folders,
    and a pattern without ``/`` fits at any depth.
    """

    folder: Path
    file: str
    patterns: tuple[tuple[str, tuple[str, ...]], ...]


def with_path_ignores(report: Report, ignores: PathIgnores, rules: RuleSet) -> Report:
    """``report`` with those findings marked whose first evidence lies in a path for which ``ignores`` names them.

    Raises InputError for a name that fits no rule.
    """
    named = [(pattern, rules.named(names)) for pattern, names in ignores.patterns]
    root = Path(report.source.root)
    findings = tuple(_marked(finding, root, named, ignores) for finding in report.findings)
    number = sum(finding.suppressed is not UNSET for finding in findings)
    summary = msgspec.structs.replace(report.summary, suppressed=number)
    return msgspec.structs.replace(report, findings=findings, summary=summary)


def _marked(
    finding: Finding, root: Path, named: Iterable[tuple[str, frozenset[tuple[str, str]]]], ignores: PathIgnores
) -> Finding:
    place = root / finding.evidence[0].path if finding.evidence else None
    if place is None or finding.suppressed is not UNSET or not place.is_relative_to(ignores.folder):
        return finding
    path = place.relative_to(ignores.folder).as_posix()
    for pattern, parts in named:
        if (finding.rule, finding.trait or "") in parts and fits(pattern, path):
            why = Suppression(by="settings", reason=f"per-path-ignores of {pattern}", path=ignores.file, line=0)
            return msgspec.structs.replace(finding, suppressed=why)
    return finding


def fits(pattern: str, path: str) -> bool:
    """Whether ``pattern`` fits a file at ``path`` or a folder above it."""
    return _expression(pattern).match(path) is not None


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    text = pattern.removeprefix("./").strip("/")
    parts = ["**", text] if "/" not in text and text != "**" else text.split("/")
    pieces = [_part(part, last=number == len(parts) - 1) for number, part in enumerate(parts)]
    return re.compile("".join(pieces) + r"(?:/.*)?\Z", re.DOTALL)


def _part(part: str, *, last: bool) -> str:
    if part == "**":
        return ".*" if last else "(?:.*/)?"
    words = re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return words if last else f"{words}/"
