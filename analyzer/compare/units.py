"""Learned tensors as units: a parameter, or a piece of one that another model keeps as a parameter of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analyzer.compare.canonical.concatenation import concatenated
from analyzer.compare.canonical.context import shape_of
from analyzer.compare.canonical.cores import Joined, LoopNode, OpaqueCore, View
from analyzer.compare.canonical.layout import Atom, composed, contiguous, reshaped
from analyzer.compare.canonical.terms import Terms
from analyzer.compare.side import Side
from analyzer.graph import Op, OpKind
from analyzer.values import Array


class Split(NamedTuple):
    """Dimension ``axis`` of a parameter is ``groups`` times a row of pieces of these sizes."""

    axis: int
    groups: int
    sizes: tuple[int, ...]


class Unit(NamedTuple):
    """Piece ``piece`` of a parameter (0 of one that is whole); ``shape`` as inputs × outputs are usually stored."""

    parameter: Op
    piece: int
    shape: tuple[int, ...]


def turned(side: Side) -> frozenset[Op]:
    """Matrices that are only multiplied from the right as they are stored (their rows are inputs)."""
    return frozenset(op for op in side.parameters if len(shape_of(op)) == 2 and _only_right(side, op))


def _only_right(side: Side, op: Op) -> bool:
    users = side.users.get(op, ())
    uses = [(user, operand) for user in users for operand in user.operands if side.folded.source(operand) is op]
    return bool(uses) and all(user.kind is OpKind.MATMUL and one.slot in ("other", "mat2") for user, one in uses)


def oriented(op: Op, across: bool) -> tuple[int, ...]:
    """The shape of a parameter, turned round where it is stored so."""
    return shape_of(op)[::-1] if across else shape_of(op)


def units(op: Op, across: bool, split: Split | None) -> tuple[Unit, ...]:
    """The units of one parameter."""
    shape = oriented(op, across)
    if split is None:
        return (Unit(op, 0, shape),)
    sized = (split.groups * size for size in split.sizes)
    return tuple(
        Unit(op, piece, (*shape[: split.axis], size, *shape[split.axis + 1 :])) for piece, size in enumerate(sized)
    )


def assembled(terms: Terms, cores: Sequence[int], parts: Sequence[Unit], across: bool, split: Split | None) -> View:
    """The parameter as a tensor made of the cores of its units."""
    views = [View(core, contiguous(unit.shape)) for core, unit in zip(cores, parts, strict=True)]
    whole = views[0] if split is None else _together(terms, views, split)
    return View(whole.core, whole.dims[::-1], whole.offset, whole.factor) if across else whole


def _together(terms: Terms, views: Sequence[View], split: Split) -> View:
    axis, parts = split.axis, []
    for view, size in zip(views, split.sizes, strict=True):
        shape = view.shape
        dims = reshaped(view.dims, (*shape[:axis], split.groups, size, *shape[axis + 1 :]))
        assert dims is not None
        parts.append(View(view.core, dims))
    joined = concatenated(terms, parts, axis + 1)
    row = (*joined.dims[axis], *joined.dims[axis + 1])
    return View(joined.core, (*joined.dims[:axis], row, *joined.dims[axis + 2 :]), joined.offset, joined.factor)


def reachable(terms: Terms, roots: Iterable[int]) -> list[int]:
    """Cores that ``roots`` are computed from, with them, each after those it is computed from."""
    found: dict[int, None] = {}
    stack = [(core, False) for core in roots]
    while stack:
        core, done = stack.pop()
        if done:
            found[core] = None
        elif core not in found:
            stack.append((core, True))
            stack.extend((one, False) for one in read(terms, core) if one not in found)
    return list(found)


def read(terms: Terms, core: int) -> tuple[int, ...]:
    """The cores that a core is computed from."""
    match terms[core]:
        case LoopNode() as node:
            return tuple(access.core for access in node.accesses)
        case Joined(segments):
            return tuple(segment.core for segment in segments)
        case OpaqueCore() as opaque:
            return tuple(view.core for view in opaque.operands)
        case _:
            return ()


class Region(NamedTuple):
    """A part of a core: where it begins, and the atoms of its layout."""

    offset: int
    atoms: tuple[Atom, ...]


def regions(terms: Terms, cores: Iterable[int]) -> dict[int, set[Region]]:
    """For each core, the parts of it that ``cores`` read."""
    found: dict[int, set[Region]] = {}
    for core in cores:
        for source, region in _read_regions(terms, core):
            found.setdefault(source, set()).add(region)
    return found


def _read_regions(terms: Terms, core: int) -> Iterator[tuple[int, Region]]:
    match terms[core]:
        case LoopNode() as node:
            for access in node.accesses:
                atoms = zip(node.sizes, access.strides, strict=True)
                yield access.core, Region(access.offset, tuple(Atom(*atom) for atom in atoms if atom[1]))
        case Joined(segments):
            for segment in segments:
                yield segment.core, Region(segment.offset, tuple(atom for atom in segment.atoms if atom.stride))
        case OpaqueCore() as opaque:
            for view in opaque.operands:
                yield view.core, Region(view.offset, tuple(atom for atom in view.atoms() if atom.stride))


def splits(
    terms: Terms, cores: Sequence[int], roots: Iterable[View], parameters: Mapping[int, tuple[int, ...]]
) -> dict[int, Split]:
    """Parameters (core and shape) that are used in pieces, each piece alone, and how they fall apart."""
    parts = regions(terms, cores)
    for view in roots:
        parts.setdefault(view.core, set()).add(Region(view.offset, tuple(atom for atom in view.atoms() if atom.stride)))
    users: dict[int, list[int]] = {}
    for core in cores:
        for source in read(terms, core):
            users.setdefault(source, []).append(core)
    found = {}
    for core, shape in parameters.items():
        if not shape:
            continue
        rows = _rows_used(terms, core, shape, parts, users)
        if rows is not None and (through := [user for user in users.get(core, ()) if _is_product(terms, user, core)]):
            rows += [met for user in through for met in _rows_met(terms, cores, user, core, shape)]
        if rows and (split := _as_split(rows, shape)) is not None:
            found[core] = split
    return found


def _rows_used(
    terms: Terms, core: int, shape: Sequence[int], parts: Mapping[int, set[Region]], users: Mapping[int, list[int]]
) -> list[Array] | None:
    """Which rows of a parameter are read together; through products of the whole with something else."""
    rows: list[Array | None] = []
    readers = users.get(core, [])
    through = [user for user in readers if _is_product(terms, user, core)]
    if through:
        if len(set(through)) != len(set(readers)):
            return None
        for user in set(through):
            rows.extend(_projected(terms, user, core, region, shape) for region in parts.get(user, ()))
    else:
        rows = [_rows(region, shape) for region in parts.get(core, ())]
    return None if any(one is None for one in rows) else [one for one in rows if one is not None]


def _rows_met(terms: Terms, cores: Sequence[int], user: int, core: int, shape: Sequence[int]) -> Iterator[Array]:
    """Rows of a matrix whose results are added to each other, element by element: the halves that a rotation mixes."""
    from_: dict[int, frozenset[Region]] = {}
    for one in cores:
        node = terms[one]
        if not isinstance(node, LoopNode) or node.consumed or node.more:
            continue
        own = frozenset(region for source, region in _read_regions(terms, one) if source == user)
        found = own.union(*(from_.get(access.core, frozenset()) for access in node.accesses))
        from_[one] = found
        if node.op == "sum" and len(found) > 1:
            rows = [_projected(terms, user, core, region, shape) for region in found]
            yield np.concatenate([part for part in rows if part is not None])


def _is_product(terms: Terms, user: int, core: int) -> bool:
    node = terms[user]
    return (
        isinstance(node, LoopNode)
        and node.op == "contract"
        and any(access.core == core and access.offset == 0 for access in node.accesses)
    )


def _projected(terms: Terms, user: int, core: int, region: Region, shape: Sequence[int]) -> Array | None:
    """The rows of a matrix that a part of its product comes from."""
    node = terms[user]
    assert isinstance(node, LoopNode)
    access = next(access for access in node.accesses if access.core == core)
    kept = len(node.kept)
    inner = [(size, (stride,)) for size, stride in zip(node.kept, access.strides[:kept], strict=True)]
    found = composed(region.atoms, region.offset, inner)
    if found is None:
        return None
    atoms = tuple(Atom(size, strides[0]) for loops in found[0] for size, strides in loops if strides[0])
    return _rows(Region(access.offset + found[1][0], atoms), shape)


def _rows(region: Region, shape: Sequence[int]) -> Array | None:
    """The places along the first dimension that a region covers."""
    step = math.prod(shape[1:])
    places = np.array([region.offset // step])
    for size, stride in region.atoms:
        if stride >= step:
            if stride % step:
                return None
            places = (places[:, None] + np.arange(size) * (stride // step)).reshape(-1)
    return np.unique(places)


def _as_split(rows: Sequence[Array], shape: Sequence[int]) -> Split | None:
    labels = np.full(shape[0], -1)
    for one in rows:  # what is read together in part belongs together
        met = np.unique(labels[one])
        label = int(one[0])
        labels[one] = label
        labels[np.isin(labels, met[met >= 0])] = label
    distinct = np.unique(labels)
    if len(distinct) < 2:
        return None
    borders = [0, *(int(place) + 1 for place in np.flatnonzero(np.diff(labels))), shape[0]]
    if (labels < 0).any() or (len(borders) - 1) % len(distinct):
        return None
    groups = (len(borders) - 1) // len(distinct)
    sizes = np.diff(borders).reshape(groups, -1)
    if (sizes != sizes[0]).any() or (labels.reshape(groups, -1) != labels[: shape[0] // groups]).any():
        return None
    return Split(0, groups, tuple(int(size) for size in sizes[0]))
