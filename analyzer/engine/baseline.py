"""Known findings in a file, so that only new ones count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import UNSET

from analyzer.base import InputError, as_path, json_document
from analyzer.report import Finding, Problem, Suppression, counts, fingerprint, first_fingerprint
from analyzer.sources.documents import Limits, checked, read_json

SCHEMA: Final = "asbuilt/baseline/1"
CODE: Final = "baseline"
_LIMITS = Limits(size=100_000_000, values=3_000_000)


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
    """A file of findings that are known and do not count."""

    schema: Literal["asbuilt/baseline/1"] = SCHEMA
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings, known ones marked, and the entries that more findings were known under than there are now."""

    findings: tuple[Finding, ...]
    stale: tuple[Entry, ...]


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file. Raises InputError, with the line of a malformed entry, if it is not a baseline."""
    try:
        document = checked(read_json(path, code=CODE, limits=_LIMITS), code=CODE, limits=_LIMITS)
        return msgspec.convert(document.content, Baseline)
    except InputError as error:
        if not error.line:  # there is no file, or none that can be read
            raise
        raise _none(error.message, error.path, error.line) from error
    except msgspec.ValidationError as error:
        raise _none(str(error), as_path(str(path)), 0) from error


def _none(why: str, path: str, line: int) -> InputError:
    return InputError(f"is no baseline ({why}); --write-baseline writes one", path=path, line=line, code=CODE)


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """The baseline under which none of ``findings`` counts, without suppressed and undecided findings."""
    first: dict[str, Finding] = {}
    number: Counter[str] = Counter()
    for finding in findings:
        if counts(msgspec.structs.replace(finding, suppressed=_unless_known(finding))):
            key = fingerprint(finding)
            first.setdefault(key, finding)
            number[key] += 1
    return Baseline(entries=tuple(_entry(key, finding, number[key]) for key, finding in first.items()))


def baseline_text(findings: Iterable[Finding]) -> str:
    """The text of the file under which none of ``findings`` counts."""
    return json_document(baseline_of(findings), indent=1).decode() + "\n"


def compare(findings: Iterable[Finding], baseline: Baseline, path: str) -> Compared:
    """``findings``, with those marked that ``baseline`` lists and no comment suppresses."""
    left = Counter({entry.fingerprint: entry.count for entry in baseline.entries})
    marked = []
    for finding in findings:
        keys = (fingerprint(finding), first_fingerprint(finding)) if counts(finding) else ()
        if (key := next((one for one in keys if left[one] > 0), None)) is not None:
            left[key] -= 1
            known = Suppression(by="baseline", reason="", path=path, line=0)
            finding = msgspec.structs.replace(finding, suppressed=known)
        marked.append(finding)
    return Compared(tuple(marked), tuple(entry for entry in baseline.entries if left[entry.fingerprint] > 0))


def stale_entry(entry: Entry, path: str) -> Problem:
    """The notice about an entry of the baseline that no finding matches."""
    message = f"{entry.rule} on {entry.model_type} ({entry.path}) is gone: {entry.message}; --write-baseline drops it"
    return Problem(path=path, line=0, code="stale-baseline", message=message)


def _unless_known(finding: Finding) -> Suppression | msgspec.UnsetType:
    why = finding.suppressed
    return why if isinstance(why, Suppression) and why.by != "baseline" else UNSET


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
