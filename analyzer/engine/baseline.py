"""Known findings in a file, so that only new ones count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import UNSET

from analyzer.base import InputError
from analyzer.report import Finding, Problem, Suppression, counts, fingerprint

SCHEMA: Final = "asbuilt/baseline/1"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that are known: their fingerprint, how many of them there are, and the rest for readers."""

    fingerprint: str
    rule: str
    model_type: str
    class_name: str = msgspec.field(name="class")
    module: str
    path: str
    message: str
    count: int = 1


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    schema: Literal["asbuilt/baseline/1"] = SCHEMA
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings, known ones marked, and the entries that more findings were known under than there are now."""

    findings: tuple[Finding, ...]
    stale: tuple[Entry, ...]


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file. Raises InputError if there is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise InputError(error.strerror or str(error), path=str(path), code="baseline") from error
    except msgspec.DecodeError as error:
        message = f"is no baseline ({error}); --write-baseline writes one"
        raise InputError(message, path=str(path), code="baseline") from error


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """The baseline under which none of ``findings`` counts; what a comment silences and what is undecided stays out."""
    first: dict[str, Finding] = {}
    number: Counter[str] = Counter()
    for finding in findings:
        if counts(msgspec.structs.replace(finding, suppressed=_unless_comment(finding))):
            key = fingerprint(finding)
            first.setdefault(key, finding)
            number[key] += 1
    return Baseline(entries=tuple(_entry(key, finding, number[key]) for key, finding in first.items()))


def written(baseline: Baseline) -> str:
    """The text of the file."""
    return msgspec.json.format(msgspec.json.encode(baseline), indent=1).decode() + "\n"


def compare(findings: Iterable[Finding], baseline: Baseline, path: str) -> Compared:
    """``findings`` with those marked that ``baseline`` knows and that no comment silences."""
    left = Counter({entry.fingerprint: entry.count for entry in baseline.entries})
    marked = []
    for finding in findings:
        if counts(finding) and left[key := fingerprint(finding)] > 0:
            left[key] -= 1
            known = Suppression(by="baseline", reason="", path=path, line=0)
            finding = msgspec.structs.replace(finding, suppressed=known)
        marked.append(finding)
    return Compared(tuple(marked), tuple(entry for entry in baseline.entries if left[entry.fingerprint] > 0))


def stale_entry(entry: Entry, path: str) -> Problem:
    """The remark on an entry that is known but not there."""
    message = f"{entry.rule} on {entry.model_type} ({entry.path}) is gone: {entry.message}; --write-baseline drops it"
    return Problem(path=path, line=0, code="stale-baseline", message=message)


def _unless_comment(finding: Finding) -> Suppression | msgspec.UnsetType:
    why = finding.suppressed
    return why if isinstance(why, Suppression) and why.by == "comment" else UNSET


def _entry(key: str, finding: Finding, number: int) -> Entry:
    return Entry(
        fingerprint=key,
        rule=finding.rule,
        model_type=finding.model_type,
        class_name=finding.class_name,
        module=finding.module,
        path=finding.evidence[0].path if finding.evidence else "",
        message=finding.message,
        count=number,
    )
