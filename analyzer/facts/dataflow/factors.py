"""The constant factor that a tensor picks up between two places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isclose, prod
from typing import TypeAlias

from analyzer.facts.dataflow.elementwise import constant_value
from analyzer.graph import Op, OpKind
from analyzer.query import constant_side, sides
from analyzer.values import origin_of


@dataclass(frozen=True, slots=True)
class Term:
    """One multiplication (or division) by a number."""

    op: Op
    number: int | float
    divides: bool = False

    @property
    def value(self) -> float:
        return 1.0 / float(self.number) if self.divides and self.number else float(self.number)

    @property
    def expression(self) -> str:
        """Source text over configuration fields where the number came from them, else the number."""
        origin = origin_of(self.number)
        text = origin.expression if origin else repr(self.number)
        return f"1 / ({text})" if self.divides else text


@dataclass(frozen=True, slots=True)
class Factor:
    """A product of numbers (``terms``) and of tensors that are no numbers (``variables``).

    ``mixed`` is true where different ways between the two places multiply by different factors.
    """

    terms: tuple[Term, ...] = ()
    variables: tuple[Op, ...] = ()
    mixed: bool = False

    @property
    def value(self) -> float | None:
        """The product, or None where it is not one number."""
        return None if self.variables or self.mixed else prod(term.value for term in self.terms)

    @property
    def constant(self) -> int | float:
        """The product of the numbers alone; the number itself (with its origin) where there is only one."""
        if len(self.terms) == 1 and not self.terms[0].divides:
            return self.terms[0].number
        return prod(term.value for term in self.terms)

    @property
    def expression(self) -> str:
        """Source text of the product of the numbers, 1 for the empty one."""
        texts = [term.expression for term in _uncancelled(self.terms)]
        return texts[0] if len(texts) == 1 else " * ".join(map(_grouped, texts)) or "1"

    def times(self, other: Factor) -> Factor:
        return Factor(self.terms + other.terms, self.variables + other.variables, self.mixed or other.mixed)


ONE = Factor()
Stop: TypeAlias = Callable[[Op], "Factor | Op | None"]
"""What is known of an operation: the factor above it, an operation to go on from, or nothing (None)."""


def _uncancelled(terms: Iterable[Term]) -> list[Term]:
    """``terms`` without pairs of a division and a multiplication by the same number."""
    left: list[Term] = []
    for term in terms:
        other = next((one for one in left if one.divides != term.divides and one.number == term.number), None)
        if other is None:
            left.append(term)
        else:
            left.remove(other)
    return left


def _grouped(text: str) -> str:
    return f"({text})" if any(sign in text for sign in "+-*/") and not text.startswith("(") else text


def factor_above(op: Op, stop: Stop, region: Callable[[Op], bool]) -> Factor:
    """The factor that everything in ``region`` above ``op`` has applied when it reaches ``op``."""
    return _Walk(stop, region).above(op)


class _Walk:
    def __init__(self, stop: Stop, region: Callable[[Op], bool]) -> None:
        self._stop = stop
        self._region = region
        self._known: dict[Op, Factor] = {}

    def above(self, op: Op) -> Factor:
        if op not in self._known:
            known = self._stop(op)
            if isinstance(known, Op):
                known = self.above(known)
            self._known[op] = known if known is not None else self._own(op)
        return self._known[op]

    def _own(self, op: Op) -> Factor:
        inside = [operand.source for operand in op.operands if self._region(operand.source)]
        if op.kind in (OpKind.MUL, OpKind.DIV):
            return self._product(op, inside)
        return _common([self.above(source) for source in inside])

    def _product(self, op: Op, inside: list[Op]) -> Factor:
        if (found := constant_side(op)) is not None:
            tensor, number = found
            if not self._region(tensor):
                return ONE
            divides = op.kind is OpKind.DIV and (pair := sides(op)) is not None and pair[0] is tensor
            return self.above(tensor).times(Factor((Term(op, number, divides),)))
        outside = tuple(operand.source for operand in op.operands if not self._region(operand.source))
        return _common([self.above(source) for source in inside]).times(_by(op, outside))


def _by(op: Op, outside: tuple[Op, ...]) -> Factor:
    """The factor that multiplication (division) by the tensors ``outside`` is."""
    if len(outside) != 1 or (value := constant_value(outside[0])) is None:
        return Factor(variables=outside)
    divides = op.kind is OpKind.DIV and (pair := sides(op)) is not None and pair[1] is outside[0]
    return Factor((Term(op, value, divides),))


def _common(factors: Iterable[Factor]) -> Factor:
    """The factor that all ways share; a mixed one where they differ."""
    chosen: Factor | None = None
    for factor in factors:
        if chosen is None:
            chosen = factor
        elif not _same(chosen, factor):
            return Factor(chosen.terms, chosen.variables, mixed=True)
    return chosen or ONE


def _same(one: Factor, other: Factor) -> bool:
    if one.mixed or other.mixed or set(one.variables) != set(other.variables):
        return False
    return isclose(prod(t.value for t in one.terms), prod(t.value for t in other.terms), rel_tol=1e-6)
