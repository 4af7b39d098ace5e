"""Papers against code as a page to read and as Markdown: verdicts, then what the papers do not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath

from rich.text import Text

from analyzer.outputs.format import Display
from analyzer.outputs.notation import count
from analyzer.outputs.results import VerificationResult
from analyzer.outputs.review import Base, asking
from analyzer.outputs.sarif import Result, ResultKind, result, sarif
from analyzer.outputs.summary import place_of
from analyzer.outputs.values import evidence_place, module_text, shown, value_text
from analyzer.report import ClaimReport, Divergence, Json, PaperReport, Verdict, VerdictReport

_STYLES = {
    Verdict.CONTRADICTED: "red",
    Verdict.CONFIGURABLE: "cyan",
    Verdict.UNDECIDABLE: "yellow",
    Verdict.UNSTATED: "magenta",
    Verdict.EQUIVALENT: "green",
    Verdict.CONFIRMED: "green",
}
_TOLD = (Verdict.CONTRADICTED, Verdict.CONFIGURABLE, Verdict.UNDECIDABLE, Verdict.EQUIVALENT)
_MOST = 10
"""Unstated facts of one model that are listed; the JSON has them all."""
_LONG = 4
"""Items of a list from which on the message, which folds equal layers, says it shorter."""
_KINDS: dict[Verdict, ResultKind] = {
    Verdict.CONTRADICTED: "fail",
    Verdict.CONFIGURABLE: "review",
    Verdict.UNDECIDABLE: "open",
    Verdict.UNSTATED: "informational",
    Verdict.EQUIVALENT: "pass",
    Verdict.CONFIRMED: "pass",
}


def verdicts(report: VerdictReport, *, verbose: bool = False) -> Iterator[Text]:
    """Lines of the page; ``verbose`` lists what is confirmed too, and cuts no list."""
    for paper in report.papers:
        yield from _paper(paper, [one for one in report.findings if one.paper == paper.name], verbose)
    for problem in report.errors:
        yield Text.assemble(("error  ", "red"), (place_of(problem), "cyan"), problem.message)
    total = Text.assemble((f"{count(len(report.papers))} papers", "bold"))
    for verdict in (*_TOLD, Verdict.CONFIRMED, Verdict.UNSTATED):
        total.append("   ").append(count(report.summary[verdict]), _STYLES[verdict]).append(f" {verdict}")
    yield total


def _paper(paper: PaperReport, findings: Sequence[Divergence], verbose: bool) -> Iterator[Text]:
    title = Text.assemble((paper.title, "bold"))
    title.append(f"  {paper.reference}" if paper.reference else "", "dim").append(f"  {', '.join(paper.models)}")
    yield title
    for verdict in (*_TOLD, *((Verdict.CONFIRMED,) if verbose else ())):
        chosen = [finding for finding in findings if finding.verdict is verdict]
        folds = verdict is Verdict.CONFIGURABLE and not verbose
        yield from _by_checkpoint(chosen) if folds else map(_verdict_line, chosen)
    if (confirmed := paper.verdicts[Verdict.CONFIRMED]) and not verbose:
        yield Text.assemble("  ", (f"{Verdict.CONFIRMED:<13}", "green"), f"{count(confirmed)} claims", (" (-v)", "dim"))
    silent = [one for one in findings if one.verdict is Verdict.UNSTATED]
    for model, facts in groupby(silent, key=lambda one: one.model_type):
        yield from _unstated(model, list(facts), None if verbose else _MOST)
    yield Text()


def _verdict_line(finding: Divergence) -> Text:
    line = Text.assemble("  ", (f"{finding.verdict:<13}", _STYLES[finding.verdict]), f"{finding.trait:<24} ")
    line.append("paper: ").append(claimed(finding), "bold").append(f" ({paper_place(finding)})", "dim")
    if finding.reason:
        return line.append(f"  {finding.reason}", "yellow")
    line.append("  code: ").append(code_text(finding), "cyan").append(f"  {where(finding)}", "dim")
    return line.append(f"  {explained(finding)}" if explained(finding) else "", "green")


def _by_checkpoint(findings: Sequence[Divergence]) -> Iterator[Text]:
    """What the defaults do not say about one checkpoint on one line: the configuration has it."""
    for checkpoint, same in groupby(findings, key=lambda one: one.claim.checkpoint if one.claim else None):
        claims = list(same)
        if checkpoint is None or len(claims) == 1:
            yield from map(_verdict_line, claims)
            continue
        line = Text.assemble("  ", (f"{Verdict.CONFIGURABLE:<13}", _STYLES[Verdict.CONFIGURABLE]), f"{checkpoint}: ")
        parts = (f"{one.trait} {claimed(one)}, not {shown(one)}" for one in claims)
        yield line.append("; ".join(parts)).append("  ← the configuration, not given", "dim")


def _unstated(model: str, facts: Sequence[Divergence], most: int | None) -> Iterator[Text]:
    under = f"as released in {facts[0].checkpoint}" if facts[0].checkpoint else "under the configuration analysed"
    head = Text.assemble(
        "  ", (f"{Verdict.UNSTATED:<13}", _STYLES[Verdict.UNSTATED]), f"{count(len(facts))} of {model}"
    )
    yield head.append(f"  {under}", "dim")
    for fact in facts[:most]:
        line = Text.assemble("    ", f"{fact.impact or 'asked':<11}", f"{fact.trait:<24} ")
        line.append(code_text(fact), "cyan").append(f"  {where(fact)}", "dim")
        yield line.append(f"  {explained(fact)}" if explained(fact) else "", "yellow")
    if most is not None and len(facts) > most:
        yield Text(f"    … {count(len(facts) - most)} more (-v prints all)", "dim")


def claimed(finding: Divergence) -> str:
    """What the paper says; empty where it says nothing."""
    return _said(finding.claim) if finding.claim else ""


def explained(finding: Divergence) -> str:
    """What a reader has to know about paper and code: the convention that makes them equal, the note of the claims file
    on what they differ in, or what a paper above says where this one is silent; empty if there is nothing."""
    if finding.inherited is not None:
        above = PurePosixPath(finding.inherited.path).stem
        return f"{above}, which the paper follows, says {_said(finding.inherited)} ({_place(finding.inherited)})"
    note = finding.claim.note if finding.claim and finding.verdict is Verdict.CONTRADICTED else ""
    return finding.convention or note


def _said(claim: ClaimReport) -> str:
    text = "" if claim.value is None else value_text(claim.value)
    return f"not {text}" if claim.negated else text


def paper_place(finding: Divergence) -> str:
    """Section and checkpoint that the claim is about."""
    return _place(finding.claim) if finding.claim else ""


def _place(claim: ClaimReport) -> str:
    return ", ".join(part for part in (claim.where, claim.checkpoint or "") if part)


def code_text(finding: Divergence) -> str:
    """What the code does, and at which configuration fields that hangs."""
    if finding.reason is None and finding.value is None:
        return "nothing of the kind"
    if isinstance(finding.value, list) and len(finding.value) > _LONG:
        return finding.message.rpartition(f"{finding.trait} = ")[2]
    values = dict.fromkeys((shown(finding), *(value_text(value) for value in finding.others.values())))
    origin = finding.message.rpartition(" ← ")[2] if " ← " in finding.message else ""
    return ", ".join(values) + (f" ← {origin}" if origin else "")


def where(finding: Divergence) -> str:
    """Module and line."""
    return f"{module_text(finding)} {evidence_place(finding)}" if finding.evidence else ""


def verdicts_sarif(found: VerificationResult, display: Display) -> bytes:
    """The SARIF log of a comparison with papers."""
    report = found.report
    results = verdict_results(asking(report.findings, display), Base.of(report.source))
    return sarif(report.tool, report.source, found.rules, results, report.errors)


def verdict_results(findings: Iterable[Divergence], base: Base) -> list[Result]:
    """Verdicts as results of SARIF: only contradictions are failures."""
    return [result(one, base, _KINDS[one.verdict], _properties(one)) for one in findings]


def _properties(finding: Divergence) -> dict[str, Json]:
    claim = finding.claim
    return {
        "verdict": finding.verdict.value,
        "paper": finding.paper,
        "claimed": claimed(finding) or None,
        "where": claim.where if claim else None,
        "claim": f"{claim.path}:{claim.line}" if claim else None,
        "impact": finding.impact,
        "checkpoint": finding.checkpoint,
        "convention": finding.convention,
    }
