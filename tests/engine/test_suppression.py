"""Noise control: comments in the code, baselines, what is said when either is out of date."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

import analyzer
from analyzer.cli import main
from analyzer.engine.suppression_comments import reader
from analyzer.interpret import open_workspace
from analyzer.report import Report, Suppression, fingerprint, schema

RULE = '''"""Activations.

*Why it matters*: for the test.
"""

from analyzer.rule import Example, Group, Match, Rule, at


def check(query):
    for op in query.ops(*Group.ACTIVATION):
        yield Match(True, (at("activation", op),), module=op.module)


EXAMPLE = Example("class A: pass", {"odd-activation": True})
RULES = [
    Rule("OAK001", "odd-activation", check, kind="hazard", severity="warning", examples=(EXAMPLE,)),
    Rule("OAK002", "new-activation", check, kind="hazard", stage="preview", examples=(EXAMPLE,)),
    Rule(
        "OAK003",
        "old-activation",
        lambda query: (),
        kind="hazard",
        stage="deprecated",
        replaced_by="OAK001",
        text="Old.",
        examples=(EXAMPLE,),
    ),
]
'''
CODE = """from torch import nn


class Oak(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Embedding(8, 8)

    def forward(self, input_ids):
        first = nn.functional.silu(self.up(input_ids))
        return nn.functional.gelu(
            first,
        )
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules.py").write_text(RULE)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "modeling_oak.py").write_text(CODE)
    return tmp_path


def code(place: Path, old: str, new: str) -> None:
    path = place / "code" / "modeling_oak.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def scanned(place: Path, **options: object) -> Report:
    return analyzer.scan(place / "code", select=["OAK"], rules=[place / "rules.py"], jobs=1, **options)  # type: ignore[arg-type]


def suppressed(report: Report) -> list[tuple[int, str]]:
    """Line of the finding and the reason, for those that do not count."""
    return [
        (finding.evidence[0].line, finding.suppressed.reason)
        for finding in report.findings
        if isinstance(finding.suppressed, Suppression)
    ]


def notices(report: Report) -> list[tuple[int, str]]:
    return [(notice.line, notice.message) for notice in report.notices if notice.code != "deprecated-rule"]


def asbuilt(place: Path, *arguments: object) -> Result:
    words = ("scan", place / "code", "--rules", place / "rules.py", "--select", "OAK", "--jobs", 1, *arguments)
    return CliRunner().invoke(main, list(map(str, words)))


def test_both_are_found_and_count(place: Path) -> None:
    report = scanned(place)
    assert [finding.evidence[0].line for finding in report.findings] == [10, 11]
    assert suppressed(report) == []
    assert asbuilt(place, "--fail-on", "warning").exit_code == 1


def test_comment_on_a_line_of_the_evidence(place: Path) -> None:
    code(place, "self.up(input_ids))", "self.up(input_ids))  # asbuilt: ignore[OAK001] measured, harmless")
    code(place, "            first,", "            first,  # asbuilt: ignore[oak001]: inner line")
    report = scanned(place)
    assert suppressed(report) == [(10, "measured, harmless"), (11, "inner line")]
    assert (notices(report), report.summary.suppressed) == ([], 2)
    assert asbuilt(place, "--fail-on", "warning").exit_code == 0
    content = json.loads(report.to_json())
    jsonschema.validate(content, schema())
    assert content["findings"][0]["suppressed"]["by"] == "comment"


def test_comment_for_the_whole_file(place: Path) -> None:
    code(place, "from torch", "# asbuilt: ignore-file[OAK001] prototype\nfrom torch")
    assert [reason for _, reason in suppressed(scanned(place))] == ["prototype", "prototype"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[OAK001]", "gives no reason: write why OAK001"),
        ("ignore[OAK009] why", "no rule 'OAK009'"),
        ("ignore all of it", "names no rule: write ignore[ID] and why"),
    ],
)
def test_comments_that_are_wrong_are_told(place: Path, comment: str, message: str) -> None:
    code(place, "self.up(input_ids))", f"self.up(input_ids))  # asbuilt: {comment}")
    ((line, told),) = notices(scanned(place))
    assert line == 10
    assert message in told


def test_unused_comment_is_told_only_if_its_rule_ran_on_everything(place: Path) -> None:
    code(place, "super().__init__()", "super().__init__()  # asbuilt: ignore[OAK001] old")
    assert notices(scanned(place)) == [(6, "OAK001 finds nothing here: the comment can go")]
    assert notices(scanned(place, ignore=["OAK001"])) == []
    assert notices(scanned(place, models=["Oak"])) == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('x = "# asbuilt: ignore[OAK001] why"', None),
        ("x = 1  # asbuilt: ignore[OAK001, oak002] why", ("OAK001", "OAK002")),
        ("x = 1  # asbuilt: else", None),
        ("(  # asbuilt: ignore[OAK001] why", None),
    ],
)
def test_only_comments_of_the_form_silence(tmp_path: Path, text: str, ids: tuple[str, ...] | None) -> None:
    (tmp_path / "a.py").write_text(f"{text}\n")
    found = reader(open_workspace(tmp_path))("a.py")
    assert [(one.ids, one.reason, one.line) for one in found] == ([] if ids is None else [(ids, "why", 1)])


def test_baseline_silences_what_it_knows_wherever_it_has_moved(place: Path) -> None:
    known = place / "known.json"
    assert asbuilt(place, "--write-baseline", known).exit_code == 0
    code(place, "from torch", "\n\n# moved\n\nfrom torch")
    assert asbuilt(place, "--baseline", known, "--fail-on", "info").exit_code == 0
    code(place, "        first =", "        nn.functional.tanh(self.up(input_ids))\n        first =")
    report = scanned(place, baseline=known)
    new = [finding for finding in report.findings if not isinstance(finding.suppressed, Suppression)]
    assert ["tanh" in finding.evidence[0].text for finding in new] == [True]
    assert (notices(report), asbuilt(place, "--baseline", known, "--fail-on", "info").exit_code) == ([], 1)


def test_stale_entries_of_a_baseline_are_told(place: Path) -> None:
    known = place / "known.json"
    asbuilt(place, "--write-baseline", known)
    code(place, "nn.functional.silu(self.up(input_ids))", "self.up(input_ids)")
    ((_, message),) = notices(scanned(place, baseline=known))
    assert "OAK001 on " in message
    assert "(modeling_oak.py) is gone" in message
    assert len(suppressed(scanned(place, baseline=known))) == 1
    asbuilt(place, "--baseline", known, "--write-baseline", known)
    assert notices(scanned(place, baseline=known)) == []


def test_equal_findings_are_counted(place: Path) -> None:
    code(place, "        return nn", "        first = nn.functional.silu(self.up(input_ids))\n        return nn")
    first, second, _ = scanned(place).findings
    assert fingerprint(first) == fingerprint(second)
    known = place / "known.json"
    asbuilt(place, "--write-baseline", known)
    assert [entry["count"] for entry in json.loads(known.read_text())["entries"]] == [2, 1]
    code(place, "        return nn", "        first = nn.functional.silu(self.up(input_ids))\n        return nn")
    assert len(suppressed(scanned(place, baseline=known))) == 3
    assert len(scanned(place, baseline=known).findings) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, ":1: is no baseline (nested deeper than 100 levels)"),
        ('{"schema": "asbuilt/baseline/1",\n "entries": [NaN]}', ":2: is no baseline (entries[0]: NaN is no value"),
        ('{"entries": [{"count": ' + "9" * 5000 + "}]}", "an integer of more than 64 bits: 5,000 digits"),
        ('{"schema": "asbuilt/baseline/1", "entries": [{"rule": 1}]}', "$.entries[0]"),
        ('{"entries": ["\\udc00"]}', "half of a character"),
    ],
)
def test_a_hostile_baseline_is_named_with_what_is_wrong(place: Path, text: str, message: str) -> None:
    (place / "known.json").write_text(text)
    result = asbuilt(place, "--baseline", place / "known.json")
    assert result.exit_code == 2
    assert message in result.output.replace("\n", "")


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "other", "entries": []}', "[1]"])
def test_a_file_that_is_no_baseline_exits_2(place: Path, text: str) -> None:
    (place / "known.json").write_text(text)
    result = asbuilt(place, "--baseline", place / "known.json")
    assert (result.exit_code, "is no baseline" in result.output) == (2, True)


def test_preview_and_deprecated_rules(place: Path) -> None:
    assert {finding.rule for finding in scanned(place).findings} == {"OAK001"}
    assert {finding.rule for finding in scanned(place, preview=True).findings} == {"OAK001", "OAK002"}
    (notice,) = scanned(place).notices
    assert (notice.code, notice.message) == ("deprecated-rule", "OAK003 old-activation is deprecated; use OAK001")


def test_facts_and_undecided_findings_do_not_fail_a_run(place: Path) -> None:
    words = ("scan", place / "code", "--jobs", 1, "--fail-on", "info")
    assert CliRunner().invoke(main, list(map(str, words))).exit_code == 0
