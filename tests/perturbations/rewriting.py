"""What a rewrite is, and how it is applied to one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from analyzer.graph import OpKind, Phase, TensorType
from tests.invariance import Model

Place: TypeAlias = tuple[int, int, int, int]
"""Line and column of the beginning and the end, as in ``Span``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of an operation at a place: what it read, what it made, and the class of its module."""

    kind: OpKind
    name: str
    inputs: tuple[TensorType, ...]
    output: TensorType
    module: str
    module_class: str

    @property
    def floating(self) -> bool:
        """Whether everything that it reads and makes is a tensor of floating point numbers."""
        return all(one.dtype.is_floating for one in (*self.inputs, self.output))


Steps: TypeAlias = Mapping[Place, tuple[Step, ...]]
"""What ran at the places of one file."""

Expressions: TypeAlias = Callable[[cst.CSTNode, tuple[Step, ...]], "str | None"]
"""What an expression at which operations ran becomes; None where it stays."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A rewrite that keeps the meaning for the reason given: of expressions of ``kinds`` at which operations ran, by
    ``rule``, or by a transformer that ``make`` makes."""

    name: str
    reason: str
    rule: Expressions | None = None
    kinds: tuple[type[cst.CSTNode], ...] = ()
    make: Callable[[], Counting] | None = None


def steps_by_file(model: Model) -> dict[str, dict[Place, set[Step]]]:
    """What ran in the forward call of ``model``, by file and place."""
    found: dict[str, dict[Place, set[Step]]] = {}
    classes = {module.path: module.qualified_name for module in model.built.modules}
    for op in model.graph:
        if op.phase is Phase.FORWARD and op.outputs and not op.span.external:
            inputs = tuple(
                one.source.outputs[one.output] for one in op.operands if one.output < len(one.source.outputs)
            )
            step = Step(op.kind, op.name, inputs, op.outputs[0], op.module, classes.get(op.module, ""))
            place = (op.span.line, op.span.column, op.span.end_line, op.span.end_column)
            found.setdefault(op.span.path, {}).setdefault(place, set()).add(step)
    return found


def code(node: cst.CSTNode) -> str:
    """The text of a node, without parentheses that only group it."""
    return cst.Module(body=()).code_for_node(node)


def expressions(name: str, reason: str, rule: Expressions, *kinds: type[cst.CSTNode]) -> Rewrite:
    """A rewrite of every expression of ``kinds`` at which operations ran."""
    return Rewrite(name, reason, rule, kinds or (cst.Call, cst.BinaryOperation, cst.Subscript))


def syntax(name: str, reason: str, rule: Callable[[cst.CSTNode], str | None], *kinds: type[cst.CSTNode]) -> Rewrite:
    """A rewrite of every expression of ``kinds``, whatever ran there."""
    return Rewrite(name, reason, make=lambda: _SyntaxWriter(rule, kinds))


def statements(name: str, reason: str, make: Callable[[], Counting]) -> Rewrite:
    """A rewrite by a transformer of its own."""
    return Rewrite(name, reason, make=make)


def rewritten(module: MetadataWrapper, steps: Steps, rewrites: Sequence[Rewrite]) -> tuple[str, Counter[str]]:
    """The text of ``module`` after all of ``rewrites``, and the number of sites of each.

    An expression that several apply to is rewritten by the first of them.
    """
    writer = _ExpressionWriter([one for one in rewrites if one.rule is not None], steps, module)
    text = module.module.visit(writer) if writer.rewrites else module.module
    sites = Counter(writer.sites)
    for one in rewrites:
        if one.make is not None:
            transformer = one.make()
            text = text.visit(transformer)
            sites[one.name] += transformer.sites
    return text.code, +sites


class Counting(cst.CSTTransformer):
    """A transformer that counts the ``sites`` that it changed."""

    def __init__(self) -> None:
        super().__init__()
        self.sites = 0


class _ExpressionWriter(cst.CSTTransformer):
    def __init__(self, rewrites: Sequence[Rewrite], steps: Steps, module: MetadataWrapper) -> None:
        super().__init__()
        self.rewrites = rewrites
        self.sites: Counter[str] = Counter()
        self._steps = steps
        self._kinds = tuple({kind for one in rewrites for kind in one.kinds})
        self._positions: Mapping[cst.CSTNode, CodeRange] = module.resolve(PositionProvider)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        if not isinstance(original_node, self._kinds) or not (found := self._steps.get(self._place(original_node))):
            return updated_node
        for one in self.rewrites:
            if one.rule and isinstance(original_node, one.kinds) and (text := one.rule(updated_node, found)):
                self.sites[one.name] += 1
                return cst.parse_expression(f"({text})")
        return updated_node

    def _place(self, node: cst.CSTNode) -> Place:
        """As operations have it: a call of a method begins at the method's name."""
        first = node.func.attr if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) else node
        start, end = self._positions[first].start, self._positions[node].end
        return start.line, start.column, end.line, end.column


class _SyntaxWriter(Counting):
    def __init__(self, rule: Callable[[cst.CSTNode], str | None], kinds: tuple[type[cst.CSTNode], ...]) -> None:
        super().__init__()
        self._rule, self._kinds = rule, kinds

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        text = self._rule(updated_node) if isinstance(original_node, self._kinds) else None
        if text is None:
            return updated_node
        self.sites += 1
        return cst.parse_expression(f"({text})")
