"""A scan as a page to read: what was found, what was not understood, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from analyzer.base import GapCode
from analyzer.outputs.notation import count
from analyzer.outputs.values import shown
from analyzer.report import Finding, GapReport, ModelReport, Problem, Report, counts

_STATUS_STYLE = {"complete": "green", "partial": "yellow", "failed": "red"}
_SEVERITY_STYLE = {"info": "", "warning": "yellow", "error": "red"}
_MOST = 12
"""Rows of a list that is cut; the JSON has them all."""


def summary(report: Report, *, verbose: bool = False) -> Iterator[Text]:
    """Lines of the page; ``verbose`` cuts no list."""
    most = None if verbose else _MOST
    yield from _heading(report)
    yield from _traits(report.findings)
    yield from _remarks(report.findings, most)
    yield from _gaps(report.models, most)
    yield from _failures(report.models, most)
    yield from _problems("errors", report.errors, most)
    yield from _problems("notices", report.notices, most)


def _heading(report: Report) -> Iterator[Text]:
    source = report.source
    named = " ".join(part for part in (source.kind, source.version or (source.revision or "")[:12]) if part)
    yield Text.assemble((named, "bold"), "  ", (source.root, "dim"))
    yield Text()
    yield _counts("models", len(report.models), report.summary.models, _STATUS_STYLE)
    yield _counts("findings", len(report.findings), _certainties(report.findings), {"unknown": "yellow"})
    if report.summary.suppressed:
        yield _counts("ignored", report.summary.suppressed, {}, {}, "dim")
    yield _counts("errors", len(report.errors), {}, {}, "red" if report.errors else "")


def _certainties(findings: Iterable[Finding]) -> dict[str, int]:
    found = Counter(finding.certainty for finding in findings)
    return {certainty: found[certainty] for certainty in ("proved", "default", "unknown") if found[certainty]}


def _counts(name: str, total: int, parts: dict[str, int], styles: dict[str, str], style: str = "bold") -> Text:
    line = Text.assemble(f"{name:<9}", (f"{count(total):>8}", style))
    for part, number in parts.items():
        if number:
            line.append("   ").append(count(number), styles.get(part, "")).append(f" {part}")
    return line


def _traits(findings: Sequence[Finding]) -> Iterator[Text]:
    """Per trait the number of models, and the values by number of models."""
    values: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for finding in findings:
        if finding.kind == "trait" and finding.trait:
            models = values.setdefault(finding.trait, {}).setdefault(shown(finding), set())
            models.add((finding.model_type, finding.class_name))
    if not values:
        return
    yield from _title("traits", "models  values")
    for trait, by_value in sorted(values.items()):
        yield _trait_line(trait, by_value)


def _trait_line(trait: str, by_value: dict[str, set[tuple[str, str]]]) -> Text:
    ordered = sorted(by_value.items(), key=lambda item: (item[0] == "unknown", -len(item[1]), item[0]))
    line = Text.assemble(f"  {trait:<26}", f"{count(len(set().union(*by_value.values()))):>7}  ")
    for index, (value, models) in enumerate(ordered[:5]):
        line.append(", " if index else "").append(value, "yellow" if value == "unknown" else "cyan")
        line.append(f" {count(len(models))}", "dim")
    if len(ordered) > 5:
        line.append(f", {len(ordered) - 5} more", "dim")
    return line


def _remarks(findings: Sequence[Finding], most: int | None) -> Iterator[Text]:
    """Findings that count: hazards, divergences and facts held against a model, worst first."""
    order = {"error": 0, "warning": 1, "info": 2}
    remarks = sorted(filter(counts, findings), key=lambda finding: order[finding.severity])
    if remarks:
        yield from _title("hazards and divergences")
    for finding in remarks[:most]:
        style = _SEVERITY_STYLE[finding.severity]
        place = f"{finding.evidence[0].path}:{finding.evidence[0].line}" if finding.evidence else finding.model_type
        yield Text.assemble("  ", (place, "cyan"), "  ", (finding.rule, style), f" {finding.message}")
    yield from _more(len(remarks), most)


def _gaps(models: Iterable[ModelReport], most: int | None) -> Iterator[Text]:
    """Per code (of missing packages per package): models, occurrences, and the construct met in most models."""
    by_code: dict[tuple[str, str], list[tuple[str, GapReport]]] = {}
    for model in models:
        for gap in model.coverage.gaps:
            package = gap.hint if gap.code == GapCode.EXTERNAL_SOURCE else ""
            by_code.setdefault((gap.code, package), []).append((model.class_name, gap))
    if not by_code:
        return
    yield from _title("not understood", "models   times  for example")
    ordered = sorted(by_code.items(), key=lambda item: (-len({name for name, _ in item[1]}), item[0]))
    for (code, command), gaps in ordered[:most]:
        yield _gap_line(code, gaps).append(f"  {command}" if command else "")
    yield from _more(len(ordered), most)


def _gap_line(code: str, gaps: Sequence[tuple[str, GapReport]]) -> Text:
    constructs = Counter(gap.construct for _, gap in gaps)
    construct = min(constructs, key=lambda name: (-constructs[name], name))
    example = next(gap for _, gap in gaps if gap.construct == construct)
    models = count(len({name for name, _ in gaps}))
    times = count(sum(gap.count for _, gap in gaps))
    place = f"{example.path}:{example.line}" if example.path else ""
    return Text.assemble(f"  {code:<26}", f"{models:>7} {times:>7}  ", construct, "  ", (place, "cyan"))


def _failures(models: Iterable[ModelReport], most: int | None) -> Iterator[Text]:
    failed = [model for model in models if model.status == "failed"]
    if failed:
        yield from _title("failed models")
    for model in failed[:most]:
        reason = next((gap.explanation or gap.construct for gap in model.coverage.gaps), "")
        yield Text.assemble(f"  {model.model_type:<26}", (model.class_name, "red"), f"  {reason}")
    yield from _more(len(failed), most)


def _problems(title: str, problems: Sequence[Problem], most: int | None) -> Iterator[Text]:
    if problems:
        yield from _title(title)
    for problem in problems[:most]:
        yield Text.assemble("  ", (place_of(problem), "cyan"), f"{problem.message} ", (f"({problem.code})", "dim"))
    yield from _more(len(problems), most)


def place_of(problem: Problem) -> str:
    """``path:line: `` as far as they are known."""
    if not problem.path:
        return ""
    return f"{problem.path}:{problem.line}: " if problem.line else f"{problem.path}: "


def _title(name: str, columns: str = "") -> Iterator[Text]:
    yield Text()
    yield Text.assemble((f"{name:<28}", "bold"), (columns, "dim"))


def _more(number: int, most: int | None) -> Iterator[Text]:
    if most is not None and number > most:
        yield Text(f"  … {number - most} more (-v prints all)", "dim")


def tracebacks(report: Report) -> Iterator[str]:
    """The tracebacks of errors inside this program or in rules, each below what it is about."""
    for problem in report.errors:
        if isinstance(problem.traceback, str):
            yield f"{place_of(problem)}{problem.message}\n{problem.traceback}"
