"""Which parameter of one model plays the part of which parameter of the other.

Where both models name their parameters alike, names decide: a checkpoint of the one fits the other. Elsewhere the way
in which a parameter is used decides, first as far down as possible, then less and less far, and of equal ones the order
of use.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, permutations

from analyzer.compare.canonical.context import CanonicalValue, Pair, shape_of
from analyzer.compare.canonical.cores import Access, Joined, Leaf, LoopNode, OpaqueCore, View, number_key
from analyzer.compare.canonical.evaluate import evaluate
from analyzer.compare.canonical.layout import contiguous
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.side import Side, cores_of, count_of, name_of, views_of
from analyzer.compare.units import Split, Unit, assembled, reachable, read, splits, turned, units
from analyzer.graph import Op, OpKind

_DEPTHS = (40, 16, 10, 7, 5, 4, 3, 2, 1, 0)
_SHARED = 0.5
"""Share of equal names from which on names decide."""
_MOST_TRIES = 12
_MOST_KINDS = 8

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class ParameterLayout:
    """How the parameters of one model are taken: which stored turned round, which as several units."""

    across: frozenset[Op]
    split: Mapping[Op, Split]

    def units(self, op: Op) -> tuple[Unit, ...]:
        return units(op, op in self.across, self.split.get(op))


@dataclass(frozen=True, slots=True)
class Pairing:
    """``partner`` maps units of the second model to those of the first; ``by_name``: names decided."""

    layouts: tuple[ParameterLayout, ParameterLayout]
    partner: Mapping[Unit, Unit]
    by_name: bool
    ties: tuple[tuple[tuple[Unit, ...], tuple[Unit, ...]], ...] = ()
    """Groups of units that are used alike, so that any may be the partner of any."""


def leaves(
    side: Side, terms: Terms, layout: ParameterLayout, key: Callable[[Unit], Key]
) -> Callable[[Op], View | None]:
    """The views of parameters and inputs; units with equal keys are one."""
    inputs = Counter[tuple[object, ...]]()
    numbers: dict[Op, int] = {}
    for op in side.ops:
        if op.kind is OpKind.INPUT:
            numbers[op] = inputs[_type(op)]
            inputs[_type(op)] += 1

    def leaf(op: Op) -> View | None:
        if op.kind is OpKind.INPUT:
            core = terms.leaf("input", (*_type(op), numbers[op]), count_of(op))
            return View(core, contiguous(shape_of(op)))
        if op.kind is not OpKind.PARAMETER:
            return None
        parts = layout.units(op)
        cores = [terms.leaf("parameter", (key(unit), unit.shape), _count(unit)) for unit in parts]
        return assembled(terms, cores, parts, op in layout.across, layout.split.get(op))

    return leaf


def _type(op: Op) -> tuple[object, ...]:
    return (shape_of(op), op.outputs[0].dtype.value)


def _count(unit: Unit) -> int:
    count = 1
    for size in unit.shape:
        count *= size
    return count


def own_key(side: str) -> Callable[[Unit], Key]:
    """Keys of units that have no partner."""
    return lambda unit: (side, name_of(unit.parameter), unit.piece)


def paired(first: Side, second: Side, terms: Terms) -> Pairing:
    """The partners of the parameters that the folded graphs read."""
    named = _by_name(first, second)
    sides = (first, second)
    plain = [ParameterLayout(frozenset() if named else turned(side), {}) for side in sides]
    if named and len(named) == len(first.parameters) == len(second.parameters):
        return Pairing((plain[0], plain[1]), _units(named, plain), True)
    alone = [_alone(side, terms, layout, name) for side, layout, name in zip(sides, plain, "ab", strict=True)]
    found = [one.splits(layout) for one, layout in zip(alone, plain, strict=True)]
    kept = _useful(plain, found, sides)
    layouts = tuple(ParameterLayout(layout.across, split) for layout, split in zip(plain, kept, strict=True))
    alone = [
        _alone(side, terms, layout, name) if layout.split else one
        for side, layout, name, one in zip(sides, layouts, "ab", alone, strict=True)
    ]
    groups = [one.groups(layout) for one, layout in zip(alone, layouts, strict=True)]
    partner, ties = _matched(groups[0], groups[1], _units(named, layouts))
    return Pairing((layouts[0], layouts[1]), partner, bool(named), ties)


def _by_name(first: Side, second: Side) -> dict[Op, Op]:
    """Parameters of the second model by those of the first with the same name and shape; none where few have any."""
    one, other = ({(name_of(op), shape_of(op)): op for op in side.parameters} for side in (first, second))
    shared = one.keys() & other.keys()
    return (
        {other[key]: one[key] for key in other if key in shared}
        if len(shared) > _SHARED * min(len(one), len(other))
        else {}
    )


def _units(named: Mapping[Op, Op], layouts: Sequence[ParameterLayout]) -> dict[Unit, Unit]:
    pairs = ((layouts[0].units(mine), layouts[1].units(own)) for own, mine in named.items())
    return {own: mine for one, other in pairs if len(one) == len(other) for mine, own in zip(one, other, strict=True)}


def _useful(
    plain: Sequence[ParameterLayout], found: Sequence[Mapping[Op, Split]], sides: Sequence[Side]
) -> list[dict[Op, Split]]:
    """The splits with which most parameters have a partner of their shape, and the fewest of these."""
    kinds = sorted({(n, shape_of(op), split) for n, mapping in enumerate(found) for op, split in mapping.items()})
    choices = (chosen for size in range(len(kinds) + 1) for chosen in combinations(kinds[:_MOST_KINDS], size))

    def taken(chosen: Collection[tuple[int, tuple[int, ...], Split]]) -> list[dict[Op, Split]]:
        return [
            {op: split for op, split in mapping.items() if (n, shape_of(op), split) in chosen}
            for n, mapping in enumerate(found)
        ]

    def lonely(chosen: Collection[tuple[int, tuple[int, ...], Split]]) -> int:
        one, other = (
            Counter(unit.shape for op in side.parameters for unit in ParameterLayout(layout.across, split).units(op))
            for side, layout, split in zip(sides, plain, taken(chosen), strict=True)
        )
        return (one - other).total() + (other - one).total()

    return taken(min(choices, key=lambda chosen: (lonely(chosen), len(chosen))))


@dataclass(frozen=True, slots=True)
class _Alone:
    """One model evaluated by itself: the cores of its results, from the leaves up, and its units' cores."""

    terms: Terms
    cores: tuple[int, ...]
    roots: tuple[View, ...]
    side: Side
    name: str

    def core(self, unit: Unit) -> int:
        return self.terms.leaf("parameter", (own_key(self.name)(unit), unit.shape), _count(unit))

    def splits(self, layout: ParameterLayout) -> dict[Op, Split]:
        whole = {self.core(layout.units(op)[0]): op for op in self.side.parameters}
        shapes = {core: layout.units(op)[0].shape for core, op in whole.items()}
        return {whole[core]: split for core, split in splits(self.terms, self.cores, self.roots, shapes).items()}

    def groups(self, layout: ParameterLayout) -> dict[int, dict[tuple[object, ...], list[Unit]]]:
        """For each depth: units by shape and by what is computed from them that many steps down."""
        marks = _marks(self.terms, self.cores)
        result: dict[int, dict[tuple[object, ...], list[Unit]]] = {}
        for depth in _DEPTHS:
            groups: dict[tuple[object, ...], list[Unit]] = {}
            for op in self.side.parameters:
                for unit in layout.units(op):
                    groups.setdefault((unit.shape, marks[depth].get(self.core(unit))), []).append(unit)
            result[depth] = groups
        return result


def _alone(side: Side, terms: Terms, layout: ParameterLayout, name: str) -> _Alone:
    values = evaluate(terms, side.folded, side.ops, leaves(side, terms, layout, own_key(name)), precise=False)
    roots = tuple(view for value in results(side, values).values() for view in views_of(value))
    return _Alone(terms, tuple(reachable(terms, [view.core for view in roots])), roots, side, name)


def results(side: Side, values: Mapping[Op, tuple[CanonicalValue, ...]]) -> dict[str, CanonicalValue]:
    """What the forward call returns, by slot."""
    found: dict[str, CanonicalValue] = {}
    for operand in side.model.graph.results:
        source = side.folded.source(operand)
        if source in values and operand.output < len(values[source]):
            found[operand.slot] = values[source][operand.output]
    return found


def _marks(terms: Terms, cores: Sequence[int]) -> dict[int, dict[int, int]]:
    """For several depths and each core: what is computed from it, without regard to which parameters take part."""
    up: dict[int, int] = {}
    for core in cores:
        up[core] = _colour(terms, core, up)
    users: dict[int, list[int]] = {core: [] for core in cores}
    for core in cores:
        for source in read(terms, core):
            users[source].append(core)
    mark = up
    found = {0: up}
    for depth in range(1, max(_DEPTHS) + 1):
        mark = {core: hash((up[core], tuple(sorted(mark[user] for user in users[core])))) for core in cores}
        found[depth] = mark
    return found


def _colour(terms: Terms, core: int, colours: Mapping[int, int]) -> int:
    match terms[core]:
        case LoopNode() as node:
            reads = sorted((colours[a.core], _extra(terms, node, a), _walked(node, a)) for a in node.accesses)
            return hash((node.op, node.attributes, tuple(reads), terms.count(core)))
        case Joined(segments):
            return hash(tuple(sorted((colours[s.core], number_key(s.factor), s.elements) for s in segments)))
        case OpaqueCore() as opaque:
            return hash((opaque.name, opaque.attributes, tuple(colours[view.core] for view in opaque.operands)))
        case Leaf("parameter", identity):
            return hash(("parameter", identity[1]))  # type: ignore[index]
        case other:
            return hash(other)


def _extra(terms: Terms, node: LoopNode, access: Access) -> float:
    """An exponent; a factor up to that of the whole, which the first term of a sum decides."""
    if node.op in ("product", "contract"):
        return number_key(access.extra)
    if node.op == "sum":
        return number_key(abs(access.extra) / max(abs(one.extra) for one in node.accesses))
    source = terms[access.core]
    return 1.0 if isinstance(source, LoopNode) and source.op == "sum" else number_key(access.extra)


def _walked(node: LoopNode, access: Access) -> int:
    """How many elements an access walks over, whatever the order of the loops."""
    return math.prod(size for size, stride in zip(node.sizes, access.strides, strict=True) if stride)


def _matched(
    one: Mapping[int, Mapping[tuple[object, ...], Sequence[Unit]]],
    other: Mapping[int, Mapping[tuple[object, ...], Sequence[Unit]]],
    known: Mapping[Unit, Unit],
) -> tuple[dict[Unit, Unit], tuple[tuple[tuple[Unit, ...], tuple[Unit, ...]], ...]]:
    partner = dict(known)
    taken = set(known.values())
    ties = []
    for depth in _DEPTHS:
        for key, group in other[depth].items():
            members = [unit for unit in group if unit not in partner]
            candidates = [unit for unit in one[depth].get(key, ()) if unit not in taken]
            if members and candidates and (len(members) == len(candidates) or depth == 0):
                partner.update(zip(members, candidates, strict=False))
                taken.update(candidates[: len(members)])
                if len(members) > 1:
                    ties.append((tuple(candidates), tuple(members)))
    return partner, tuple(ties)


def alternatives(pairing: Pairing) -> Iterator[Pairing]:
    """The pairing, then others in which units that are used alike change places: the same change in all groups of one
    size, as these are layers of one kind."""
    yield pairing
    sizes = sorted({len(members) for candidates, members in pairing.ties if len(members) == len(candidates) <= 4})
    others = ((size, order) for size in sizes for order in islice(permutations(range(size)), 1, None))
    for size, order in islice(others, _MOST_TRIES):
        changed = {
            member: candidates[place]
            for candidates, members in pairing.ties
            if len(members) == size == len(candidates)
            for member, place in zip(members, order, strict=True)
        }
        yield Pairing(pairing.layouts, {**pairing.partner, **changed}, pairing.by_name)


__all__ = ["Pair", "Pairing", "ParameterLayout", "alternatives", "cores_of", "leaves", "own_key", "paired", "results"]
