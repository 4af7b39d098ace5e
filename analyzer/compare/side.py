"""One of the two models that are compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from analyzer.base import Span, index_set
from analyzer.compare.canonical.context import CanonicalValue, Pair, shape_of
from analyzer.compare.canonical.cores import View, number_key
from analyzer.compare.canonical.evaluate import Folded
from analyzer.compare.canonical.layout import merged
from analyzer.facts.attention.attention import attentions
from analyzer.facts.attention.score_terms import positional_above, score_terms
from analyzer.graph import BuiltModel, Op, OpKind
from analyzer.query import Query, simplified
from analyzer.query.folding import Folding, fold
from analyzer.report import Finding

_JOINING = frozenset({OpKind.ADD, OpKind.WHERE, OpKind.MASKED_FILL})

TextOf: TypeAlias = Callable[[Span], str]
"""The source text of a span."""


@dataclass(frozen=True)
class Side:
    """A built model with what its rules found and the text of its source; ``label`` is what the user called it."""

    label: str
    model: BuiltModel
    findings: Sequence[Finding]
    text_of: TextOf
    root: str = ""

    def __post_init__(self) -> None:
        """What is asked and what is compared are the same operations."""
        object.__setattr__(self, "model", simplified(self.model).model)

    @cached_property
    def query(self) -> Query:
        return Query(self.model)

    @cached_property
    def folded(self) -> Folded:
        """Equal layers once; each for itself where they run in another order than that of their numbers."""
        found = Folded(self.model.graph, fold(self.model.graph))
        return found if found.in_order() else Folded(self.model.graph, Folding((), {}))

    @property
    def folding(self) -> Folding:
        return self.folded.folding

    @cached_property
    def ops(self) -> tuple[Op, ...]:
        """The operations that are compared, equal layers once."""
        return self.folded.ops()

    @cached_property
    def users(self) -> Mapping[Op, tuple[Op, ...]]:
        """The operations that read an operation, each once."""
        found: dict[Op, dict[Op, None]] = {}
        for op in self.ops:
            for operand in op.operands if op.kind is not OpKind.PARAMETER else ():
                found.setdefault(self.folded.source(operand), {})[op] = None
        return {op: tuple(readers) for op, readers in found.items()}

    @cached_property
    def masking(self) -> frozenset[Op]:
        """The operations by which masks are made, which carry no activations, and those by which they join scores."""
        found = self.query.facts(attentions)
        parts = {part for attention in found for part in score_terms(self.query, attention)}
        above = positional_above(self.query, parts)
        steps = {step for attention in found for step in attention.steps if step.kind in _JOINING}
        return above | {step for step in steps if not above.isdisjoint(self.query.operands(step))}

    @cached_property
    def parameters(self) -> tuple[Op, ...]:
        """The parameters that are read, in order of first use."""
        seen: dict[Op, None] = {}
        for op in self.ops:
            for operand in op.operands if op.kind is not OpKind.PARAMETER else ():
                source = self.folded.source(operand)
                if source.kind is OpKind.PARAMETER:
                    seen[source] = None
        return tuple(seen)

    def module(self, op: Op) -> str:
        """The module that an operation runs in, with the numbers of all layers that it stands for."""
        paths = self.folding.instances(op.module)
        if len(paths) < 2:
            return op.module
        parts = zip(*(path.split(".") for path in paths), strict=True)
        shown = (names[0] if len(set(names)) == 1 else f"{{{index_set(map(int, names))}}}" for names in parts)
        return ".".join(shown) + op.module[len(paths[0]) :]

    def unfolded(self) -> Side:
        """This side with every layer for itself."""
        plain = Side(self.label, self.model, self.findings, self.text_of, self.root)
        plain.__dict__["folded"] = Folded(self.model.graph, Folding((), {}))
        return plain


def name_of(op: Op) -> str:
    """The full name of a parameter, buffer or input."""
    return str(op.arguments.get("name", ""))


def count_of(op: Op) -> int:
    """The number of elements of the first output."""
    return math.prod(shape_of(op))


def views_of(value: CanonicalValue) -> tuple[View, ...]:
    """The tensors that a value is made of."""
    return (value.real, value.imaginary) if isinstance(value, Pair) else (value,)


def cores_of(values: Sequence[CanonicalValue]) -> Iterator[int]:
    """The cores that values read."""
    for value in values:
        for view in views_of(value):
            yield view.core


def plain_view(view: View) -> View:
    """A view in the form in which equal ones are equal."""
    dims = tuple(merged(dim) for dim in view.dims)
    return View(view.core, dims, view.offset, number_key(view.factor))
