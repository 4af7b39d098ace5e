"""SARIF 2.1.0 (OASIS): findings for code hosts and editors that read results of any analyser.

What holds of the code is ``informational``, what is undecided ``open``; only hazards and divergences ``fail``, with a
level. The format allows a level other than ``none`` for failures alone (section 3.27.10). By default only failures that
nothing suppresses are listed, since code hosts make an alert of every result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

import msgspec

from analyzer.base import json_document
from analyzer.outputs.format import Display
from analyzer.outputs.results import ScanResult
from analyzer.outputs.review import Base, asking
from analyzer.report import EvidencePlace, Finding, Json, Problem, Source, Suppression, Tool, fingerprint
from analyzer.rule.rule import Rule

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
RESULT_LIMIT: Final = 25_000
"""Results of one run that GitHub accepts; others have higher limits or none."""
_ROOT: Final = "SRCROOT"
_FINGERPRINT: Final = "asbuilt/v2"
ResultKind: TypeAlias = Literal["pass", "fail", "open", "review", "informational", "notApplicable"]
Level: TypeAlias = Literal["none", "note", "warning", "error"]
_LEVELS: Final[dict[str, Level]] = {"info": "note", "warning": "warning", "error": "error"}


class SarifObject(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", gc=False):
    """Base of all objects of the format."""


class Message(SarifObject, frozen=True, kw_only=True, gc=False):
    text: str


class Markdown(SarifObject, frozen=True, kw_only=True, gc=False):
    text: str
    markdown: str


class Artifact(SarifObject, frozen=True, kw_only=True, gc=False):
    uri: str
    uri_base_id: str | None = None


class SarifRegion(SarifObject, frozen=True, kw_only=True, gc=False):
    """Lines and columns from 1; the end column is the one behind the last character."""

    start_line: int
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    snippet: Message | None = None


class Physical(SarifObject, frozen=True, kw_only=True, gc=False):
    artifact_location: Artifact
    region: SarifRegion | None = None


class Logical(SarifObject, frozen=True, kw_only=True, gc=False):
    name: str
    fully_qualified_name: str
    kind: str


class SarifLocation(SarifObject, frozen=True, kw_only=True, gc=False):
    id: int | None = None
    physical_location: Physical | None = None
    logical_locations: tuple[Logical, ...] = ()
    message: Message | None = None


class Configuration(SarifObject, frozen=True, kw_only=True, gc=False):
    level: str


class Descriptor(SarifObject, frozen=True, kw_only=True, gc=False):
    """One rule as readers of results see it."""

    id: str
    name: str
    short_description: Message
    full_description: Message
    help: Markdown
    default_configuration: Configuration
    properties: dict[str, Json] = {}


class Suppressed(SarifObject, frozen=True, kw_only=True, gc=False):
    """A comment in the code (``inSource``) or a baseline (``external``) that silences a result."""

    kind: Literal["inSource", "external"]
    justification: str = ""


class Result(SarifObject, frozen=True, kw_only=True, gc=False):
    """One statement; ``rule_index`` is set when the log is put together."""

    rule_id: str
    rule_index: int = -1
    kind: ResultKind = "fail"
    level: Level = "warning"
    message: Message
    locations: tuple[SarifLocation, ...] = ()
    related_locations: tuple[SarifLocation, ...] = ()
    partial_fingerprints: dict[str, str]
    suppressions: tuple[Suppressed, ...] = ()
    properties: dict[str, Json] = {}


class Notification(SarifObject, frozen=True, kw_only=True, gc=False):
    level: Level
    message: Message
    locations: tuple[SarifLocation, ...] = ()


def result(
    finding: Finding, base: Base, kind: ResultKind | None = None, properties: dict[str, Json] | None = None
) -> Result:
    """``finding`` as a result, of a kind that follows from its own unless one is given."""
    kind = kind or _kind(finding)
    first, *others = finding.evidence or (None,)
    return Result(
        rule_id=finding.rule,
        kind=kind,
        level=_LEVELS[finding.severity] if kind == "fail" else "none",
        message=Message(text=_plain(f"{finding.model_type}: {finding.message}")),
        locations=(_location(first, finding, base),),
        related_locations=tuple(_related(place, number, base) for number, place in enumerate(others, 1) if place),
        partial_fingerprints={_FINGERPRINT: fingerprint(finding)},
        suppressions=_suppressions(finding),
        properties=_properties(finding) | (properties or {}),
    )


def sarif(
    tool: Tool,
    source: Source,
    rules: Iterable[Rule],
    results: Sequence[Result],
    problems: Iterable[Problem] = (),
    *,
    successful: bool = True,
) -> bytes:
    """A SARIF log with one run; ``rules`` describe those that ``results`` name, and only these are listed.

    Of more than ``RESULT_LIMIT`` results the first are kept, and a notification says so.
    """
    base = Base.of(source)
    notes = [_notification(problem, base) for problem in problems]
    if message := left_out(len(results)):
        notes.append(Notification(level="warning", message=Message(text=message)))
        results = results[:RESULT_LIMIT]
    named = {item.rule_id for item in results}
    descriptors = [_descriptor(rule) for rule in rules if rule.id in named]
    index = {descriptor.id: number for number, descriptor in enumerate(descriptors)}
    run: dict[str, Any] = {
        "tool": {"driver": {"name": tool.name, "semanticVersion": tool.version, "rules": descriptors}},
        "automationDetails": {"id": f"{tool.name}/{source.kind}/"},
        "originalUriBaseIds": {_ROOT: {"uri": f"{base.folder.as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": successful,
                "toolExecutionNotifications": notes,
            }
        ],
        "results": [msgspec.structs.replace(item, rule_index=index.get(item.rule_id, -1)) for item in results],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_document(log, indent=1, order="deterministic")


def left_out(number: int) -> str:
    """What to say where ``number`` results are more than code hosts accept; nothing otherwise."""
    if number <= RESULT_LIMIT:
        return ""
    return f"{number - RESULT_LIMIT:,} of {number:,} results are left out: code hosts accept {RESULT_LIMIT:,}"


def findings_sarif(found: ScanResult, display: Display) -> bytes:
    """The log of a scan."""
    report, base = found.report, Base.of(found.report.source)
    results = [result(finding, base) for finding in asking(report.findings, display)]
    return sarif(report.tool, report.source, found.rules, results, report.errors, successful=found.successful)


def _plain(text: str) -> str:
    """A message in which nothing is a link: ``[text](place)`` would be one (section 3.11.6)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text


def _kind(finding: Finding) -> ResultKind:
    if finding.certainty == "unknown":
        return "open"
    return "informational" if finding.kind == "trait" else "fail"


def _location(place: EvidencePlace | None, finding: Finding, base: Base) -> SarifLocation:
    qualified = f"{finding.class_name}.{finding.module}".rstrip(".")
    logical = Logical(name=finding.module or finding.class_name, fully_qualified_name=qualified, kind="module")
    return SarifLocation(physical_location=_physical(place, base) if place else None, logical_locations=(logical,))


def _related(place: EvidencePlace, number: int, base: Base) -> SarifLocation:
    return SarifLocation(id=number, physical_location=_physical(place, base), message=Message(text=place.role))


def _physical(place: EvidencePlace, base: Base) -> Physical:
    region = SarifRegion(
        start_line=place.line,
        start_column=place.column + 1,
        end_line=place.end_line,
        end_column=place.end_column + 1,
        snippet=Message(text=place.text),
    )
    return Physical(artifact_location=_artifact(base.path(place.path)), region=region)


def _artifact(path: str) -> Artifact:
    return Artifact(uri=quote(path, errors="replace"), uri_base_id=None if PurePath(path).is_absolute() else _ROOT)


def _suppressions(finding: Finding) -> tuple[Suppressed, ...]:
    why = finding.suppressed
    if not isinstance(why, Suppression):
        return ()
    return (Suppressed(kind="inSource" if why.by == "comment" else "external", justification=why.reason),)


def _properties(finding: Finding) -> dict[str, Json]:
    return {
        "model_type": finding.model_type,
        "class": finding.class_name,
        "module": finding.module,
        "trait": finding.trait,
        "value": finding.value,
        "certainty": finding.certainty,
        "depends_on": list(finding.depends_on),
        "reason": finding.reason,
    }


def _descriptor(rule: Rule) -> Descriptor:
    areas = dict.fromkeys(trait.partition(".")[0] for trait in rule.traits)
    return Descriptor(
        id=rule.id,
        name=rule.name,
        short_description=Message(text=rule.title),
        full_description=Message(text=rule.documentation or rule.title),
        help=Markdown(text=rule.documentation, markdown=rule.documentation),
        default_configuration=Configuration(level=_LEVELS[rule.severity] if rule.kind != "trait" else "none"),
        properties={"tags": [str(rule.kind), *areas]},
    )


def _notification(problem: Problem, base: Base) -> Notification:
    message = Message(text=_plain(f"{problem.message} ({problem.code})"))
    if not problem.path:
        return Notification(level="error", message=message)
    region = SarifRegion(start_line=problem.line) if problem.line else None
    place = Physical(artifact_location=_artifact(base.path(problem.path)), region=region)
    return Notification(level="error", message=message, locations=(SarifLocation(physical_location=place),))
