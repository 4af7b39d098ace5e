"""Pages to read: the summary of a scan, the table of findings, a model's model_page."""

from __future__ import annotations

import dataclasses
import re

from rich.text import Text

from analyzer.graph import BuiltModel, ConfigField
from analyzer.outputs.model_page import model_page
from analyzer.outputs.summary import summary, tracebacks
from analyzer.outputs.table import table
from analyzer.outputs.values import module_text, origin_text, shown, value_text
from analyzer.query import Query
from analyzer.report import Finding, Problem
from tests.outputs.reports import finding, gap, model, report
from tests.outputs.small import FILE, small_model


def plain(lines: object) -> list[str]:
    return [line.plain if isinstance(line, Text) else str(line) for line in lines]  # type: ignore[attr-defined]


def test_summary_counts_models_by_status_and_findings_by_certainty() -> None:
    findings = (finding("norm.placement", "pre"), finding("norm.placement", None, reason="no block found"))
    page = plain(summary(report((model("a"), model("b"), model("c", "failed")), findings)))
    assert page[0] == "transformers 5.23.0  /tree"
    assert "models          3   2 complete   1 failed" in page
    assert "findings        2   1 proved   1 unknown" in page


def test_summary_lists_values_of_a_trait_by_number_of_models() -> None:
    findings = (
        finding("norm.placement", "pre", "a"),
        finding("norm.placement", "pre", "b"),
        finding("norm.placement", "pre", "b"),
        finding("norm.placement", "post", "c"),
        finding("norm.placement", None, "d", reason="no block found"),
    )
    page = plain(summary(report((model("a"),), findings)))
    assert "  norm.placement                  4  pre 2, post 1, unknown 1" in page


def test_summary_counts_gaps_by_code_with_the_commonest_construct() -> None:
    gaps = (gap(construct="rare"), gap(construct="common", count=3))
    page = plain(summary(report((model("a", "partial", gaps), model("b", "partial", (gap(construct="common"),))))))
    row = next(line for line in page if line.startswith("  unknown-name"))
    assert row.split() == ["unknown-name", "2", "5", "common", f"{FILE}:40"]


def test_summary_names_failed_models_and_errors() -> None:
    errors = (Problem(path="x.py", line=3, code="syntax", message="invalid syntax"),)
    page = plain(summary(report((model("bad", "failed", (gap(),)),), errors=errors)))
    assert any(line.split() == ["bad", "BadModel", "is", "defined", "nowhere"] for line in page)
    assert "  x.py:3: invalid syntax (syntax)" in page


def test_summary_puts_the_worst_hazards_first() -> None:
    info = finding(None, None, kind="hazard", message="mild")
    error = finding(None, None, kind="hazard", severity="error", message="grave")
    page = "\n".join(plain(summary(report((model("a"),), (info, error)))))
    assert page.index("grave") < page.index("mild")


def test_long_lists_are_cut_unless_verbose() -> None:
    errors = tuple(Problem(path=f"{number}.py", line=1, code="syntax", message="bad") for number in range(40))
    short, long = (plain(summary(report((model("a"),), errors=errors), verbose=verbose)) for verbose in (False, True))
    assert "  … 28 more (-v prints all)" in short
    assert sum(line.endswith("bad (syntax)") for line in long) == 40


def test_tracebacks_are_those_of_the_errors() -> None:
    errors = (Problem(path="", line=0, code="rule-failed", message="NRM001 on a", traceback="Traceback …"),)
    assert list(tracebacks(report((model("a"),), errors=errors))) == ["NRM001 on a\nTraceback …"]


def test_table_has_a_line_a_finding() -> None:
    findings = (finding("norm.eps", 1e-6, message="norm.eps = 1e-06 ← config.eps"), finding("norm.type", "rmsnorm"))
    lines = plain(table(report((model("a"),), findings)))
    assert len(lines) == 3
    assert lines[1].split() == ["tiny", "TinyModel", "norm.eps", "1e-06", "layers.*", f"{FILE}:24", "config.eps"]
    assert lines[0].index("evidence") == lines[1].index(FILE)


def test_values_read_as_one_would_say_them() -> None:
    lists = [["a, b", "c"], ["a"] * 4, ["a", "b"] * 3, ["a", "a", "b"], [1, 1], ["a, b", "a, b", "c"]]
    assert [value_text(value) for value in lists] == [
        "[a, b; c]",
        "[a] ×4",
        "[a, b] ×3",
        "[a ×2, b]",
        "[1, 1]",
        "[a, b ×2; c]",
    ]
    assert [value_text(value) for value in (True, 4096, 6738415616, [0, 1], "pre", None, {"q": False})] == [
        *("true", "4096", "6,738,415,616", "[0, 1]", "pre", "none", "{q: false}")
    ]


def test_origins_are_what_the_message_adds() -> None:
    assert origin_text(finding("norm.eps", 1e-6, message="norm.eps = 1e-06 ← config.eps")) == "config.eps"
    assert origin_text(finding("norm.eps", 1e-6)) == ""
    assert origin_text(finding("norm.eps", 1e-6, message="added twice")) == "added twice"
    assert shown(finding("norm.eps", None, reason="no norm")) == "unknown"


def page(built: BuiltModel, *findings: Finding, problems: tuple[Problem, ...] = ()) -> list[str]:
    return plain(model_page(Query(built), findings, problems))


def test_sheet_shows_blocks_in_order_with_equal_layers_once() -> None:
    lines = [re.sub(r" {2,}", "  ", line.strip()) for line in page(small_model())]
    start = lines.index("layers.{0-1, 3} ×3  TinyLayer")
    assert lines[start + 1 : start + 5] == [
        f"linear  up(x)  Linear  8 → 16  {FILE}:20",
        f"activation  act(up)  SiLU  silu  {FILE}:21",
        f"linear  down(act·0.25)  Linear  16 → 8  {FILE}:23",
        f"add  x1 = x + down  {FILE}:24",
    ]


def test_sheet_schedule_names_the_layers_of_each_kind() -> None:
    lines = page(
        small_model((16, 32, 16, 32)),
        finding("attention.window", 4096, module="layers.{0,2}"),
        finding("attention.window", "none", module="layers.{1,3}.attention"),
    )
    start = lines.index("schedule")
    assert lines[start + 1 : start + 4] == [
        "  layers  4 layers",
        "    0, 2  attention.window 4096",
        "    1, 3  attention.window none",
    ]


def test_sheet_lists_traits_with_module_place_and_origin() -> None:
    eps = finding("norm.eps", 1e-6, message="norm.eps = 1e-06 ← config.eps")
    lines = page(small_model(), eps, finding("norm.type", None, reason="two candidates"))
    traits = lines[lines.index("traits") + 1 :]
    assert re.split(r" {2,}", traits[0].strip()) == ["norm.eps", "1e-06", "layers.*", f"{FILE}:24", "← config.eps"]
    assert re.split(r" {2,}", traits[1].strip()) == ["norm.type", "unknown", "layers.*", f"{FILE}:24", "two candidates"]


def test_sheet_tells_what_is_not_understood_and_what_was_set() -> None:
    built = dataclasses.replace(small_model(gaps=True), config={"hidden_size": ConfigField("hidden_size", 8, "set")})
    lines = page(built, problems=(Problem(path="", line=0, code="rule-failed", message="NRM001 failed"),))
    assert lines[1] == "partial, 2,080 parameters, 26 operations"
    assert lines[2] == "TinyConfig with hidden_size = 8"
    assert f"  unknown-name         missing  is defined nowhere  {FILE}:40" in lines
    assert lines[-2:] == ["errors", "  NRM001 failed"]


def test_long_lists_of_layers_are_ranges() -> None:
    window = finding("attention.window", "none", module="layers.{1,3,5,7}.attention")
    assert module_text(window) == "layers.{1, 3, …, 7}.attention"
    assert module_text(finding("norm.type", "rmsnorm")) == "layers.*"
    assert module_text(finding("params.total", 1, module="")) == "(model)"
