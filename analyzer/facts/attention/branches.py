"""Queries, keys and values on their way from projections to the attention product."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from analyzer.facts.dataflow.content import content
from analyzer.facts.dataflow.factors import ONE, Factor, factor_above
from analyzer.facts.dataflow.projections import Projection, projection_at
from analyzer.facts.norms.norms import Norm, norms
from analyzer.facts.rotary.rotary import Rotary, rotary_at
from analyzer.graph import Group, Op, Operand, OpKind
from analyzer.query import Query

_ENDS = (
    Group.SOURCE
    | Group.NORMALISATION
    | {OpKind.SOFTMAX, OpKind.ATTENTION, OpKind.EMBEDDING, OpKind.RECURRENT, OpKind.TOPK}
    | {OpKind.MATMUL, OpKind.EINSUM, OpKind.LINEAR}
)


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One input of an attention product, seen backwards up to the projections that it comes from.

    ``end`` is the tensor as the product reads it. ``others`` are the ends of the way that are no projections (an
    input, a product of activations). ``steps`` are all operations in between; ``factor`` the constant that they
    multiply by, after the last norm. ``casts`` are the changes of type after the last rotation and norm.
    """

    end: Op
    output: int
    projections: tuple[Projection, ...]
    others: tuple[Op, ...]
    norms: tuple[Norm, ...]
    rotaries: tuple[Rotary, ...]
    steps: frozenset[Op]
    factor: Factor

    @property
    def numel(self) -> int:
        """Number of elements that the product reads."""
        return _numel(self.end, self.output)

    @property
    def distinct(self) -> int:
        """Number of elements before anything was repeated for several query heads."""
        sizes = [self.numel]
        for step in self.steps | {self.end}:
            if step.kind in (OpKind.EXPAND, OpKind.REPEAT) and len(step.operands) >= 1:
                source = step.operands[0]
                grown = _numel(step, 0)
                before = _numel(source.source, source.output)
                if before and grown == self.numel and grown % before == 0:
                    sizes.append(self.numel * before // grown)
        return min(sizes)


def branch(query: Query, operand: Operand) -> Branch:
    """The way above ``operand``."""
    return _Search(query).run(operand)


class _Search:
    def __init__(self, query: Query) -> None:
        self._projections = query.get(projection_at)
        self._norms = query.get(norm_at)
        self._rotaries = query.get(rotary_at)
        self._content = query.get(content)
        self._found: dict[Projection, None] = {}
        self._others: dict[Op, None] = {}
        self._passed: dict[Norm, None] = {}
        self._turned: dict[Rotary, None] = {}
        self._steps: set[Op] = set()

    def run(self, operand: Operand) -> Branch:
        stack = [operand.source]
        while stack:
            op = stack.pop()
            if op not in self._steps and op not in self._others:
                stack.extend(self._above(op))
        return Branch(
            end=operand.source,
            output=operand.output,
            projections=tuple(sorted(self._found, key=lambda found: found.op.index)),
            others=tuple(self._others),
            norms=tuple(sorted(self._passed, key=lambda norm: norm.output.index)),
            rotaries=tuple(sorted(self._turned, key=lambda rotary: rotary.output.index)),
            steps=frozenset(self._steps),
            factor=factor_above(operand.source, self._known, self._steps.__contains__),
        )

    def _above(self, op: Op) -> list[Op]:
        """Where to go on from ``op``; what it is gets noted."""
        if (projection := self._projections.get(op)) is not None:
            self._steps.add(op)
            self._found[projection] = None
            return []
        if (norm := self._norms.get(op)) is not None:
            self._steps.add(op)
            self._passed[norm] = None
            return [norm.input]
        if (rotary := self._rotaries.get(op)) is not None:
            self._steps.add(op)
            self._turned[rotary] = None
            return [rotary.input]
        if op.kind in _ENDS or op not in self._content:
            if op in self._content:
                self._others[op] = None
            return []
        self._steps.add(op)
        return [operand.source for operand in op.operands if operand.source in self._content]

    def _known(self, op: Op) -> Factor | Op | None:
        if op in self._projections or op in self._norms:
            return ONE
        rotary = self._rotaries.get(op)
        return rotary.input if rotary is not None else None


def norm_at(query: Query) -> dict[Op, Norm]:
    """Norms by their last operation."""
    found: dict[Op, Norm] = {}
    for norm in query.facts(norms):
        found.setdefault(norm.output, norm)
    return found


def _numel(op: Op, output: int) -> int:
    return prod(int(size) for size in op.outputs[output].shape)
