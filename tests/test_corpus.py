"""The tool on real source: scores on a fixed sample of the recorded truth, and what a report must keep to.

The samples are every n-th row by file, the same ones each time; ``python -m tests.scoreboard`` scores all of them. The
floors are those that the project has reached, so that a change that loses ground fails here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from analyzer import Report, load, models, scan, schema
from analyzer.engine import TreeLocation
from tests.corpus import pinned
from tests.scoreboard.board import Section
from tests.scoreboard.sections import Choice, score

ROOT = Path(__file__).parents[1]
FEW = ("llama", "gemma2", "t5", "mamba2", "vit")


def sections(names: tuple[str, ...], choice: Choice) -> dict[str, Section]:
    return {section.name: section for section in score(names, TreeLocation(pinned()), choice)}


def worst(section: Section) -> str:
    return "\n".join(f"{row.score:.3f} {row.name}: {row.difference[:200]}" for row in section.worst[:20])


def test_parameters_are_exact() -> None:
    section = sections(("params",), Choice(every=20))["params"]
    assert len(section.rows) >= 39
    assert section.share("classes exact") >= 0.95, worst(section)


def test_calls_and_operations_of_causal_language_models() -> None:
    scored = sections(("calls", "operations"), Choice(every=3, causal=True))
    assert len(scored["calls"].rows) >= 30
    assert scored["calls"].share("exact among MODEL_FOR_CAUSAL_LM") >= 0.93, worst(scored["calls"])
    assert scored["operations"].share("median recall among MODEL_FOR_CAUSAL_LM") >= 0.99, worst(scored["operations"])
    assert scored["operations"].share("mean recall") >= 0.95, worst(scored["operations"])


def test_calls_of_other_models() -> None:
    section = sections(("calls",), Choice(every=20))["calls"]
    assert section.share("mean common prefix") >= 0.93, worst(section)


def test_traits_of_causal_language_models() -> None:
    section = sections(("traits",), Choice(every=4, causal=True, small=True))["traits"]
    assert section.share("required traits, causal, right") >= 0.95, worst(section)
    assert section.share("required traits, causal, wrong") <= 0.01, worst(section)


@pytest.fixture(scope="module")
def report() -> Report:
    return scan(pinned(), models=FEW, jobs=1)


def test_report_keeps_the_contract(report: Report) -> None:
    document = json.loads(report.to_json())
    jsonschema.validate(document, schema())
    assert [model["model_type"] for model in document["models"]] == sorted(FEW)
    assert document["source"]["version"] == "5.23.0"
    assert {finding["model_type"] for finding in document["findings"]} == set(FEW)


@pytest.mark.parametrize("name", FEW)
def test_evidence_is_where_it_says(name: str, report: Report) -> None:
    """Each place opens to lines that exist and hold the text that is quoted."""
    root = Path(report.source.root)
    places = [place for finding in report.findings if finding.model_type == name for place in finding.evidence]
    assert places
    for place in places:
        lines = (root / place.path).read_text(encoding="utf-8").splitlines()[place.line - 1 : place.end_line]
        assert len(lines) == place.end_line - place.line + 1, place
        lines[-1] = lines[-1][: place.end_column]
        lines[0] = lines[0][place.column :]
        quoted, text = " ".join(place.text.split()), " ".join("\n".join(lines).split())
        assert text == quoted or (quoted.endswith("…") and text.startswith(quoted[:-1])), place


def test_decided_findings_show_evidence(report: Report) -> None:
    decided = [finding for finding in report.findings if finding.reason is None]
    shown = [finding for finding in decided if finding.evidence]
    assert len(shown) >= 0.9 * len(decided)


def test_undecided_findings_give_a_reason(report: Report) -> None:
    for finding in report.findings:
        assert (finding.certainty == "unknown") == bool(finding.reason), finding


@pytest.mark.parametrize(("seed", "jobs"), [("1", "1"), ("77", "2")])
def test_same_input_same_bytes(seed: str, jobs: str, report: Report) -> None:
    program = (
        "import sys; from analyzer import scan\n"
        f"report = scan({str(pinned())!r}, models={FEW!r}, jobs={jobs})\n"
        "sys.stdout.buffer.write(report.to_json())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment, check=True, timeout=300
    )
    assert done.stdout == report.to_json()


def test_every_folder_of_the_tree_is_represented() -> None:
    """No silent loss: a folder with modeling code has at least one model in the catalogue."""
    root = pinned()
    represented = {Path(entry.path).parent.as_posix() for entry in models(root, all_classes=True)}
    folders = {file.parent.relative_to(root).as_posix() for file in root.glob("models/*/modeling_*.py")}
    framework = {"models/auto"}
    assert folders - represented - framework == set()


@pytest.mark.parametrize("name", FEW)
def test_models_that_an_expert_knows_are_complete(name: str) -> None:
    model = load(name, pinned())
    assert model.built.status == "complete", [str(gap) for gap in model.gaps[:3]]
