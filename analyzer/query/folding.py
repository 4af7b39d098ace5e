"""Which layers of a stack are the same: equal operations on equal shapes, so that one can stand for all of them.

Take ``layers.0`` to ``layers.3``, each a projection up, an activation and a projection down, of inner widths 16, 16, 32
and 16. Layers 0, 1 and 3 run the same operations from the same lines of the source on the same shapes, and their
parameters have the same names below the layer. What they read from outside differs, but only in what the stack itself
passes on. So they are one group; layer 2 has other shapes and is one of its own::

    LayerGroup("layers", (0, 1, 3), 4), LayerGroup("layers", (2,), 4)

The operations of layers 1 and 3 are represented by those of layer 0: a graph of four layers is drawn as two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from analyzer.graph import Constant, Group, Op, OperandRef, OpGraph, OpKind
from analyzer.query.tree import ancestors_of
from analyzer.values import plain

Key: TypeAlias = tuple[object, ...]

_NAMED = (OpKind.PARAMETER, OpKind.BUFFER)
_LEAVES = frozenset({*_NAMED, OpKind.INPUT, OpKind.RANDOM})


@dataclass(frozen=True, slots=True)
class LayerGroup:
    """Members of ``container`` (``model.layers``) that do the same; the first one represents the others.

    ``size`` is how many members run in all: they have the numbers below it.
    """

    container: str
    members: tuple[int, ...]
    size: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Module paths of the members."""
        return tuple(_join(self.container, str(member)) for member in self.members)


@dataclass(frozen=True, slots=True)
class Folding:
    """``representative`` maps the operations that fold away to the equal one that stays."""

    groups: tuple[LayerGroup, ...]
    representative: Mapping[Op, Op]
    _group_of: Mapping[str, LayerGroup] = field(default_factory=dict)

    def of(self, op: Op) -> Op:
        """The operation that stands for ``op`` (itself when it stays)."""
        while (other := self.representative.get(op)) is not None:
            op = other
        return op

    def instances(self, path: str) -> tuple[str, ...]:
        """Paths of the numbered modules that the innermost numbered module at or above ``path`` stands for."""
        layer = _innermost(path)
        if layer is None:
            return ()
        container, number = _cut(layer)
        group = self._group_of.get(layer)
        members = group.members if group else (int(number),)
        outer = _innermost(container)
        bases = [container] if outer is None else [base + container[len(outer) :] for base in self.instances(outer)]
        return tuple(_join(base, str(member)) for base in bases for member in members)


def owner(op: Op) -> str:
    """Path of the module that an operation belongs to: for a parameter or buffer, the one that holds it."""
    if op.kind in _NAMED:
        return _cut(str(op.arguments.get("name", "")))[0]
    return op.module


def fold(graph: OpGraph) -> Folding:
    """Find equal members of numbered module containers, outer containers first.

    Two members are equal when they run the same sequence of operations (kind, name, attributes, place in the source,
    shapes, module relative to the member, operands relative to the member) and read the same tensors from outside
    (or such as are computed in the same way from the same), except for what the stack passes from layer to layer. What
    parameters are initialised with does not count.
    """
    kept = _by_container(graph.ops)
    numbers = _Numbers()
    representative: dict[Op, Op] = {}
    group_of: dict[str, LayerGroup] = {}
    for container in sorted(kept, key=lambda path: (path.count("."), path)):
        if any(_folded(path, group_of) for path in ancestors_of(container)):
            continue
        for group in _fold_container(graph, container, kept[container], numbers, representative):
            group_of.update(dict.fromkeys(group.paths, group))
    _merge_between(graph, representative)
    groups = tuple(dict.fromkeys(group_of.values()))
    return Folding(groups, representative, group_of)


def _folded(path: str, group_of: Mapping[str, LayerGroup]) -> bool:
    group = group_of.get(path)
    return group is not None and group.paths[0] != path


def _by_container(ops: Iterable[Op]) -> dict[str, dict[int, list[Op]]]:
    """container path → member number → operations that belong to the member."""
    found: dict[str, dict[int, list[Op]]] = {}
    for op in ops:
        for path in reversed(ancestors_of(owner(op))):
            container, number = _cut(path)
            if number.isdecimal():
                found.setdefault(container, {}).setdefault(int(number), []).append(op)
    return {container: members for container, members in found.items() if len(members) > 1}


class _Numbers:
    """Numbers for results: equal for operations that compute the same from the same, wherever they stand."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._found: dict[Op, int] = {}

    def of(self, op: Op) -> int:
        """The number of what ``op`` computes; parameters, buffers and inputs have one each."""
        stack = [op]
        while stack:
            top = stack[-1]
            missing = [source for source in _computed_from(top) if source not in self._found]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            if top not in self._found:
                self._found[top] = self._numbers.setdefault(self._key(top), len(self._numbers))
        return self._found[op]

    def _key(self, op: Op) -> Key:
        if op.kind in _LEAVES:
            return (op.kind, op.index)
        return (*_shape_of(op, ""), *((o.slot, o.output, self._found[o.source]) for o in op.operands))


def _computed_from(op: Op) -> list[Op]:
    return [] if op.kind in _LEAVES else [operand.source for operand in op.operands]


def _fold_container(
    graph: OpGraph,
    container: str,
    members: Mapping[int, Sequence[Op]],
    numbers: _Numbers,
    representative: dict[Op, Op],
) -> list[LayerGroup]:
    carried = _depends_on(graph, {op for ops in members.values() for op in ops})
    groups: dict[Key, list[tuple[tuple[Key | None, ...], list[int]]]] = {}
    for number in sorted(members):
        signature, read = _signature(members[number], _join(container, str(number)))
        outside = tuple(None if op in carried else _identity(op, output, numbers) for op, output in read)
        candidates = groups.setdefault(signature, [])
        for other, equal in candidates:
            if _compatible(other, outside):
                representative.update(zip(members[number], members[equal[0]], strict=True))
                equal.append(number)
                break
        else:
            candidates.append((outside, [number]))
    found = [LayerGroup(container, tuple(equal), max(members) + 1) for group in groups.values() for _, equal in group]
    return sorted(found, key=lambda group: group.members)


def _depends_on(graph: OpGraph, start: set[Op]) -> set[Op]:
    """``start`` and everything computed from it."""
    found = set(start)
    for op in graph.ops:
        if op not in found and any(operand.source in found for operand in op.operands):
            found.add(op)
    return found


def _compatible(one: tuple[Key | None, ...], other: tuple[Key | None, ...]) -> bool:
    """Whether two members read the same from outside; None stands for what the stack passes on."""
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _signature(ops: Sequence[Op], path: str) -> tuple[Key, tuple[tuple[Op, int], ...]]:
    """What a member does, and the tensors it reads from outside in the order in which it first reads them."""
    position = {op: index for index, op in enumerate(ops)}
    outside: dict[tuple[Op, int], int] = {}
    rows = []
    for op in ops:
        reads: list[Key] = []
        for operand in op.operands if op.kind is not OpKind.PARAMETER else ():
            inner = position.get(operand.source)
            if inner is None:
                outer = outside.setdefault((operand.source, operand.output), len(outside))
                reads.append((operand.slot, "outside", outer))
            else:
                reads.append((operand.slot, operand.output, inner))
        rows.append((*_shape_of(op, path), tuple(reads)))
    return tuple(rows), tuple(outside)


def _shape_of(op: Op, path: str) -> Key:
    span = op.span
    place = (span.path, span.line, span.column, op.phase, op.inplace)
    outputs = tuple((*output.shape, output.dtype) for output in op.outputs)
    return (op.kind, op.name, owner(op)[len(path) :], _attributes(op, path), outputs, place)


def _attributes(op: Op, path: str) -> Key:
    if op.kind in _NAMED:
        return (str(op.arguments.get("name", ""))[len(path) :],)
    return tuple((name, _frozen(value)) for name, value in op.arguments.items())


def _frozen(value: Constant) -> object:
    match plain(value):
        case tuple() | list() as items:
            return tuple(_frozen(item) for item in items)
        case Mapping() as items:
            return tuple((key, _frozen(item)) for key, item in items.items())
        case slice() as bounds:
            return ("slice", _frozen(bounds.start), _frozen(bounds.stop), _frozen(bounds.step))
        case OperandRef(slot):
            return ("operand", slot)
        case float() as number:
            return repr(number)
        case bool() as flag:
            return repr(flag)
        case other:
            return other


def _identity(op: Op, output: int, numbers: _Numbers) -> Key:
    """What a tensor from outside the stack is; pieces cut from one tensor at one place are the same for every layer."""
    if op.kind in Group.SELECTION:
        return (op.kind, op.span, op.stack, tuple(numbers.of(operand.source) for operand in op.operands))
    return (numbers.of(op), output)


def _merge_between(graph: OpGraph, representative: dict[Op, Op]) -> None:
    """Fold what runs between the layers, outside of them, and is the same after every layer."""
    after = _depends_on(graph, set(representative) | set(representative.values()))
    first: dict[Key, Op] = {}
    for op in graph.ops:
        if op not in after or op in representative:
            continue
        reads = tuple((o.slot, o.output, _follow(o.source, representative).index) for o in op.operands)
        other = first.setdefault((*_shape_of(op, ""), op.stack, reads), op)
        if other is not op and any(operand.source in representative for operand in op.operands):
            representative[op] = other


def _follow(op: Op, representative: Mapping[Op, Op]) -> Op:
    while (other := representative.get(op)) is not None:
        op = other
    return op


def _innermost(path: str) -> str | None:
    return next((one for one in ancestors_of(path) if _cut(one)[1].isdecimal()), None)


def _cut(path: str) -> tuple[str, str]:
    container, _, last = path.rpartition(".")
    return container, last


def _join(container: str, name: str) -> str:
    return f"{container}.{name}" if container else name
