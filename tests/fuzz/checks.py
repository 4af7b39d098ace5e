"""What must hold for every scan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from click.testing import CliRunner

import analyzer
from analyzer import InputError, Report
from analyzer.cli import main
from tests.fuzz.case import Case, Fault
from tests.fuzz.causes import cause_of, cause_of_text

HEALTHY_FILE = "modeling_zz_healthy.py"
HEALTHY = b"""
import torch
from torch import nn


class Healthy(nn.Module):
    def __init__(self, width=16, heads=2):
        super().__init__()
        self.embed = nn.Embedding(32, width)
        self.norm = nn.LayerNorm(width, eps=1e-5)
        self.qkv = nn.Linear(width, 3 * width)
        self.heads, self.width = heads, width
        self.act = nn.GELU()

    def forward(self, input_ids: torch.LongTensor):
        x = self.embed(input_ids)
        b, n, w = *x.shape[:2], self.width
        q, k, v = self.qkv(self.norm(x)).view(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-1, -2) * (w // self.heads) ** -0.5, dim=-1)
        return self.act(x + (weights @ v).transpose(1, 2).reshape(b, n, w))
"""
_SHOWN = re.compile(r"<built-in|<bound method|<slot wrapper| at 0x[0-9a-f]{6}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def scanned(folder: Path, **options: Any) -> Iterator[Fault | Report]:
    """The report of a scan, if there is one, and what is wrong with it."""
    try:
        report = analyzer.scan(folder, jobs=1, **options)
    except InputError as error:
        yield from unencodable(str(error))
        return
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        yield Fault(cause_of(error), f"{type(error).__name__}: {error}"[:500])
        return
    yield report
    yield from internals(report)
    yield from _encoded(report)


def internals(report: Report) -> Iterator[Fault]:
    """Problems that say that the program under test is wrong."""
    for problem in report.errors:
        if problem.code in ("internal", "rule-failed"):
            trace = getattr(problem, "traceback", "")
            trace = trace if isinstance(trace, str) else ""
            yield Fault(f"{problem.code}: {cause_of_text(trace, problem.message)}", problem.message[:500])
    for model in report.models:
        for gap in model.coverage.gaps:
            if gap.code == "internal" and not report.errors:
                yield Fault(f"gap internal: {gap.construct}", str(gap)[:500])


def _encoded(report: Report) -> Iterator[Fault]:
    try:
        text = report.to_json().decode()
        json.loads(text)
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        yield Fault(f"not encoded: {cause_of(error)}", str(error)[:500])
        return
    if match := _SHOWN.search(text):
        yield Fault("shows a host object", text[max(match.start() - 200, 0) : match.end() + 100])


def unencodable(text: str) -> Iterator[Fault]:
    """Messages are shown and stored, so they must be text that can be."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        yield Fault("message that can not be encoded", str(error))


@cache
def _schema() -> Any:
    return jsonschema.Draft202012Validator(analyzer.schema())


def fits_schema(report: Report) -> Iterator[Fault]:
    """The report fits the schema that the program publishes."""
    for error in list(_schema().iter_errors(json.loads(report.to_json())))[:1]:
        yield Fault(f"schema: {list(error.absolute_schema_path)}", error.message[:500])


def same_again(folder: Path, report: Report, **options: Any) -> Iterator[Fault]:
    """The same input gives the same bytes."""
    again = analyzer.scan(folder, jobs=1, **options)
    if again.to_json() != report.to_json():
        yield Fault(
            "not deterministic", _difference(report.to_json(indent=1).decode(), again.to_json(indent=1).decode())
        )


def _difference(first: str, second: str) -> str:
    pairs = zip(first.splitlines(), second.splitlines(), strict=False)
    return next((f"{one.strip()} / {two.strip()}" for one, two in pairs if one != two), "length")[:500]


def healthy_whole(folder: Path, expected: Mapping[str, Any], **options: Any) -> Iterator[Fault]:
    """A healthy model in the same folder has its findings."""
    (folder / HEALTHY_FILE).write_bytes(HEALTHY)
    try:
        report = analyzer.scan(folder, jobs=1, **options)
    except InputError as error:
        yield Fault("healthy neighbour lost", str(error))
        return
    if healthy_part_of(report) != expected:
        yield Fault("healthy neighbour changed")


def healthy_part_of(report: Report) -> dict[str, Any]:
    """What a report says about the healthy model; nothing where it cannot be encoded."""
    try:
        return healthy_part(json.loads(report.to_json()))
    except UnicodeEncodeError:
        return {}


def healthy_part(report: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a report in JSON."""
    return {
        "models": [model for model in report["models"] if model["path"] == HEALTHY_FILE],
        "findings": [finding for finding in report["findings"] if finding["class"] == "Healthy"],
    }


def shown(folder: Path, case: Case, *options: str) -> Iterator[Fault]:
    """The command for people; the case decides in which format."""
    form = ("text", "table", "sarif")[case.seed % 3]
    yield from command(("scan", str(folder), "--jobs", "1", *options, "--format", form))


def command(arguments: Sequence[str]) -> Iterator[Fault]:
    """A command ends with an exit code of its own and prints nothing that changes a terminal."""
    result = CliRunner().invoke(main, list(arguments))
    if result.exit_code not in (0, 1, 2) or not isinstance(result.exception, SystemExit | None):
        cause = cause_of(result.exception) if result.exception is not None else "none"
        yield Fault(f"command: exit {result.exit_code}, {cause}", result.output[-300:])
    elif "internal error" in result.output:
        yield Fault("command: internal error", result.output[-300:])
    if match := _CONTROLS.search(result.output):
        place = match.start()
        near = ascii(result.output[max(place - 80, 0) : place + 40])
        yield Fault(f"command: raw {match[0]!a} in {arguments[0]} {arguments[-1]}", near)
