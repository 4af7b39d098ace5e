"""Parameters and module calls of one model: rows of JSON, and lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import UNSET, UnsetType

from analyzer.graph import BuiltModel, TensorInfo
from analyzer.outputs.markdown import code, prose
from analyzer.outputs.notation import count
from analyzer.outputs.tabular import Table, markdown_lines


class BulkRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every row of a bulk output begins with; ``reason`` is there for failed models only."""

    model_type: str
    class_name: str = msgspec.field(name="class")
    status: str
    reason: str | UnsetType = UNSET


class ParametersRow(BulkRow, frozen=True, kw_only=True, gc=False):
    """Every parameter and every buffer of the state dictionary with its sizes; ``total`` counts tied ones once.

    ``active`` are those that one token passes (of routed experts only the chosen ones), null where the forward call
    was not followed to its end; it is there if it was asked for.
    """

    parameters: dict[str, list[int]]
    buffers: dict[str, list[int]]
    total: int
    tied: dict[str, str]
    active: int | UnsetType | None = UNSET


class CallsRow(BulkRow, frozen=True, kw_only=True, gc=False):
    """(module path, class name) in the order in which the forward call enters them, every layer."""

    calls: list[tuple[str, str]]


def parameters_row(model: BuiltModel, active: int | UnsetType | None = UNSET) -> ParametersRow:
    """The row of ``asbuilt params --format jsonl``."""
    return ParametersRow(
        model_type=model.model_type,
        class_name=model.class_name,
        status=model.status.value,
        reason=model.failure or UNSET,
        parameters=_sizes(model.parameters),
        buffers=_sizes(_persistent(model)),
        total=model.total,
        tied=dict(model.tied),
        active=active,
    )


def calls_row(model: BuiltModel) -> CallsRow:
    """The row of ``asbuilt calls --format jsonl``."""
    return CallsRow(
        model_type=model.model_type,
        class_name=model.class_name,
        status=model.status.value,
        reason=model.failure or UNSET,
        calls=list(model.calls),
    )


def parameters_text(model: BuiltModel, active: int | UnsetType | None = UNSET) -> Iterator[str]:
    """Lines: a heading, then name, sizes and what each is tied to; the numbers of parameters."""
    yield heading(model)
    persistent = _persistent(model)
    width = max((len(tensor.name) for tensor in (*model.parameters, *persistent)), default=0)
    for tensor in model.parameters:
        tied = f"  = {model.tied[tensor.name]}" if tensor.name in model.tied else ""
        yield f"  {tensor.name:<{width}}  {_dims(tensor)}{tied}"
    for tensor in persistent:
        yield f"  {tensor.name:<{width}}  {_dims(tensor)}  buffer"
    yield f"  {'total':<{width}}  {count(model.total)}"
    if active is None:
        yield f"  {'active':<{width}}  unknown: the forward call was not followed to its end"
    elif active is not UNSET:
        yield f"  {'active':<{width}}  {count(active)}"


def calls_text(model: BuiltModel) -> Iterator[str]:
    """Lines: a heading, then one module a line, indented by its depth."""
    yield heading(model)
    for path, class_name in model.calls:
        depth = path.count(".") + 1 if path else 0
        yield f"  {'  ' * depth}{path.rpartition('.')[2] or '(model)'}  {class_name}"


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


def _dims(tensor: TensorInfo) -> str:
    return "[" + ", ".join(str(int(size)) for size in tensor.shape) + "]"
