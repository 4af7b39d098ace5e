"""The block structure of a model: its steps in order, with named inputs and results, equal layers once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from analyzer.base import NOWHERE, Span
from analyzer.facts.stacks.stacks import layer_paths
from analyzer.graph import Constant, Group, Op, OpKind
from analyzer.outputs.components import Component, component_of_module, parts
from analyzer.outputs.notation import constant
from analyzer.query import Query
from analyzer.query.folding import Folding, LayerGroup, fold

_TRANSPARENT = Group.LAYOUT | Group.SELECTION | {OpKind.WHERE, OpKind.MASKED_FILL, OpKind.COMPLEX, OpKind.JOIN}
_SILENT = frozenset({OpKind.COMPARE, OpKind.LOGICAL, OpKind.HOST, OpKind.ARGMAX, OpKind.NONZERO, OpKind.LOSS})
_HELD = frozenset({OpKind.PARAMETER, OpKind.BUFFER})
_INFIX = {OpKind.ADD: "+", OpKind.SUB: "-", OpKind.MUL: "·", OpKind.DIV: "/", OpKind.MATMUL: "@"}
_MOST_DIRECT = 8
"""A module that computes more than this itself is one step, not a list of arithmetic."""
_DEEPEST = 100
"""Modules inside of modules that are looked into."""


@dataclass(frozen=True, slots=True)
class BlockStep:
    """One module or one operation: ``text`` reads ``mlp(x1)`` or ``x2 = x1 + mlp``."""

    kind: str
    text: str
    detail: str
    class_name: str
    span: Span


@dataclass(frozen=True, slots=True)
class ModuleBlock:
    """A numbered module and those that are equal to it."""

    path: str
    class_name: str
    group: LayerGroup
    items: tuple[BlockItem, ...]


BlockItem: TypeAlias = BlockStep | ModuleBlock


def blocks(query: Query) -> tuple[BlockItem, ...]:
    """The steps of the forward call of ``query``'s model, from the first use of a parameter."""
    folding = fold(query.graph)
    learned = _learned(query)
    ops = [op for op in query.ops() if op in learned and op.kind not in _HELD and folding.of(op) is op]
    outline = _Outline(query, folding, parts(query), learned)
    scope = _BlockNames("", frozenset(ops))
    return (*outline.items("", ops, scope), *outline.results(scope))


def _learned(query: Query) -> frozenset[Op]:
    """Parameters and what is computed from them: neither masks nor positions."""
    found = set(query.graph.of_kind(OpKind.PARAMETER))
    for op in query.graph:
        if op not in found and op.kind not in _SILENT and any(operand.source in found for operand in op.operands):
            found.add(op)
    return frozenset(found)


@dataclass(slots=True)
class _BlockNames:
    """The names that are valid inside one block: of its steps, of its numbered results, ``x`` for what enters."""

    path: str
    ops: frozenset[Op]
    outer: _BlockNames | None = None
    labels: dict[Op, str] = field(default_factory=dict)
    entry: Op | None = None
    count: int = 0

    def fresh(self) -> str:
        self.count += 1
        return f"x{self.count}"


@dataclass(frozen=True, slots=True)
class _Outline:
    query: Query
    folding: Folding
    parts: Mapping[str, Component]
    learned: frozenset[Op]

    def items(self, path: str, ops: Sequence[Op], scope: _BlockNames) -> Iterator[BlockItem]:
        """Steps and blocks of the module ``path``, whose operations are ``ops``."""
        for child, run in _runs(path, ops):
            if child is None:
                yield from self._direct(run, scope)
            elif all(op.kind in _TRANSPARENT or op.alias for op in run):
                self._pass_through(run, scope)
            elif (part := self._atomic(child, run)) is not None:
                yield self._step(child, part, run, scope)
            elif (group := self._layers(child)) is not None:
                yield self._block(child, group, run, scope)
            else:
                yield from self.items(child, run, scope)

    def results(self, scope: _BlockNames) -> Iterator[BlockStep]:
        """What the model returns of what it computed, each tensor once."""
        found: dict[str, list[str]] = {}
        for result in self.query.graph.results:
            if (op := self.folding.of(result.source)) in scope.labels:
                found.setdefault(scope.labels[op], []).append(result.slot)
        for label, slots in found.items():
            yield BlockStep("return", f"{' = '.join(slots)} = {label}", "", "", NOWHERE)

    def _atomic(self, path: str, ops: Sequence[Op]) -> Component | None:
        """What ``path`` is if it is one step: a known part, a module without modules, or one full of arithmetic."""
        if (known := self.parts.get(path)) is not None:
            return known
        own = [op for op in ops if op.module == path and op.kind not in _TRANSPARENT | _SILENT]
        if len(own) > _MOST_DIRECT or path.count(".") >= _DEEPEST or all(op.module == path for op in ops):
            return component_of_module(self.query, ops)
        return None

    def _layers(self, path: str) -> LayerGroup | None:
        """The layers that ``path`` stands for; None if it is not a layer and equals no neighbour."""
        container, _, number = path.rpartition(".")
        if not number.isdecimal():
            return None
        alone = LayerGroup(container, (int(number),), int(number) + 1)
        group = next((group for group in self.folding.groups if group.paths[0] == path), alone)
        return group if len(group.members) > 1 or path in self.query.get(layer_paths) else None

    def _block(self, path: str, group: LayerGroup, ops: Sequence[Op], outer: _BlockNames) -> ModuleBlock:
        scope = _BlockNames(path, frozenset(ops), outer)
        items = tuple(self.items(path, ops, scope))
        outer.labels.update(dict.fromkeys(ops, _relative(group.container, outer)))
        return ModuleBlock(path, self._class_name(path), group, items)

    def _step(self, path: str, part: Component, ops: Sequence[Op], scope: _BlockNames) -> BlockStep:
        inside = set(ops)
        sources = [operand.source for op in ops for operand in op.operands if operand.source not in inside]
        read = [self._name(self.folding.of(op), scope) for op in sources if op in self.learned and op.kind not in _HELD]
        shown = ", ".join(dict.fromkeys(read or _input_names(sources)))
        name = _relative(path, scope)
        scope.labels.update(dict.fromkeys(ops, name))
        return BlockStep(part.kind, f"{name}({shown})", part.detail, self._class_name(path), part.span)

    def _direct(self, ops: Iterable[Op], scope: _BlockNames) -> Iterator[BlockStep]:
        """Operations of the module's own code; layout and constant factors are part of the name of what they change."""
        for op in ops:
            if op.kind in _SILENT or op in scope.labels:
                continue
            if op.kind in _TRANSPARENT or op.alias:
                self._pass_through((op,), scope)
            elif (factor := self._factor(op, scope)) is not None:
                scope.labels[op] = factor
            else:
                scope.labels[op] = name = scope.fresh()
                yield BlockStep(_kind(op), f"{name} = {self._formula(op, scope)}", "", "", op.span)

    def _pass_through(self, ops: Iterable[Op], scope: _BlockNames) -> None:
        """Layout, casts, selections and inactive dropout keep the name of what they are applied to."""
        for op in ops:
            scope.labels[op] = next(iter(self._operands(op, scope)), "x")

    def _factor(self, op: Op, scope: _BlockNames) -> str | None:
        """``0.22·mlp`` for a product with a constant or a learned vector."""
        if op.kind not in (OpKind.MUL, OpKind.DIV):
            return None
        content = [operand.source for operand in op.operands if operand.source.kind not in _HELD]
        if len(content) != 1:
            return None
        held = [self._name(operand.source, scope) for operand in op.operands if operand.source.kind in _HELD]
        factors = [*(_number(value) for name, value in op.attributes.items() if name == "other"), *held]
        label = self._name(self.folding.of(content[0]), scope)
        sign = "/" if op.kind is OpKind.DIV else "·"
        return f"{label}{sign}{factors[0]}" if factors else label

    def _formula(self, op: Op, scope: _BlockNames) -> str:
        names = self._operands(op, scope)
        if op.kind in _INFIX:
            others = [_number(value) for name, value in op.attributes.items() if name == "other"]
            others += ["…" for operand in op.operands if operand.source not in self.learned]
            return f" {_INFIX[op.kind]} ".join([*names, *others])
        return f"{_kind(op)}({', '.join(dict.fromkeys(names))})"

    def _operands(self, op: Op, scope: _BlockNames) -> list[str]:
        sources = [self.folding.of(operand.source) for operand in op.operands]
        return [self._name(source, scope) for source in sources if source in self.learned]

    def _name(self, op: Op, scope: _BlockNames) -> str:
        if op.kind in _HELD:
            return str(op.attributes.get("name", "")).rpartition(".")[2]
        if op in scope.ops:
            return scope.labels.get(op, _kind(op))
        if scope.entry in (None, op) or scope.outer is None:
            scope.entry = op
            return "x"
        return scope.outer.labels.get(op) or self._name(op, scope.outer)

    def _class_name(self, path: str) -> str:
        module = self.query.tree.get(path)
        return module.class_name if module else ""


def _runs(path: str, ops: Iterable[Op]) -> Iterator[tuple[str | None, list[Op]]]:
    """Consecutive operations of one child module (None: of ``path`` itself)."""
    current: str | None = None
    run: list[Op] = []
    for op in ops:
        child = _child(path, op.module)
        if run and child != current:
            yield current, run
            run = []
        current = child
        run.append(op)
    if run:
        yield current, run


def _child(path: str, module: str) -> str | None:
    """The module directly below ``path`` that ``module`` is in; a member of a list counts as a direct child."""
    prefix = f"{path}." if path else ""
    if module == path or not module.startswith(prefix):
        return None
    parts = module[len(prefix) :].split(".")
    depth = 2 if len(parts) > 1 and parts[1].isdecimal() else 1
    return prefix + ".".join(parts[:depth])


def _relative(path: str, scope: _BlockNames) -> str:
    return path.removeprefix(f"{scope.path}.") if scope.path else path


def _input_names(sources: Iterable[Op]) -> list[str]:
    """Names of the model's inputs among ``sources``; an ellipsis if there are only computed ones."""
    computed = [_origin(op) for op in sources if op.kind not in _HELD]
    return [str(op.attributes.get("name", "")) for op in computed if op.kind is OpKind.INPUT] or ["…"] * bool(computed)


def _origin(op: Op) -> Op:
    """``op`` without changes of layout and type."""
    while op.kind in Group.LAYOUT and op.operands:
        op = op.operands[0].source
    return op


def _number(value: Constant) -> str:
    return f"{value:.6g}" if isinstance(value, float) else constant(value)


def _kind(op: Op) -> str:
    plain = op.kind in (OpKind.OTHER, OpKind.ELEMENTWISE, OpKind.ACTIVATION, OpKind.UNKNOWN, OpKind.REDUCE)
    return op.target.rpartition(".")[2] if plain and op.target else op.kind.value
