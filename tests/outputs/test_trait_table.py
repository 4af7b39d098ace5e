"""Models × traits as pages: cells, notes, orientation, markup."""

from __future__ import annotations

import csv

import msgspec
import pytest
from msgspec.structs import replace

from analyzer.outputs import TABLE, Display, as_text
from analyzer.outputs.latex import latex
from analyzer.report import CellValue, Json, TableRow, TraitTable
from tests.outputs.reports import report

TRAITS = ("params.total", "attention.window", "norm.type", "rope.theta")


def value(of: Json, module: str = "layers.*", layers: int | None = None, **changes: object) -> CellValue:
    one = CellValue(value=of, module=module, certainty="proved", depends_on=(), reason=None, layers=layers, main=True)
    return replace(one, **changes)


UNKNOWN = value(None, certainty="unknown", reason="made elsewhere")
CELLS = {
    "params.total": (value(6_738_415_616, ""),),
    "attention.window": (value(8, "layers.{0,1,2,4,5,6}", 6), value("none", "layers.{3,7}", 2)),
    "norm.type": (value("rmsnorm"), value("layernorm", "tower.*", main=False), value("rmsnorm", "old.*", main=False)),
    "rope.theta": (UNKNOWN,),
}


def row(name: str = "oak", source: int = 0, cells: dict[str, tuple[CellValue, ...]] | None = None) -> TableRow:
    found = CELLS if cells is None else cells
    return TableRow(model_type=name, class_name=f"{name}Model", source=source, status="complete", cells=found)


def table(*rows: TableRow, trees: int = 1) -> TraitTable:
    base = report(())
    sources = tuple(replace(base.source, version=f"5.{number}") for number in range(trees))
    return TraitTable(tool=base.tool, sources=sources, traits=TRAITS, models=rows)


def printed(found: TraitTable, form: str = "text", **display: bool) -> str:
    return as_text(TABLE.render(found, form, Display(**display)))


def test_text_has_a_line_a_model_and_notes_for_what_differs() -> None:
    assert printed(table(row(), row("yew", cells={}))).splitlines() == [
        "         params  attention           norm     rope",
        "model     total  window              type     theta",
        "oak [1]   6.74B  8 ×6 / none ×2 [2]  rmsnorm  unknown [3]",
        "yew           –  –                   –        –",
        "",
        "[1] oak: tower.* has norm.type layernorm",
        "[2] oak, attention.window: 8 at layers.{0-2, 4-6}; none at layers.{3, 7}",
        "[3] oak: made elsewhere",
    ]


def test_transposed_has_a_line_a_trait() -> None:
    lines = printed(table(row(), row("yew", cells={})), transposed=True).splitlines()
    assert lines[0].split() == ["model", "oak", "[1]", "yew"]
    assert lines[1].split() == ["params.total", "6.74B", "–"]


def test_equal_reasons_are_noted_once() -> None:
    notes = printed(table(row(cells={"norm.type": (UNKNOWN,), "rope.theta": (UNKNOWN,)}))).splitlines()[4:]
    assert notes == ["[1] oak: made elsewhere"]


def test_rows_of_one_type_are_told_apart_by_tree_and_class() -> None:
    two = printed(table(row(cells={}), row(source=1, cells={}), trees=2)).splitlines()
    assert [line.split("  ")[0] for line in two[2:]] == ["oak (5.0)", "oak (5.1)"]
    other = replace(row(cells={}), class_name="Oaken")
    same = printed(table(row(cells={}), other)).splitlines()
    assert [line.split("  ")[0] for line in same[2:]] == ["oak oakModel", "oak Oaken"]


def test_long_cells_and_notes_are_cut_unless_all_is_wanted() -> None:
    long = table(row(cells={"norm.type": (value("x" * 300), value("y", "z" * 300))}))
    assert "…" in printed(long)
    assert "…" not in printed(long, verbose=True)


def test_csv_has_exact_values() -> None:
    (record,) = csv.DictReader(printed(table(row()), "csv").splitlines())
    assert (record["params.total"], record["rope.theta"], record["status"]) == ("6738415616", "unknown", "complete")
    assert record["attention.window"] == "8 ×6 / none ×2"
    assert "tower.* has norm.type layernorm" in record["notes"]


def test_latex_groups_the_areas_and_aligns_numbers() -> None:
    lines = printed(table(row()), "latex").splitlines()
    assert lines[1] == r"\begin{tabular}{lrlll}"
    assert lines[3].startswith(r"\multicolumn{1}{c}{} & \multicolumn{1}{c}{params}")
    assert r"oak\textsuperscript{1} & 6.74B & 8 $\times$6 / none $\times$2\textsuperscript{2} & rmsnorm" in lines[7]
    assert lines.count(r"\bottomrule") == lines.count(r"\end{tabular}") == 1


@pytest.mark.parametrize(("text", "escaped"), [("a_b & 50%", r"a\_b \& 50\%"), ("\\x{1}", r"\textbackslash{}x\{1\}")])
def test_nothing_is_a_command_of_tex(text: str, escaped: str) -> None:
    assert latex(text) == escaped


def test_markdown_is_one_table_and_a_list_of_notes() -> None:
    lines = printed(table(row()), "markdown").splitlines()
    assert lines[0] == "| model | params.total | attention.window | norm.type | rope.theta |"
    assert lines[2].startswith("| oak <sup>1</sup> | 6.74B |")
    assert lines[4] == "1. oak: tower.* has norm.type layernorm"


def test_json_is_the_table_itself() -> None:
    found = table(row())
    assert msgspec.json.decode(printed(found, "json"), type=TraitTable) == found
