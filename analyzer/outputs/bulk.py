"""Parameters and module calls of one model: rows of JSON, and lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.graph import BuiltModel, TensorInfo
from analyzer.outputs.call_tree import call_tree
from analyzer.outputs.columns import aligned
from analyzer.outputs.markdown import code, prose
from analyzer.outputs.notation import byte_count, count, share
from analyzer.outputs.results import ParametersResult
from analyzer.outputs.tabular import Table, markdown_lines
from analyzer.outputs.tensor_rows import TensorRow, published_rows, tensor_rows


class BulkRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every row of a bulk output begins with; ``reason`` is there for failed models only."""

    model_type: str
    class_name: str = msgspec.field(name="class")
    status: str
    reason: str | UnsetType = UNSET


class PublishedRow(msgspec.Struct, frozen=True, gc=False):
    """A tensor of a published file: its sizes, and the parameters and buffers that hold its numbers in the model."""

    shape: list[int]
    members: list[str]


class ParametersRow(BulkRow, frozen=True, kw_only=True, gc=False):
    """Every parameter and every buffer of the state dictionary with its sizes; ``total`` counts tied ones once.

    ``active`` are those that one token passes (of routed experts only the chosen ones), null where the forward call
    was not followed to its end. ``published`` are the tensors by their names in published files, null where they are
    not known. Both are there if they were asked for.
    """

    parameters: dict[str, list[int]]
    buffers: dict[str, list[int]]
    total: int
    tied: dict[str, str]
    active: int | UnsetType | None = UNSET
    published: dict[str, PublishedRow] | UnsetType | None = UNSET


class CallsRow(BulkRow, frozen=True, kw_only=True, gc=False):
    """(module path, class name) in the order in which the forward call enters them, every layer.

    ``unnamed`` are the positions of calls of modules that the tree has no name for (made on the fly, kept in a plain
    list): their path is that of the module that calls them.
    """

    calls: list[tuple[str, str]]
    unnamed: list[int]


def parameters_row(result: ParametersResult) -> ParametersRow:
    """The row of ``asbuilt params --format jsonl``."""
    model = result.model
    return ParametersRow(
        model_type=model.model_type,
        class_name=model.class_name,
        status=model.status.value,
        reason=model.failure or UNSET,
        parameters=_sizes(model.parameters),
        buffers=_sizes(_persistent(model)),
        total=model.total,
        tied=dict(model.tied),
        active=result.active,
        published=_published(model) if result.published else UNSET,
    )


def _published(model: BuiltModel) -> dict[str, PublishedRow] | None:
    if model.published is None:
        return None
    return {one.name: PublishedRow([int(size) for size in one.shape], list(one.members)) for one in model.published}


def calls_row(model: BuiltModel) -> CallsRow:
    """The row of ``asbuilt calls --format jsonl``."""
    return CallsRow(
        model_type=model.model_type,
        class_name=model.class_name,
        status=model.status.value,
        reason=model.failure or UNSET,
        calls=[(call.path, call.class_name) for call in model.calls],
        unnamed=[number for number, call in enumerate(model.calls) if not call.named],
    )


def parameters_text(result: ParametersResult, every: bool = False) -> Iterator[str]:
    """Lines: a heading, then names, sizes, types and shares; the numbers of parameters.

    Tensors of equal layers are one row, unless ``every`` one is wanted.
    """
    model = result.model
    yield heading(model)
    if result.published and model.published is None:
        yield "  names in published files: unknown, this release has no table of them"
    elif result.published:
        yield from _table(published_rows(model, folded=not every), "in the model")
        return
    rows = tensor_rows(model, folded=not every)
    yield from _table(rows, "")
    yield f"  total   {count(model.total)} parameters, {byte_count(sum(row.bytes for row in rows))}"
    if result.active is None:
        yield "  active  unknown: the forward call was not followed to its end"
    elif result.active is not UNSET:
        yield f"  active  {count(result.active)}"


def _table(rows: Sequence[TensorRow], note: str) -> Iterator[str]:
    total = sum(row.bytes for row in rows)
    head = ("name", "", "shape", "dtype", "elements", "bytes", "share", note)
    return iter(()) if not rows else aligned([head, *(_cells(row, total) for row in rows)], right=(4, 5, 6))


def _cells(row: TensorRow, total: int) -> tuple[str, ...]:
    times = f"×{row.times}" if row.times > 1 else ""
    numbers = (count(row.elements), byte_count(row.bytes), share(row.bytes, total)) if row.elements else ("", "", "")
    return (row.name, times, str(list(row.shape)), row.dtype, *numbers, row.note)


def calls_text(model: BuiltModel, every: bool = False) -> Iterator[str]:
    """Lines: a heading, then one module a line inside its caller; equal layers once unless ``every``."""
    yield heading(model)
    for entry in call_tree(model.calls, folded=not every):
        times = f"  ×{entry.times}" if entry.times > 1 else ""
        yield f"  {'  ' * entry.depth}{entry.name}  {entry.class_name}{times}"


def heading(model: BuiltModel) -> str:
    """One line: what the model is, where it is, how far the analysis came."""
    reason = f": {model.failure}" if model.failure else ""
    return f"{model.model_type}  {model.class_name}  {model.path}  {model.status.value}{reason}"


def model_section(model: BuiltModel, rows: Table) -> Iterator[str]:
    """The rows of one of several models in Markdown."""
    yield from (f"## {prose(model.model_type)} {code(model.class_name)}", "", *markdown_lines(rows), "")


def _persistent(model: BuiltModel) -> tuple[TensorInfo, ...]:
    return tuple(buffer for buffer in model.buffers if buffer.persistent)


def _sizes(tensors: Iterable[TensorInfo]) -> dict[str, list[int]]:
    return {tensor.name: [int(size) for size in tensor.shape] for tensor in tensors}
