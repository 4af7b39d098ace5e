"""The whole answer of a comparison with papers as programs read it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

import msgspec

from analyzer.base import json_document
from analyzer.report.findings import Finding, Json, Wire
from analyzer.report.report import ModelReport, Problem, Source, Tool

VERDICTS_SCHEMA: Final = "asbuilt/verdicts/1"


class Verdict(StrEnum):
    """``confirmed``, ``contradicted``: the code does, or does not do, what the paper says; ``equivalent``: it does the
    same in other words, and ``convention`` says why; ``configurable``: it does something else under the configuration
    that was analysed, and the configuration decides it; ``undecidable``: the finding's ``reason`` says why;
    ``unstated``: a fact of the code that the paper leaves out."""

    CONTRADICTED = "contradicted"
    CONFIGURABLE = "configurable"
    UNDECIDABLE = "undecidable"
    UNSTATED = "unstated"
    EQUIVALENT = "equivalent"
    CONFIRMED = "confirmed"


class ClaimReport(Wire, frozen=True, kw_only=True, gc=False):
    """What the paper says: ``value``, or anything but it when ``negated``; None where it is known to say nothing.

    ``where`` is the place in the paper, ``path`` and ``line`` that in the claims file.
    """

    value: Json
    negated: bool
    where: str
    confidence: str
    checkpoint: str | None
    note: str
    path: str
    line: int


class Divergence(Finding, frozen=True, kw_only=True, gc=False):
    """A verdict on one statement of ``paper`` (the name of its claims file), or on a fact that it leaves out.

    Everything else is the finding of the code that decided it; ``others`` are values of the same trait elsewhere in the
    model. ``impact`` and ``rank`` (1 is worst) say what an unstated fact costs whoever guesses it wrong.
    ``checkpoint`` is the one whose configuration was analysed; None: the class's defaults, or a user's configuration.
    ``convention`` says why an equivalent statement is the same. ``inherited`` is what a paper that this one derives
    from says instead of what the code does, where this one is silent.
    """

    verdict: Verdict
    paper: str
    claim: ClaimReport | None
    others: dict[str, Json]
    impact: str | None
    rank: int | None
    checkpoint: str | None = None
    convention: str | None = None
    inherited: ClaimReport | None = None


class PaperReport(Wire, frozen=True, kw_only=True, gc=False):
    """One paper, with the number of its verdicts of each kind."""

    name: str
    title: str
    reference: str
    year: int | None
    path: str
    models: tuple[str, ...]
    verdicts: dict[str, int]


class VerdictReport(Wire, frozen=True, kw_only=True, gc=False):
    """Everything that comparing papers with code gave, in an order that depends on the input alone."""

    schema: Literal["asbuilt/verdicts/1"] = VERDICTS_SCHEMA
    tool: Tool
    source: Source
    papers: tuple[PaperReport, ...]
    models: tuple[ModelReport, ...]
    findings: tuple[Divergence, ...]
    errors: tuple[Problem, ...]
    summary: dict[str, int]

    def to_json(self, *, indent: int = 0) -> bytes:
        """The report under its contract; the same report gives the same bytes."""
        errors = tuple(msgspec.structs.replace(problem, traceback=msgspec.UNSET) for problem in self.errors)
        return json_document(msgspec.structs.replace(self, errors=errors), indent=indent, order="deterministic")


def verdicts_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``VerdictReport.to_json``."""
    described = msgspec.json.schema(VerdictReport)
    definitions = described["$defs"]
    definitions["Problem"]["properties"].pop("traceback")
    definitions["VerdictReport"]["required"] = ["schema", *definitions["VerdictReport"]["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": VERDICTS_SCHEMA,
        **described,
    }
