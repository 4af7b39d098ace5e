"""What a model costs, as a page of text and as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from analyzer.base import index_set
from analyzer.outputs.format import Display
from analyzer.outputs.markdown import code, prose, table
from analyzer.outputs.notation import count
from analyzer.outputs.tabular import Cell, Table
from analyzer.report import CacheCost, CallCostReport, ComponentCost, CostReport, TermCost, UncountedProduct

_SCALES = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))
_MOST_TERMS = 4


def scaled(number: int, unit: str) -> str:
    """A number in the unit that leaves at most three digits before the point.

    >>> scaled(13_476_831_232, "B"), scaled(812, "B")
    ('13.5 GB', '812 B')
    """
    for scale, letter in _SCALES:
        if number >= scale:
            digits = ".3g" if number < 999.5 * scale else ",.0f"
            return f"{number / scale:{digits}} {letter}{unit}"
    return f"{number} {unit}"


def cost_text(report: CostReport, display: Display) -> Iterator[Text]:
    """Weights, what is kept, and both calls part by part; with ``verbose`` every expression."""
    yield Text.assemble((report.model_type, "bold"), f"  {report.class_name}  {report.path}")
    inputs = ", ".join(f"{name} {list(shape)}" for name, shape in report.inputs.items())
    yield Text(f"{_sizes(report)}: {inputs}")
    yield from _section("weights", _weights(report))
    kept = "unknown" if report.cache is None else scaled(sum(one.bytes for one in report.cache), "B")
    yield from _section("kept for the next token", _cache(report), kept)
    for title, call in calls(report):
        total = "unknown" if call.flops is None else f"{scaled(call.flops, 'FLOPs')} ({count(call.flops)})"
        yield from _section(title, _call(call, verbose=display.verbose), total)


def calls(report: CostReport) -> tuple[tuple[str, CallCostReport], ...]:
    """Both calls with their names."""
    first = "one call" if report.context is None else f"prefill of {report.context:,} tokens"
    return (first, report.prefill), ("one decoded token in each row", report.decode)


def _sizes(report: CostReport) -> str:
    tokens = "" if report.context is None else f", context {report.context:,}"
    return f"batch {report.batch}{tokens}, {report.dtype}"


def _section(title: str, lines: Iterable[str], total: str = "") -> Iterator[Text]:
    yield Text("")
    yield Text.assemble((title, "bold underline"), f"  {total}".rstrip())
    yield from (Text(f"  {line}") for line in lines)


def _weights(report: CostReport) -> Iterator[str]:
    weights = report.weights
    yield f"{count(weights.parameters)} parameters, {scaled(weights.bytes, 'B')}"
    if weights.active is None:
        yield "which of them one token uses is unknown: the call was not followed to its end"
    elif weights.active != weights.parameters:
        yield f"{count(weights.active)} of them used by one token, {scaled(weights.active_bytes or 0, 'B')}"


def _cache(report: CostReport) -> Iterator[str]:
    rows = [(one.kind, _layers(one), _tensors(one), scaled(one.bytes, "B")) for one in report.cache or ()]
    yield from _aligned(rows) if rows or report.cache is None else ["nothing"]


def _tensors(one: CacheCost) -> str:
    return f"{one.tensors} × {one.dtype}[{', '.join(one.expression)}]"


def _layers(one: CacheCost) -> str:
    """``model.layers.{i % 4 == 3}``."""
    lists: dict[str, list[int]] = {}
    for path in one.layers:
        container, _, number = path.rpartition(".")
        if number.isdecimal():
            lists.setdefault(container, []).append(int(number))
        else:
            lists.setdefault(path, [])
    return ", ".join(f"{path}.{{{index_set(numbers)}}}" if numbers else path for path, numbers in lists.items())


def _call(call: CallCostReport, *, verbose: bool) -> Iterator[str]:
    if call.reason:
        yield call.reason
        return
    for part in call.components:
        every = "  every expert runs on every token" if part.all_experts else ""
        yield f"{part.component:<22} {scaled(part.flops, 'FLOPs'):>14} {part.share:>7.1%}{every}"
        terms = part.terms if verbose else part.terms[:_MOST_TERMS]
        yield from (f"    {_term(term)}" for term in terms)
        if len(terms) < len(part.terms):
            yield f"    … {len(part.terms) - len(terms)} more (--verbose for all)"
    yield from map(_missing, call.uncounted)


def _missing(one: UncountedProduct) -> str:
    where = f"{one.module or 'the model'} ({one.path}:{one.line})"
    return f"not counted: {one.count} × {one.target} in {where}: {one.reason}"


def _term(term: TermCost) -> str:
    grouped = f"({term.expression})" if " + " in term.expression or " - " in term.expression else term.expression
    return f"{term.count} × {grouped}" if term.count > 1 else term.expression


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield from ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def cost_markdown(report: CostReport) -> Iterator[str]:
    """The same as a page of tables."""
    yield f"# {prose(report.model_type)}: {_sizes(report)}"
    yield ""
    yield from (f"- {line}" for line in _weights(report))
    yield ""
    rows = [(one.kind, prose(_layers(one)), code(_tensors(one)), scaled(one.bytes, "B")) for one in report.cache or ()]
    yield from table(("kept", "layers", "tensors", "bytes"), rows)
    for title, call in calls(report):
        yield ""
        yield f"## {title}: {'unknown' if call.flops is None else count(call.flops) + ' FLOPs'}"
        yield ""
        if call.reason:
            yield prose(call.reason)
            continue
        yield from table(("component", "FLOPs", "share", "expression"), map(_markdown_row, call.components))
        yield from (f"- {prose(_missing(one))}" for one in call.uncounted)


def _markdown_row(one: ComponentCost) -> tuple[str, ...]:
    return one.component, count(one.flops), f"{one.share:.1%}", " + ".join(code(_term(term)) for term in one.terms)


COLUMNS = ("model_type", "class", "what", "name", "count", "value", "unit", "expression")


def cost_rows(report: CostReport) -> Table:
    """Every number, one a row."""
    return Table(COLUMNS, ((report.model_type, report.class_name, *row) for row in _rows(report)))


def _rows(report: CostReport) -> Iterator[tuple[Cell, ...]]:
    weights = report.weights
    yield "weights", "parameters", weights.parameters, weights.bytes, "bytes", None
    yield "weights", "active", weights.active, weights.active_bytes, "bytes", None
    for one in report.cache or ():
        yield "cache", one.kind, one.tensors, one.bytes, "bytes", _tensors(one)
    for title, call in (("prefill", report.prefill), ("decode", report.decode)):
        yield title, "total", None, call.flops, "FLOPs", call.reason
        for part in call.components:
            number = sum(term.count for term in part.terms)
            yield title, part.component, number, part.flops, "FLOPs", " + ".join(map(_term, part.terms))
        for lost in call.uncounted:
            yield title, f"not counted: {lost.target} in {lost.module}", lost.count, None, "FLOPs", lost.reason
