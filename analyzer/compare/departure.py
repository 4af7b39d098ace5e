"""Where the computation of one model departs from that of another.

An operation is *matched* when the other model computes its result, too. One that is not is *covered* when everything
that is computed from it is matched or covered: then it is a step of another way to the same end. The first operation
that is neither is where the models part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.compare.canonical.context import CanonicalValue, Pair, shape_of
from analyzer.compare.canonical.cores import Access, Joined, LoopNode, View, number_key
from analyzer.compare.canonical.evaluate import evaluate
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.pairing import Pairing, leaves, own_key, results
from analyzer.compare.side import Side, cores_of, plain_view, views_of
from analyzer.compare.units import Unit, reachable
from analyzer.graph import Op, OpKind

_FAR = 60
_LIMIT = 12
_GIVEN = frozenset({OpKind.PARAMETER, OpKind.INPUT})
_DEPTH = 4
"""How far down two computations are looked at for whether they differ in factors and order only."""
Values = Mapping[Op, "tuple[CanonicalValue, ...]"]


@dataclass(frozen=True, slots=True)
class Departure:
    """One difference: the operation of each model at which it shows (None: that model has none of the kind)."""

    first: Op | None
    second: Op | None


@dataclass(frozen=True, slots=True)
class AlignmentOutcome:
    """``equal``: the models return the same. Later departures are found by taking the earlier ones as equal."""

    equal: bool
    departures: tuple[Departure, ...]
    complete: bool = True
    """Whether all departures are listed: there may be more than are looked for."""
    parted: tuple[frozenset[Op], frozenset[Op]] = (frozenset(), frozenset())
    """All operations of either model that the other has no match for, those after a departure, too."""


def departures(
    first: Side, second: Side, terms: Terms, pairing: Pairing, *, precise: bool, limit: int = _LIMIT
) -> AlignmentOutcome:
    """Compare the operations of two models whose parameters are paired."""
    one = evaluate(
        terms, first.folded, first.ops, leaves(first, terms, pairing.layouts[0], own_key("a")), precise=precise
    )
    same: dict[Op, Op] = {}
    found: list[Departure] = []
    parted: tuple[frozenset[Op], frozenset[Op]] = (frozenset(), frozenset())
    for number in range(limit):
        other = _second(second, terms, pairing, precise, {op: one[partner] for op, partner in same.items()})
        compared = _Compared(terms, first, second, one, other)
        if compared.equal_results():
            return AlignmentOutcome(not found, tuple(found), True, parted)
        parted = compared.parted() if number == 0 else parted
        departure, joint = compared.departure()
        if departure is None:
            return AlignmentOutcome(False, tuple(found), False, parted)
        if found and (departure.first is found[-1].first or departure.second is found[-1].second):
            return AlignmentOutcome(False, tuple(found), False, parted)
        found.append(departure)
        if joint is None or joint[1] in same:
            return AlignmentOutcome(False, tuple(found), False, parted)
        same[joint[1]] = joint[0]
    return AlignmentOutcome(False, tuple(found), False, parted)


def _second(
    side: Side, terms: Terms, pairing: Pairing, precise: bool, given: Mapping[Op, tuple[CanonicalValue, ...]]
) -> Values:
    """The values of the second model, with the names of the first for paired parameters."""
    own, others = own_key("b"), own_key("a")

    def key(unit: Unit) -> tuple[str, str, int]:
        partner = pairing.partner.get(unit)
        return own(unit) if partner is None else others(partner)

    leaf = leaves(side, terms, pairing.layouts[1], key)

    def decided(op: Op) -> View | None:
        values = given.get(op)
        return values[0] if values is not None and isinstance(values[0], View) else leaf(op)

    return evaluate(terms, side.folded, side.ops, decided, precise=precise)


@dataclass(frozen=True, slots=True)
class _Compared:
    terms: Terms
    first: Side
    second: Side
    one: Values
    other: Values

    def equal_results(self) -> bool:
        return not self._unequal()

    def _unequal(self) -> list[tuple[str, str]]:
        """Slots of results that differ: those that both have, or the first of each."""
        mine, theirs = results(self.first, self.one), results(self.second, self.other)
        shared = [slot for slot in mine if slot in theirs]
        pairs = [(slot, slot) for slot in shared] or [(a, b) for a, b in zip(mine, theirs, strict=False)][:1]
        return [(a, b) for a, b in pairs if not _same(mine[a], theirs[b])]

    def parted(self) -> tuple[frozenset[Op], frozenset[Op]]:
        """The operations of either model that are neither matched nor covered."""
        mine = self._uncovered(self.first, self.one, self._cores(self.second, self.other))
        theirs = self._uncovered(self.second, self.other, self._cores(self.first, self.one))
        return frozenset(mine), frozenset(theirs)

    def departure(self) -> tuple[Departure | None, tuple[Op, Op] | None]:
        """The first difference, and the pair of operations from which on to go on as if it was none."""
        mine = self._uncovered(self.first, self.one, self._cores(self.second, self.other))
        theirs = self._uncovered(self.second, self.other, self._cores(self.first, self.one))
        if not mine and not theirs:
            return self._at_results()
        joint = _joint(mine, theirs)
        a, b = (mine[0] if mine else None), (theirs[0] if theirs else None)
        if joint is None or (joint[0] is a and joint[1] is b):
            narrowed = self._narrowed(a, b)
            return Departure(*narrowed), joint
        return Departure(a, b), joint

    def _at_results(self) -> tuple[Departure | None, tuple[Op, Op] | None]:
        unequal = self._unequal()
        if not unequal:
            return None, None
        sources = [
            next(side.folded.source(operand) for operand in side.model.graph.results if operand.slot == slot)
            for side, slot in zip((self.first, self.second), unequal[0], strict=True)
        ]
        joint = (sources[0], sources[1])
        return Departure(*self._narrowed(*joint, last=True)), joint if _alike(*joint) else None

    def _cores(self, side: Side, values: Values) -> frozenset[int]:
        """Everything that a model computes on the way."""
        return frozenset(reachable(self.terms, [core for op in side.ops for core in cores_of(values[op])]))

    def _uncovered(self, side: Side, values: Values, known: frozenset[int]) -> list[Op]:
        """The operations that are neither matched nor covered, in order."""
        returned = {side.folded.source(operand) for operand in side.model.graph.results}
        open_: set[Op] = set()
        for op in reversed(side.ops):
            if op.kind in _GIVEN or all(core in known for core in cores_of(values[op])):
                continue
            users = [user for user in side.users.get(op, ()) if user in open_]
            if op in returned or any(not self._excused(side, values, op, user, known) for user in users):
                open_.add(op)
        return [op for op in side.ops if op in open_]

    def _excused(self, side: Side, values: Values, op: Op, user: Op, known: frozenset[int]) -> bool:
        """Whether ``op`` is a table of numbers, and ``user`` differs because of what else it reads."""
        if not all(self.terms.numbers(core) is not None for core in cores_of(values[op])):
            return False
        others = (side.folded.source(operand) for operand in user.operands)
        return any(other is not op and not all(core in known for core in cores_of(values[other])) for other in others)

    def _narrowed(self, a: Op | None, b: Op | None, *, last: bool = False) -> tuple[Op | None, Op | None]:
        """Where the two differ in a factor or in the order of elements only: the step at which that came about."""
        if a is None or b is None:
            return a, b
        x, y = (next(cores_of(values[op]), -1) for op, values in ((a, self.one), (b, self.other)))
        if not last and not self._nearly(x, y, _DEPTH):
            return a, b
        mark = _scaled if self._nearly(x, y, _DEPTH, layout=True) and not last else plain_view
        marks = [
            frozenset(mark(view) for op in side.ops for value in values[op] for view in views_of(value))
            for side, values in ((self.first, self.one), (self.second, self.other))
        ]
        cores = [frozenset(view.core for view in found) for found in marks]
        return (
            self._origin(self.first, self.one, a, mark, marks[1], cores[1]),
            self._origin(self.second, self.other, b, mark, marks[0], cores[0]),
        )

    def _nearly(self, x: int, y: int, depth: int, *, layout: bool = False) -> bool:
        """Whether two cores are computed in the same way but for factors and the order of elements (with ``layout``:
        but for factors)."""
        if x == y:
            return True
        one, other = self.terms[x], self.terms[y]
        if isinstance(one, Joined) and isinstance(other, Joined) and depth:
            parts = list(zip(one.segments, other.segments, strict=False))
            return len(one.segments) == len(other.segments) and all(
                (not layout or (a.offset, a.atoms) == (b.offset, b.atoms))
                and self._nearly(a.core, b.core, depth - 1, layout=layout)
                for a, b in parts
            )
        if not isinstance(one, LoopNode) or not isinstance(other, LoopNode) or not depth:
            return False
        if (one.op, one.attributes, len(one.accesses)) != (other.op, other.attributes, len(other.accesses)):
            return False
        if layout and (one.sizes, one.consumed) != (other.sizes, other.consumed):
            return False
        pairs = zip(_by_place(one), _by_place(other), strict=True)
        return all(
            (not layout or a[1:3] == b[1:3]) and self._nearly(a.core, b.core, depth - 1, layout=layout)
            for a, b in pairs
        )

    def _origin(
        self, side: Side, values: Values, end: Op, mark: Mark, known: frozenset[View], cores: frozenset[int]
    ) -> Op:
        """The first operation above ``end`` from which on everything is as in the other model but for ``mark``."""
        stack, seen = [end], {end}
        while stack:
            for operand in stack.pop().operands:
                source = side.folded.source(operand)
                views = [view for value in values[source] for view in views_of(value)]
                if source in seen or source.kind in _GIVEN or any(view.core not in cores for view in views):
                    continue
                if any(mark(view) not in known for view in views):
                    seen.add(source)
                    stack.append(source)
        return min(seen - {end}, key=lambda op: op.index, default=end)


Mark = Callable[[View], View]


def _scaled(view: View) -> View:
    """A view without the order of its elements."""
    return View(view.core, (), 0, number_key(view.factor))


def _by_place(node: LoopNode) -> list[Access]:
    return sorted(node.accesses, key=lambda access: (access.core, access.offset, access.strides))


def _same(one: CanonicalValue, other: CanonicalValue) -> bool:
    if isinstance(one, Pair) or isinstance(other, Pair):
        return isinstance(one, Pair) and isinstance(other, Pair) and all(map(_same, views_of(one), views_of(other)))
    a, b = plain_view(one), plain_view(other)
    close = math.isclose(one.factor, other.factor, rel_tol=1e-7) or a.factor == b.factor
    return close and replace(a, factor=1.0) == replace(b, factor=1.0)


def _alike(a: Op, b: Op) -> bool:
    return len(a.outputs) == len(b.outputs) == 1 and shape_of(a) == shape_of(b)


def _joint(mine: Sequence[Op], theirs: Sequence[Op]) -> tuple[Op, Op] | None:
    """The nearest pair of operations of one kind and shape."""
    pairs = (
        (i + j, abs(i - j), i, j)
        for i, a in enumerate(mine[:_FAR])
        for j, b in enumerate(theirs[:_FAR])
        if _alike(a, b) and a.kind is b.kind
    )
    best = min(pairs, default=None)
    return None if best is None else (mine[best[2]], theirs[best[3]])
