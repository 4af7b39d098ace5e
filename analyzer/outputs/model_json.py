"""One model with its findings as a JSON document."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.base import json_document
from analyzer.outputs.results import ModelResult
from analyzer.report import Alternative, Finding, ModelReport, Problem

SCHEMA = "asbuilt/model/1"


class ModelData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The row that a scan has of the model, what its rules find, and what went wrong; ``alternatives`` are the other
    branches of its configuration, if they were asked for."""

    schema: str = SCHEMA
    model: ModelReport
    findings: tuple[Finding, ...]
    errors: tuple[Problem, ...]
    alternatives: tuple[Alternative, ...] | UnsetType = UNSET


def model_json(result: ModelResult) -> bytes:
    """The document of ``asbuilt show --format json``."""
    errors = tuple(msgspec.structs.replace(problem, traceback=UNSET) for problem in result.problems)
    alternatives = UNSET if result.alternatives is None else result.alternatives
    data = ModelData(model=result.report, findings=result.findings, errors=errors, alternatives=alternatives)
    return json_document(data, indent=1, order="deterministic")
