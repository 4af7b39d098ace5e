"""Polynomials with rational coefficients over named atoms, read from and written as Python expressions."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

Monomial: TypeAlias = tuple[tuple[str, int], ...]
"""(atom, exponent) pairs in order of first appearance; exponents are not zero."""


@dataclass(frozen=True)
class Polynomial:
    """A sum of monomials with coefficients that are not zero; the empty sum is 0."""

    terms: tuple[tuple[Monomial, Fraction], ...]

    @staticmethod
    def constant(value: int | Fraction) -> Polynomial:
        return Polynomial((((), Fraction(value)),) if value else ())

    @staticmethod
    def atom(name: str) -> Polynomial:
        return Polynomial(((((name, 1),), Fraction(1)),))

    @property
    def is_constant(self) -> bool:
        return all(not monomial for monomial, _ in self.terms)

    @property
    def atoms(self) -> frozenset[str]:
        return frozenset(name for monomial, _ in self.terms for name, _ in monomial)

    def plus(self, other: Polynomial) -> Polynomial:
        return _collect((*self.terms, *other.terms))

    def times(self, other: Polynomial) -> Polynomial:
        return _collect(tuple((_join(a, b), x * y) for a, x in self.terms for b, y in other.terms))

    def over(self, other: Polynomial) -> Polynomial | None:
        """The quotient if it can be written as a sum of integers, given that it is one; else None.

        A single term may be a fraction: if all the others are integers and the sum is one, it is one too.
        """
        if len(other.terms) == 1:
            (monomial, coefficient) = other.terms[0]
            inverse = tuple((name, -exponent) for name, exponent in monomial)
            quotient = self.times(Polynomial(((inverse, 1 / coefficient),)))
            return quotient if sum(map(_is_fraction, quotient.terms)) <= 1 else None
        if not other.terms or not self.terms:
            return None
        candidate = Polynomial(self.terms[:1]).over(Polynomial(other.terms[:1]))
        if candidate is not None and same(candidate.times(other), self):
            return candidate
        return None


def without_common_factors(left: Polynomial, right: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Both without the factors that all of their terms have: ``(a*b + a*c, a*d)`` becomes ``(b + c, d)``."""
    monomials = [dict(monomial) for monomial, _ in (*left.terms, *right.terms)]
    first = monomials[0] if left.terms and right.terms else {}
    shared = tuple((name, -low) for name in first if (low := min(one.get(name, 0) for one in monomials)) > 0)
    inverse = Polynomial(((shared, Fraction(1)),))
    return left.times(inverse), right.times(inverse)


def _is_fraction(term: tuple[Monomial, Fraction]) -> bool:
    monomial, coefficient = term
    return coefficient.denominator != 1 or any(exponent < 0 for _, exponent in monomial)


def is_fraction(polynomial: Polynomial) -> bool:
    """Whether it is a whole number only if something divides something else."""
    return any(map(_is_fraction, polynomial.terms))


def same(left: Polynomial, right: Polynomial) -> bool:
    """Whether both are the same sum, whatever the order of terms and factors."""
    return _unordered(left) == _unordered(right)


def _unordered(polynomial: Polynomial) -> frozenset[tuple[frozenset[tuple[str, int]], Fraction]]:
    return frozenset((frozenset(monomial), coefficient) for monomial, coefficient in polynomial.terms)


def _join(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for name, exponent in right:
        powers[name] = powers.get(name, 0) + exponent
    return tuple((name, exponent) for name, exponent in powers.items() if exponent)


def _collect(terms: tuple[tuple[Monomial, Fraction], ...]) -> Polynomial:
    spelled: dict[frozenset[tuple[str, int]], Monomial] = {}
    sums: dict[frozenset[tuple[str, int]], Fraction] = {}
    for monomial, coefficient in terms:
        key = frozenset(monomial)
        spelled.setdefault(key, monomial)
        sums[key] = sums.get(key, Fraction(0)) + coefficient
    return Polynomial(tuple((spelled[key], total) for key, total in sums.items() if total))


def evaluate(polynomial: Polynomial, values: Mapping[str, int]) -> Fraction | None:
    """The polynomial's value if it is a constant or ``values`` has all of its atoms, else None."""
    total = Fraction(0)
    for monomial, coefficient in polynomial.terms:
        for name, exponent in monomial:
            if name not in values or (values[name] == 0 and exponent < 0):
                return None
            coefficient *= Fraction(values[name]) ** exponent
        total += coefficient
    return total


@lru_cache(maxsize=16384)
def parse(text: str) -> Polynomial:
    """The polynomial that the expression ``text`` stands for; one atom where it cannot be read."""
    try:
        return _read(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return Polynomial.atom(text)


def _read(node: ast.expr) -> Polynomial:
    match node:
        case ast.Constant(value=bool()):
            return Polynomial.atom(ast.unparse(node))
        case ast.Constant(value=int(value)):
            return Polynomial.constant(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _read(operand).times(Polynomial.constant(-1))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _read(left).plus(_read(right))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _read(left).plus(_read(right).times(Polynomial.constant(-1)))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _read(left).times(_read(right))
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            return _quotient(_read(left), _read(right)) or Polynomial.atom(f"({ast.unparse(node)})")
        case ast.BinOp() | ast.Compare() | ast.BoolOp() | ast.IfExp() | ast.Lambda():
            return Polynomial.atom(f"({ast.unparse(node)})")
        case _:
            return Polynomial.atom(ast.unparse(node))


def _quotient(left: Polynomial, right: Polynomial) -> Polynomial | None:
    """The quotient where it may be taken to be exact: a product with a configuration field by configuration fields."""
    if len(left.terms) != 1 or len(right.terms) != 1:
        return None
    if not any(map(_is_field, left.atoms)) or not all(map(_is_field, right.atoms)):
        return None
    return left.over(right)


def _is_field(name: str) -> bool:
    return name.startswith("config.")


def render(polynomial: Polynomial) -> str:
    """The polynomial as a Python expression, positive terms first, the constant last."""
    ordered = sorted(polynomial.terms, key=lambda term: (not term[0], term[1] < 0))
    if ordered and ordered[0][1] < 0 and ordered[-1][1] > 0:
        ordered = [ordered[-1], *ordered[:-1]]
    text = ""
    for monomial, coefficient in ordered:
        sign = "-" if coefficient < 0 else "+"
        term = _term(monomial, abs(coefficient))
        text = f"{text} {sign} {term}" if text else (f"-{term}" if sign == "-" else term)
    alone = len(ordered) == 1 and ordered[0][0] and text == ordered[0][0][0][0]
    return _bare(text) if alone else text or "0"


def _bare(atom: str) -> str:
    """An atom on its own needs no parentheses."""
    return atom[1:-1] if atom.startswith("(") else atom


def _term(monomial: Monomial, coefficient: Fraction) -> str:
    above = _factors(monomial, coefficient.numerator, 1)
    below = _factors(monomial, coefficient.denominator, -1)
    text = " * ".join(above) or "1"
    if not below:
        return text
    return f"{text} // {below[0]}" if len(below) == 1 else f"{text} // ({' * '.join(below)})"


def _factors(monomial: Monomial, number: int, sign: int) -> list[str]:
    names = [name for name, exponent in monomial for _ in range(max(0, sign * exponent))]
    return names if number == 1 else [str(number), *names]
