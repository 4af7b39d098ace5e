"""One model as a page to read: what it is, its blocks, its traits with their places and origins, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from analyzer.base import Gap, GapCode, way_out
from analyzer.graph import BuiltModel, Phase, Status
from analyzer.outputs.blocks import blocks
from analyzer.outputs.branches import branch_lines
from analyzer.outputs.notation import count, place
from analyzer.outputs.results import ModelResult
from analyzer.outputs.structure import schedule, structure
from analyzer.outputs.undecided import Undecided, paragraphs, together
from analyzer.outputs.values import evidence_place, module_text, origin_text, shown
from analyzer.query import Query
from analyzer.report import Finding, Problem

_STATUS = {Status.COMPLETE: "green", Status.PARTIAL: "yellow", Status.FAILED: "red"}
_MOST_GAPS = 8


def model_page(
    query: Query, findings: Sequence[Finding], problems: Sequence[Problem] = (), *, verbose: bool = False
) -> Iterator[Text]:
    """Lines of the page of ``query``'s model; ``verbose`` cuts no list."""
    model = query.model
    yield from _heading(query.traced)
    items = blocks(query)
    yield from _section("structure", structure(items))
    yield from _section("schedule", schedule(items, findings))
    traits = together(sorted((finding for finding in findings if finding.kind == "trait"), key=_order))
    yield from _section("traits", _table([one for one in traits if isinstance(one, Finding)]))
    undecided = paragraphs(one for one in traits if isinstance(one, Undecided))
    yield from _section("undecided", (Text(line, "yellow") for line in undecided))
    yield from _section("remarks", _remarks(finding for finding in findings if finding.kind != "trait"))
    yield from _section("not understood", _gaps(model, None if verbose else _MOST_GAPS))
    yield from _section("errors", (Text(f"  {problem.message}", "red") for problem in problems))


def model_result_page(result: ModelResult, *, verbose: bool = False) -> Iterator[Text]:
    """``model_page``, and the other branches of the configuration where they were asked for."""
    yield from model_page(result.query, result.findings, result.problems, verbose=verbose)
    if result.alternatives is not None:
        yield from (Text(), Text("branches", "bold"), *branch_lines(result.alternatives))


def _heading(model: BuiltModel) -> Iterator[Text]:
    yield Text.assemble(
        (model.model_type, "bold"),
        "  ",
        (model.class_name or "a configuration alone", "bold"),
        "  ",
        (model.path, "dim"),
    )
    operations = sum(op.phase is Phase.FORWARD for op in model.graph)
    size = f"{count(model.total)} parameters, " if model.analysed else ""
    detail = f": {model.failure}" if model.failure else f", {size}{count(operations)} operations"
    yield Text.assemble((model.status.value, _STATUS[model.status]), detail)
    if model.config_class:
        yield Text(f"{model.config_class}{changed_fields(model)}")
    if model.other_classes:
        yield Text(f"other classes: {', '.join(model.other_classes)}", "dim")


def changed_fields(model: BuiltModel) -> str:
    """How the configuration differs from the class's defaults."""
    given = [field for field in model.config.values() if field.source == "set"]
    file = sum(field.source == "file" for field in model.config.values())
    parts = [f"{count(file)} fields from config.json"] if file else []
    parts += [f"{field.name} = {field.value}" for field in given]
    return f" with {', '.join(parts)}" if parts else ", defaults"


def _section(title: str, lines: Iterable[Text]) -> Iterator[Text]:
    for number, line in enumerate(lines):
        if number == 0:
            yield Text()
            yield Text(title, "bold")
        yield line


def _table(findings: Sequence[Finding]) -> Iterator[Text]:
    """Trait, value, module pattern, place and origin; a trait with several values has its name on the first line."""
    rows = [_cells(finding) for finding in findings]
    widths = [max((len(cell) for cell in column if len(cell) <= 48), default=0) for column in zip(*rows, strict=True)]
    previous = ""
    for trait, value, module, where, origin in rows:
        line = Text.assemble("  ", f"{trait if trait != previous else '':<{widths[0]}}  ")
        line.append(f"{value:<{widths[1]}}", "yellow" if value == "unknown" else "cyan")
        line.append(f"  {module:<{widths[2]}}  ").append(f"{where:<{widths[3]}}", "dim")
        line.append(f"  {origin}" if origin else "")
        line.rstrip()
        yield line
        previous = trait


def _order(finding: Finding) -> str:
    return finding.trait or ""


def _cells(finding: Finding) -> tuple[str, str, str, str, str]:
    trait = finding.trait or finding.name
    return trait, shown(finding), module_text(finding), evidence_place(finding), _origin(finding)


def _origin(finding: Finding) -> str:
    text = origin_text(finding)
    if not text:
        return ""
    return text if finding.reason else f"← {text}"


def _remarks(findings: Iterable[Finding]) -> Iterator[Text]:
    for finding in findings:
        where = Text(f"  {evidence_place(finding) or finding.module}  ", "dim")
        yield where.append(f"{finding.rule} {finding.message}", "yellow" if finding.severity != "info" else "")


def _gaps(model: BuiltModel, most: int | None) -> Iterator[Text]:
    found = Counter(
        (gap.code.value, gap.construct, gap.explanation, place(gap.span), _command(gap)) for gap in model.gaps
    )
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    for (code, construct, explanation, where, out), times in ordered[:most]:
        line = Text.assemble("  ", (f"{code:<20}", "yellow"), f" {construct}")
        line.append(f" ×{times}" if times > 1 else "").append(f"  {explanation}" if explanation else "")
        yield line.append(f"  {where}", "dim").append(f"  {out}" if out else "")
    if most is not None and len(ordered) > most:
        yield Text(f"  … {len(ordered) - most} more (-v prints all)", "dim")


def _command(gap: Gap) -> str:
    """The command that fills ``gap``, where there is one."""
    return way_out(gap) if gap.code is GapCode.EXTERNAL_SOURCE else ""
