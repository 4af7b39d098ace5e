"""Parameters and module calls of one model as a JSON line or as a table to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from analyzer.graph import BuiltModel, TensorInfo
from analyzer.outputs.notation import count


def parameters_row(model: BuiltModel) -> dict[str, Any]:
    """Every parameter and every buffer of the state dictionary with its sizes; ``total`` counts tied ones once."""
    return {
        **_head(model),
        "parameters": _sizes(model.parameters),
        "buffers": _sizes(buffer for buffer in model.buffers if buffer.persistent),
        "total": model.total,
        "tied": dict(model.tied),
    }


def calls_row(model: BuiltModel) -> dict[str, Any]:
    """Modules in the order in which the forward call enters them, every layer."""
    return {**_head(model), "calls": [list(call) for call in model.calls]}


def json_line(row: Mapping[str, Any]) -> str:
    """One row of JSON Lines, without the line end."""
    return msgspec.json.encode(row).decode()


def parameters_text(model: BuiltModel) -> Iterator[str]:
    """Lines: a heading, then name, sizes and what each is tied to."""
    yield _heading(model)
    persistent = [buffer for buffer in model.buffers if buffer.persistent]
    width = max((len(tensor.name) for tensor in (*model.parameters, *persistent)), default=0)
    for tensor in model.parameters:
        tied = f"  = {model.tied[tensor.name]}" if tensor.name in model.tied else ""
        yield f"  {tensor.name:<{width}}  {_dims(tensor)}{tied}"
    for tensor in persistent:
        yield f"  {tensor.name:<{width}}  {_dims(tensor)}  buffer"
    yield f"  {'total':<{width}}  {count(model.total)}"


def calls_text(model: BuiltModel) -> Iterator[str]:
    """Lines: a heading, then one module a line, indented by its depth."""
    yield _heading(model)
    for path, class_name in model.calls:
        depth = path.count(".") + 1 if path else 0
        yield f"  {'  ' * depth}{path.rpartition('.')[2] or '(model)'}  {class_name}"


def _head(model: BuiltModel) -> dict[str, Any]:
    head = {"model_type": model.model_type, "class": model.class_name, "status": model.status.value}
    return head | ({"reason": model.failure} if model.failure else {})


def _heading(model: BuiltModel) -> str:
    reason = f": {model.failure}" if model.failure else ""
    return f"{model.model_type}  {model.class_name}  {model.path}  {model.status.value}{reason}"


def _sizes(tensors: Iterable[TensorInfo]) -> dict[str, list[int]]:
    return {tensor.name: [int(size) for size in tensor.shape] for tensor in tensors}


def _dims(tensor: TensorInfo) -> str:
    return "[" + ", ".join(str(int(size)) for size in tensor.shape) + "]"
