"""Graph as text, one operation a line: ``%12:float32[batch,seq,64] = linear(%3, weight)  # module file:line``."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.base import index_set
from analyzer.graph import Constant, Op, Operand, OpKind
from analyzer.outputs.notation import constant, expression, place, tensor_type
from analyzer.outputs.view import GraphNode, GraphView
from analyzer.query.folding import LayerGroup

_WIDTH = 96
_HELD = frozenset({OpKind.PARAMETER, OpKind.BUFFER})


def graph_text(view: GraphView, named: bool = False) -> Iterator[str]:
    """Lines: what is read, the operations with a heading where the stack's layers begin, what is returned.

    With ``named`` sizes are written as the expressions that they came from.
    """
    model = view.model
    where = f" at {view.at}" if view.at else ""
    yield f"# {model.class_name}{where} ({model.model_type}, {model.path}), {model.status.value}"
    for node in view.nodes:
        if node.outside and node.op.kind not in _HELD:
            yield _line(node, "reads  ", named)
    layer: tuple[str, ...] = ()
    groups = {group.paths[0]: group for group in view.groups}
    for node in view.nodes:
        if node.op.kind in _HELD or node.outside:
            continue
        if node.layers != layer:
            layer = node.layers
            yield from _heading(layer, groups)
        yield _line(node, "", named)
    if view.results:
        yield "return " + ", ".join(f"{result.slot}={_reference(result)}" for result in view.results)


def _heading(layers: tuple[str, ...], groups: dict[str, LayerGroup]) -> Iterator[str]:
    if not layers:
        yield "#"
        return
    group = groups.get(layers[0])
    if group is None or len(layers) == 1:
        yield f"# {layers[0]}"
    elif len(layers) == len(group.members):
        yield f"# {group.container}.{{{index_set(group.members, group.size)}}} ×{len(layers)}"
    else:
        yield f"# {layers[0]} … {layers[-1]} ×{len(layers)}"


def _line(node: GraphNode, prefix: str, named: bool) -> str:
    op = node.op
    types = ", ".join(tensor_type(output, named) for output in op.outputs)
    operands = "…" if node.outside else ", ".join(_operand(operand, op) for operand in node.operands)
    head = f"{prefix}%{op.index}:{types} = {_target(op)}{_attributes(op, named)}({operands})"
    comment = " ".join(part for part in (op.module, place(op.span)) if part)
    return f"{head:<{_WIDTH}}  # {comment}" if comment else head


def _target(op: Op) -> str:
    if op.kind is OpKind.UNKNOWN:
        return f"unknown {op.target}"
    return op.target or op.kind.value


def _attributes(op: Op, named: bool) -> str:
    if op.kind is OpKind.CAST and op.outputs:
        return f"[dtype={op.outputs[0].dtype.value}]"  # however it is spelled
    shown = [f"{name}={_attribute(value, named)}" for name, value in op.attributes.items() if value is not None]
    return f"[{', '.join(shown)}]" if shown else ""


def _attribute(value: Constant, named: bool) -> str:
    if named and isinstance(value, tuple | slice):
        return constant(value, named)
    text = constant(value)
    source = expression(value)
    return text if source is None or source == text else f"{text} {{{source}}}"


def _operand(operand: Operand, user: Op) -> str:
    op = operand.source
    if op.kind not in _HELD:
        return _reference(operand)
    name = str(op.attributes.get("name", ""))
    prefix = f"{user.module}."
    return f"@{name.removeprefix(prefix) if user.module else name}"


def _reference(operand: Operand) -> str:
    several = len(operand.source.outputs) > 1
    return f"%{operand.source.index}.{operand.output}" if several else f"%{operand.source.index}"
