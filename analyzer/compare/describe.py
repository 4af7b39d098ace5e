"""Operations and their differences in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.base import Span
from analyzer.compare.canonical.context import arguments_of, attributes_of, frozen, shape_of
from analyzer.compare.side import Side
from analyzer.compare.side import name_of as parameter
from analyzer.graph import Op, OpKind
from analyzer.report import CodePlace
from analyzer.values import plain


def place(side: Side, op: Op) -> CodePlace:
    """Where an operation is written, and from where it is called."""
    return CodePlace(
        path=op.span.path,
        line=op.span.line,
        text=side.text_of(op.span),
        operation=_operation(op),
        module=side.module(op),
        called_from=tuple(dict.fromkeys(f"{span.path}:{span.line}" for span in _calls(op))),
        made_at=tuple(dict.fromkeys(f"{span.path}:{span.line}" for span in _made(side, op))),
    )


def _made(side: Side, op: Op) -> Iterator[Span]:
    for path in side.query.tree.ancestors(op.module) if op.module else ():
        module = side.query.tree.get(path)
        if module is not None and not module.created.external and module.created.path:
            yield module.created


def _calls(op: Op) -> Iterator[Span]:
    """The calls around an operation, the innermost first, without those in described libraries."""
    for span in reversed(op.stack):
        if not span.external and span.path and (span.path, span.line) != (op.span.path, op.span.line):
            yield span


def _operation(op: Op) -> str:
    arguments = ", ".join(f"{name}={_text(value)}" for name, value in attributes_of(op) if name != "index")
    return f"{op.target}({arguments})"


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def what_differs(first: Op | None, second: Op | None) -> str:
    """How two operations differ in their arguments, types and shapes."""
    if first is None or second is None:
        return "only the first model does this" if second is None else "only the second model does this"
    if first.kind is not second.kind and first.name != second.name:
        return f"{_kind(first)} in the first, {_kind(second)} in the second"
    one, other = dict(arguments_of(first)), dict(arguments_of(second))
    changed = [name for name in (one | other) if one.get(name) != other.get(name) and not _sizes(name, one, other)]
    parts = [
        f"{name}: {_text(one.get(name, '-'))} in the first, {_text(other.get(name, '-'))} in the second"
        for name in changed
    ]
    if shape_of(first) != shape_of(second):
        parts.append(f"shape {list(shape_of(first))} in the first, {list(shape_of(second))} in the second")
    types = [op.outputs[0].dtype.value for op in (first, second)]
    if types[0] != types[1]:
        parts.append(f"{types[0]} in the first, {types[1]} in the second")
    if not parts and first.kind in _HELD:
        return f"{first.kind.value} {frozen(plain(first.arguments.get('name')))}"
    return "; ".join(parts or _other_parameters(first, second)) or "what it is applied to"


def _other_parameters(first: Op, second: Op) -> list[str]:
    """Operands that are parameters of other names."""
    held = [{o.slot: o.source for o in op.operands if o.source.kind is OpKind.PARAMETER} for op in (first, second)]
    names = [(slot, parameter(held[0][slot]), parameter(held[1][slot])) for slot in held[0] if slot in held[1]]
    return [f"{slot}: {one} in the first, {other} in the second" for slot, one, other in names if one != other]


_HELD = (OpKind.PARAMETER, OpKind.BUFFER, OpKind.INPUT)


def _sizes(name: str, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether an argument only says how a shape is spelled."""
    return name in ("shape", "size", "sizes", "other_shape", "dim0", "dim1") and (name in one) != (name in other)


def _kind(op: Op) -> str:
    return op.kind.value if op.kind not in (OpKind.OTHER, OpKind.ELEMENTWISE, OpKind.ACTIVATION) else op.name
