"""What is wrong with a scan of hostile programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.attacks.command import Ended
from tests.attacks.limits import MEGABYTES, SECONDS
from tests.attacks.neighbour import HEALTHY_FILES

HOST_OBJECTS = re.compile(
    rb"<(?:built-in|bound method|method '|method-wrapper|slot wrapper|frame|code object)| at 0x[0-9a-f]{6}"
)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DIRECTIONS = re.compile(CONTROLS.pattern[:-1] + "\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORBIDDEN_CODES = frozenset({"internal", "rule-failed", "worker-died"})


@dataclass(frozen=True, slots=True)
class Bait:
    """What must not appear in any output, by what it is."""

    texts: Mapping[str, bytes]
    number: int
    """The length of the secret variable: a size in the report would tell it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A scan and what was around it."""

    ended: Ended
    bait: Bait
    events: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    healthy: Mapping[str, object] = field(default_factory=dict)
    seconds: float = SECONDS


def faults(scene: Scene) -> tuple[str, ...]:
    """Everything that is wrong, in words; nothing when the scan passed."""
    return (*_cost(scene.ended, scene.seconds), *_traces(scene), *shown(scene), *_reported(scene))


def healthy_part(report: Mapping[str, Any]) -> dict[str, object]:
    """What a report says about the healthy models, free of where the folder lies."""
    models = [model for model in report["models"] if model["path"] in HEALTHY_FILES]
    findings = [finding for finding in report["findings"] if _paths(finding) & set(HEALTHY_FILES)]
    return {"models": models, "findings": findings}


def _paths(finding: Mapping[str, Any]) -> set[str]:
    return {place["path"] for place in finding["evidence"]} | {f"modeling_{finding['model_type']}.py"}


def _cost(ended: Ended, seconds: float) -> Iterator[str]:
    if ended.code is None and ended.seconds < seconds:
        yield f"more than {MEGABYTES:.0f} MB"
    elif ended.code is None:
        yield f"more than {seconds:.0f} s"
    elif ended.code != 0:
        yield f"exit {ended.code}: {ended.err[-200:].decode('utf-8', 'replace').strip()}"
    if ended.code is not None and ended.seconds > seconds:
        yield f"took {ended.seconds:.0f} s"
    if ended.code is not None and ended.megabytes > MEGABYTES:
        yield f"took {ended.megabytes:.0f} MB"
    if ended.left:
        yield f"left {ended.left} processes behind"


def _traces(scene: Scene) -> Iterator[str]:
    for event in dict.fromkeys(scene.events):
        yield f"did: {event}"
    for path in scene.changed:
        yield f"changed: {path}"


def shown(scene: Scene, *, texts: bool = False) -> tuple[str, ...]:
    """What the output holds that it must not; ``texts`` are for people, in whose terminals direction matters too."""
    return tuple(_shown(scene, _DIRECTIONS if texts else CONTROLS))


def _shown(scene: Scene, controls: re.Pattern[str]) -> Iterator[str]:
    output = scene.ended.out + scene.ended.err
    for what, text in scene.bait.texts.items():
        if text in output:
            yield f"shows {what}: {_around(output, output.find(text))}"
    if match := re.search(rb"(?<![\w.])%d(?![\w.])" % scene.bait.number, output):
        yield f"shows the length of the secret: {_around(output, match.start())}"
    if match := HOST_OBJECTS.search(output):
        yield f"shows a host object: {_around(output, match.start())}"
    if control := controls.search(output.decode("utf-8", "surrogateescape")):
        yield f"raw control character {control[0]!a}"


def _around(output: bytes, place: int) -> str:
    return output[max(place - 60, 0) : place + 60].decode("utf-8", "replace").replace("\n", " ")


def _reported(scene: Scene) -> Iterator[str]:
    if scene.ended.code is None:
        return
    try:
        report = json.loads(scene.ended.out)
    except ValueError as error:
        yield f"no JSON: {error}"
        return
    for problem in report["errors"]:
        if problem["code"] in FORBIDDEN_CODES:
            yield f"{problem['code']}: {problem['message'][:200]} @ {_innermost(problem)}"
    if scene.healthy and healthy_part(report) != scene.healthy:
        yield "healthy models changed"


def _innermost(problem: Mapping[str, Any]) -> str:
    """The last line of this program in a traceback."""
    frames = re.findall(r'File ".*?((?:analyzer|rules)/[^"]*)", line (\d+)', problem.get("traceback", ""))
    return f"{frames[-1][0]}:{frames[-1][1]}" if frames else "?"


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }
