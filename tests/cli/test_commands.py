"""Every command on the fixtures: what it prints, where, and how it exits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import networkx as nx
import pytest
from click.testing import CliRunner, Result

from analyzer.cli import main
from analyzer.engine import tool_version
from analyzer.outputs import FORMATS

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
ALDER = f"alder@{FIXTURES / 'alder'}"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


# -- scan ---


def test_scan_prints_json_that_keeps_its_schema() -> None:
    report = json.loads(done("scan", FIXTURES / "alder", "--format", "json", "--jobs", 1))
    jsonschema.validate(report, json.loads(done("schema")))
    assert [model["class"] for model in report["models"]] == ["AlderForCausalLM"]
    assert {finding["value"] for finding in report["findings"] if finding["trait"] == "norm.type"} == {"rmsnorm"}


def test_scan_writes_the_same_bytes_whatever_the_jobs(tmp_path: Path) -> None:
    files = [tmp_path / f"{jobs}.json" for jobs in (1, 2)]
    for jobs, file in zip((1, 2), files, strict=True):
        assert done("scan", FIXTURES / "alder", "--format", "json", "-o", file, "--jobs", jobs) == ""
    assert files[0].read_bytes() == files[1].read_bytes()


def test_scan_prints_a_page_without_escapes() -> None:
    page = done("scan", FIXTURES / "alder", "--jobs", 1)
    assert "norm.type" in page
    assert "\x1b" not in page


def test_scan_table_has_a_line_a_finding() -> None:
    lines = done("scan", FIXTURES / "alder", "--format", "table", "--select", "norm.type", "--jobs", 1).splitlines()
    assert len(lines) == 2
    assert "rmsnorm" in lines[1]


def test_select_and_ignore_choose_rules() -> None:
    chosen = json.loads(done("scan", FIXTURES / "alder", "--format", "json", "--select", "norm", "--jobs", 1))
    assert {finding["trait"].partition(".")[0] for finding in chosen["findings"]} == {"norm"}
    rest = json.loads(done("scan", FIXTURES / "alder", "--format", "json", "--ignore", "norm", "--jobs", 1))
    assert "norm.type" not in {finding["trait"] for finding in rest["findings"]}


def test_set_changes_the_configuration() -> None:
    assert layers("--set", "num_hidden_layers=5") == [5]
    assert layers() not in ([], [5])


def layers(*options: str) -> list[int]:
    report = json.loads(done("scan", FIXTURES / "alder", "--format", "json", "--jobs", 1, *options))
    return [finding["value"] for finding in report["findings"] if finding["trait"] == "dims.layers"]


def test_scan_runs_rules_of_ones_own(tmp_path: Path) -> None:
    done("rules", "new", "own-rule", "--output", tmp_path / "own.py")
    command = ("scan", FIXTURES / "alder", "--format", "json", "--rules", tmp_path / "own.py", "--jobs", 1)
    assert "own-rule" in {finding["name"] for finding in json.loads(done(*command))["findings"]}


HAZARD = '''"""Always there.

*Why it matters*: for this test.
"""
from analyzer.rule import Example, Match, Rule

def check(query):
    yield Match(True, message="seen")

RULE = Rule("USR009", "always", check, kind="hazard", severity="warning", examples=(Example("", {"own.always": True}),))
'''


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on(tmp_path: Path, level: str, code: int) -> None:
    rule = tmp_path / "usr009_always.py"
    rule.write_text(HAZARD, encoding="utf-8")
    arguments = ("scan", FIXTURES / "alder", "--rules", rule, "--select", "USR009", "--fail-on", level, "--jobs", 1)
    assert run(*arguments).exit_code == code


def test_a_rule_that_raises_costs_only_its_own_findings(tmp_path: Path) -> None:
    rule = tmp_path / "usr009_always.py"
    rule.write_text(HAZARD.replace('yield Match(True, message="seen")', "raise ZeroDivisionError"), encoding="utf-8")
    command = ("scan", FIXTURES / "alder", "--rules", rule, "--jobs", 1)
    assert "ZeroDivisionError" in done(*command)
    verbose = run(*command, "-v")
    assert "Traceback" in verbose.stderr
    assert "norm.type" in verbose.stdout


# -- show, graph, params, calls ---


def test_show_tells_blocks_and_traits_with_places() -> None:
    page = done("show", ALDER)
    for expected in ("structure", "attention", "feed-forward", "traits", "norm.placement", "modeling_alder.py:"):
        assert expected in page


def test_evidence_lines_are_lines_of_the_file() -> None:
    report = json.loads(done("scan", FIXTURES / "alder", "--format", "json", "--jobs", 1))
    places = [place for finding in report["findings"] for place in finding["evidence"]]
    assert places
    for place in places:
        lines = (FIXTURES / "alder" / place["path"]).read_text(encoding="utf-8").splitlines()
        assert place["text"].split()
        assert " ".join(place["text"].split()) in " ".join(
            " ".join(lines[place["line"] - 1 : place["end_line"]]).split()
        )


def test_graph_json_is_a_networkx_graph() -> None:
    document = json.loads(done("graph", ALDER, "--format", "json"))
    jsonschema.validate(document, json.loads(done("schema", "graph")))
    assert nx.is_directed_acyclic_graph(nx.node_link_graph(document))


@pytest.mark.parametrize(
    ("form", "beginning"), [("text", "# Alder"), ("graphml", "<graphml"), ("dot", "digraph"), ("mermaid", "flowchart")]
)
def test_graph_formats(form: str, beginning: str) -> None:
    assert done("graph", ALDER, "--format", form).startswith(beginning)


def test_graph_unrolled_has_more_operations() -> None:
    folded, unrolled = (done("graph", ALDER, *extra).splitlines() for extra in ((), ("--unroll",)))
    assert len(unrolled) > len(folded)


def test_graph_takes_tensors_and_arguments() -> None:
    text = done("graph", ALDER, "--input", "input_ids=int64[1,5]", "--argument", "use_cache=false")
    assert re.search(r"int64\[\w+,5\] = input\[name='input_ids'\]", text)


def test_params_text_and_jsonl_agree() -> None:
    row = json.loads(done("params", ALDER, "--format", "jsonl"))
    jsonschema.validate(row, json.loads(done("schema", "params")))
    text = done("params", ALDER, "-v")
    assert all(name in text for name in row["parameters"])
    assert f"{row['total']:,}" in text


def test_params_of_a_whole_tree_is_one_line_a_model() -> None:
    rows = [json.loads(line) for line in done("params", "--all", "--tree", FIXTURES, "--format", "jsonl").splitlines()]
    assert len(rows) > 3
    assert len({(row["model_type"], row["class"]) for row in rows}) == len(rows)


def test_calls_are_in_order_of_execution() -> None:
    row = json.loads(done("calls", ALDER, "--format", "jsonl"))
    jsonschema.validate(row, json.loads(done("schema", "calls")))
    assert row["calls"][0] == ["", "AlderForCausalLM"]
    assert done("calls", ALDER).splitlines()[1] == "  (model)  AlderForCausalLM"


def test_class_chooses_among_the_classes_of_a_model() -> None:
    row = json.loads(done("params", ALDER, "--class", "AlderModel", "--format", "jsonl"))
    assert row["class"] == "AlderModel"


# -- formats ---


FORMATTED = {
    "findings": ("scan", FIXTURES / "alder", "--jobs", 1),
    "model": ("show", ALDER),
    "graph": ("graph", ALDER),
    "parameters": ("params", ALDER),
    "calls": ("calls", ALDER),
    "comparison": ("diff", ALDER, ALDER),
    "trees": ("diff", f"@{FIXTURES / 'alder'}", f"@{FIXTURES / 'alder'}", "--jobs", 1),
    "lineage": ("lineage", ALDER, "--source-only"),
    "drifts": ("lineage", "--tree", FIXTURES / "alder"),
    "rules": ("rules", "list"),
    "rule pages": ("rules", "explain", "NRM001"),
    "explanation": ("rules", "explain", "NRM001", ALDER),
    "examples": ("rules", "test", ROOT / "rules" / "nrm001_norm_type.py"),
    "traits": ("traits", "norm"),
    "gaps": ("gaps",),
    "claims": ("claims", "check"),
}
"""A command for each kind of result; ``verify`` is tried where claims are."""


@pytest.mark.parametrize("kind", FORMATTED)
def test_a_command_writes_formats_of_its_kind(kind: str, tmp_path: Path) -> None:
    """One for each command; what a format holds is tested where results are made by hand."""
    one = next(table for table in FORMATS if table.kind == kind).formats[-1]
    if kind in ("rule pages", "explanation"):
        assert done(*FORMATTED[kind], "--format", one.name).endswith("\n")
        return
    file = tmp_path / f"result{one.extension}"
    assert done(*FORMATTED[kind], "--format", one.name, "-o", file) == ""
    assert file.read_text(encoding="utf-8").endswith("\n")


@pytest.mark.parametrize("kind", [*FORMATTED, "verification"])
def test_help_lists_the_formats(kind: str) -> None:
    words = FORMATTED.get(kind, ("verify",))
    names = [word for word in words if isinstance(word, str)]
    page = done(*names[: 2 if names[0] in ("rules", "claims") else 1], "--help")
    table = next(table for table in FORMATS if table.kind == kind)
    assert f"[{'|'.join(table.names)}]" in page
    assert table.formats[0].help.split()[-1] in page


def test_show_as_json_keeps_its_schema() -> None:
    document = json.loads(done("show", ALDER, "--format", "json", "--branches", "--select", "norm.type"))
    jsonschema.validate(document, json.loads(done("schema", "model")))
    assert (document["model"]["class"], document["findings"][0]["value"]) == ("AlderForCausalLM", "rmsnorm")
    assert "alternatives" in document


def test_parameters_of_several_models_are_one_document() -> None:
    rows = json.loads(
        done("params", "alder", "AlderModel", "--tree", FIXTURES / "alder", "--format", "json", "--jobs", 1)
    )
    assert [row["class"] for row in rows] == ["AlderModel", "AlderForCausalLM"]


# -- words, versions, help ---


def test_traits() -> None:
    assert "norm.placement" in done("traits")
    named = {trait["name"] for trait in json.loads(done("traits", "norm", "--format", "json"))}
    assert "norm.eps" in named
    assert all(name.startswith("norm") for name in named)


@pytest.mark.parametrize("name", ["findings", "graph", "params", "calls"])
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(done("schema", name)))


def test_version() -> None:
    assert done("--version") == f"asbuilt, version {tool_version()}\n"


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(command: str) -> None:
    page = done(command, "--help")
    assert "Usage:" in page
    assert len(page.splitlines()) > 5


# -- what cannot be done ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("scan", "nowhere"), "nowhere: no such file or folder"),
        (("show", "aldr", "--tree", FIXTURES), "alder"),
        (("show", f"aldr@{FIXTURES}"), "alder"),
        (("show", ALDER, "--class", "AlderForNothing"), "it has Alder"),
        (("show", "oak", "--tree", FIXTURES, "--class", "Oak"), "none called 'oak'"),
        (("graph", ALDER, "--at", "model.layer"), "'model' has"),
        (("scan", FIXTURES / "alder", "--config", "missing.json"), "missing.json"),
        (("scan", FIXTURES / "alder", "--select", "no-such-rule"), "no-such-rule"),
        (("scan", FIXTURES / "alder", "--rules", "missing.py"), "missing.py"),
        (("scan", FIXTURES / "alder", "-o", "/no/such/folder/x"), "/no/such/folder/x"),
        (("traits", "zzz"), "zzz"),
        (("params",), "name models, or give --all"),
        (("params", ALDER, "--all"), "name models, or give --all"),
        (("params", "--all", "--class", "X", "--tree", FIXTURES), "--class goes with one model"),
        (("scan", "--set", "x"), "is not name=value"),
        (("nonsense",), "nonsense"),
    ],
)
def test_mistakes_end_with_a_message_and_code_2(arguments: tuple[object, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_verbose_adds_the_traceback() -> None:
    result = run("scan", "nowhere", "-v")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert run("-v", "scan", "nowhere").stderr.count("Traceback") == 1


def test_a_bug_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("analyzer.cli.scan.scan", broken)
    result = run("scan", FIXTURES / "alder")
    assert result.exit_code == 2
    assert "internal error" in result.stderr
    assert "oops" in result.stderr


def test_errors_have_file_and_line(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{\n  "hidden_size": \n}', encoding="utf-8")
    result = run("show", ALDER, "--config", config)
    assert result.exit_code == 2
    assert f"{config}:" in result.stderr


def test_files_that_no_import_can_name_are_analysed_by_every_process(tmp_path: Path) -> None:
    code = "from torch import nn\n\n\nclass {}(nn.Module):\n    def forward(self, x):\n        return x + 1\n"
    for number, name in enumerate(("my-model.py", "n\n\x1b.py", "plain.py")):
        (tmp_path / name).write_text(code.format(f"Net{number}"))
    reports = [done("scan", tmp_path, "--format", "json", "--jobs", jobs) for jobs in (1, 2)]
    assert reports[0] == reports[1]
    assert {model["status"] for model in json.loads(reports[0])["models"]} == {"complete"}
