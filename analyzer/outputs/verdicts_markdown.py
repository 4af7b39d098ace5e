"""Papers against code as a Markdown document: what each paper does not tell you about its models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.values import module_text
from analyzer.outputs.verdicts import claimed, code_text, explained, paper_place
from analyzer.report import Divergence, PaperReport, Verdict, VerdictReport

_SECTIONS = {
    Verdict.CONTRADICTED: "The code does something else",
    Verdict.CONFIGURABLE: "The configuration decides; the one that was analysed does something else",
    Verdict.UNDECIDABLE: "Not decided by the code, or not understood",
    Verdict.EQUIVALENT: "The code does the same, said in other words",
    Verdict.CONFIRMED: "The code does what the paper says",
}


def verdicts_markdown(report: VerdictReport) -> Iterator[str]:
    """Lines of the document: for each model and paper what is left out, then the verdicts."""
    for model in dict.fromkeys(finding.model_type for finding in report.findings):
        about = [finding for finding in report.findings if finding.model_type == model]
        yield f"# What the paper does not tell you about {prose(model)}"
        yield ""
        for paper in report.papers:
            yield from _paper(paper, [finding for finding in about if finding.paper == paper.name])
    if report.errors:
        yield "# Errors"
        yield ""
        yield from (f"- {prose(problem.message)}" for problem in report.errors)


def _paper(paper: PaperReport, findings: Sequence[Divergence]) -> Iterator[str]:
    if not findings:
        return
    reference = f" ({paper.reference})" if paper.reference else ""
    yield f"## {prose(paper.title + reference)}"
    yield ""
    silent = [finding for finding in findings if finding.verdict is Verdict.UNSTATED]
    if silent:
        released = f", as released in {prose(silent[0].checkpoint)}" if silent[0].checkpoint else ""
        yield f"### Facts of the code that the paper leaves out{released}"
        yield ""
        yield from _table(("impact", "trait", "code", "module", "lines"), map(_fact, silent))
    for verdict, heading in _SECTIONS.items():
        chosen = [finding for finding in findings if finding.verdict is verdict]
        if chosen:
            yield f"### {heading}"
            yield ""
            yield from _table(("trait", "paper", "where", "code", "lines"), map(_claim, chosen))


def _fact(finding: Divergence) -> tuple[str, ...]:
    named = code(finding.trait or "")
    return (finding.impact or "", named, prose(_code(finding)), code(module_text(finding)), _lines(finding))


def _claim(finding: Divergence) -> tuple[str, ...]:
    cells = (claimed(finding), paper_place(finding), finding.reason or _code(finding))
    return (code(finding.trait or ""), *map(prose, cells), _lines(finding))


def _code(finding: Divergence) -> str:
    """What the code does, and what a reader has to know about it."""
    return "; ".join(filter(None, (code_text(finding), explained(finding))))


def _lines(finding: Divergence) -> str:
    """Every place once, the decisive one first."""
    return "<br>".join(dict.fromkeys(code(f"{place.path}:{place.line}") for place in finding.evidence))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from table(headings, rows)
    yield ""
