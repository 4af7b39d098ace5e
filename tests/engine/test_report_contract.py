"""The JSON of a scan: exactly the contract, the same bytes for the same input."""

from __future__ import annotations

import json
from collections.abc import Iterable

import jsonschema
import pytest

from analyzer.engine.assemble import model_report, summary
from analyzer.engine.examination import summarise
from analyzer.engine.task import ModelSummary
from analyzer.query import Query
from analyzer.report import Finding, Problem, Report, Source, Tool, schema
from analyzer.rule import Match, Rule, at, unknown
from analyzer.rule.findings import finding
from tests.rule.made import SPAN, made_model

MODEL = {"model_type", "class", "config_class", "path", "status", "parameters", "coverage", "other_classes"}
FINDING = {
    *("rule", "name", "kind", "trait", "value", "model_type", "class", "module", "certainty", "depends_on", "reason"),
    *("message", "severity", "evidence"),
}
EVIDENCE = {"role", "path", "line", "column", "end_line", "end_column", "text"}


def check(query: Query) -> Iterable[Match]:
    return ()


RULE = Rule("OAK001", "oak", check, traits=("own.oak",))


def made(*matches: Match, problems: Iterable[Problem] = ()) -> Report:
    built = made_model()
    models = (model_report(summarise(built)),)
    findings = tuple(finding(match, RULE, Query(built), lambda span: "x") for match in matches)
    errors = tuple(problems)
    return Report(
        tool=Tool(name="asbuilt", version="1"),
        source=Source(root="/r", kind="folder", version=None, revision=None),
        models=models,
        findings=findings,
        errors=errors,
        summary=summary(models, findings, errors),
    )


@pytest.fixture(scope="module")
def report() -> Report:
    problem = Problem(path="a.py", line=1, code="syntax", message="bad", traceback="Traceback …")
    values: list[object] = [True, 3, 0.5, "pre", ["a", 1], {"a": None}, None]
    matches = [Match(value, (at("place", SPAN),)) for value in values]
    return made(*matches, unknown("why"), problems=[problem])


def test_report_is_valid_under_its_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(report.to_json()), schema())


def test_keys_are_those_of_the_contract(report: Report) -> None:
    content = json.loads(report.to_json())
    assert set(content) == {"schema", "tool", "source", "models", "findings", "errors", "summary", "notices"}
    assert content["schema"] == "asbuilt/findings/1"
    assert set(content["source"]) == {"root", "kind", "version", "revision", "repository"}
    assert set(content["models"][0]) == MODEL
    assert set(content["models"][0]["coverage"]) == {"operations", "unknown", "gaps"}
    assert {frozenset(item) for item in content["findings"]} == {frozenset(FINDING)}
    assert {frozenset(item) for finding in content["findings"] for item in finding["evidence"]} == {frozenset(EVIDENCE)}
    assert content["errors"] == [{"path": "a.py", "line": 1, "code": "syntax", "message": "bad"}]


@pytest.mark.parametrize("key", ["class", "value", "evidence", "certainty"])
def test_schema_refuses_a_finding_without(report: Report, key: str) -> None:
    content = json.loads(report.to_json())
    del content["findings"][0][key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema())


def test_schema_refuses_what_is_not_in_it(report: Report) -> None:
    content = json.loads(report.to_json())
    content["findings"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema())


def test_bytes_do_not_depend_on_layout_options_for_their_content(report: Report) -> None:
    assert report.to_json() == report.to_json()
    assert json.loads(report.to_json(indent=2)) == json.loads(report.to_json())


def test_summary_counts(report: Report) -> None:
    assert report.summary.models == {"complete": 1, "partial": 0, "failed": 0}
    assert report.summary.findings == {"proved": 7, "unknown": 1}
    assert report.summary.rules == {"OAK001": 8}
    assert report.summary.errors == 1


def test_notebook_forms(report: Report) -> None:
    assert repr(report) == "<Report of /r: 1 models (1 complete), 8 findings, 1 errors>"
    assert "<td>OakForCausalLM</td>" in report._repr_html_()


def test_model_row_of_a_failed_model_has_no_count() -> None:
    summary_of = ModelSummary("oak", "Oak", "", "a.py", made_model().status, None, 0, 0, ())
    assert model_report(summary_of).parameters is None


def test_finding_hides_keyword_behind_class_name() -> None:
    assert Finding.__struct_encode_fields__[6] == "class"
