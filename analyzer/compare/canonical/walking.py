"""Steps of the algebra that need no table of cores: how accesses walk, stretch, add up and are put in order again."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyzer.compare.canonical.cores import ONE, Access, Joined, LoopNode, View
from analyzer.compare.canonical.layout import Atom, Dims, merged


def one_dim(size: int, stride: int) -> tuple[Atom, ...]:
    return (Atom(size, stride),) if size > 1 else ()


def access_of(view: View, extra: float) -> Access:
    """How loops, one for each dimension of ``view``, read its core."""
    return Access(view.core, view.offset, tuple(dim[0].stride if dim else 0 for dim in view.dims), extra)


def cut(view: View, axis: int, start: int, end: int) -> View:
    dim = view.dims[axis]
    stride = dim[0].stride if dim else 0
    dims: Dims = (*view.dims[:axis], one_dim(end - start, stride), *view.dims[axis + 1 :])
    return View(view.core, dims, view.offset + start * stride, view.factor)


def borders_of(view: View, core: Joined) -> tuple[int, list[int]] | None:
    """The dimension with the longest steps in which the borders of a concatenation lie between two steps."""
    borders = [0]
    for segment in core.segments:
        borders.append(borders[-1] + segment.elements)
    strides = [dim[0].stride if dim else 0 for dim in view.dims]
    for axis in sorted(range(len(strides)), key=lambda number: -strides[number]):
        stride, dim = strides[axis], view.dims[axis]
        if not stride:
            return None
        low = view.offset % stride
        if sum((d[0].size - 1) * d[0].stride for d in view.dims if d and d[0].stride < stride) + low >= stride:
            continue
        places = [(border - view.offset + low) / stride for border in borders]
        inside = [place for place in places if 0 < place < dim[0].size]
        if inside and all(place.is_integer() for place in inside):
            return axis, [0, *(int(place) for place in inside), dim[0].size]
    return None


def stretched(access: Access, steps: Sequence[Sequence[int]]) -> Access:
    """``access`` with each loop replaced by the inner loops of the given sizes."""
    strides: list[int] = []
    for stride, sizes in zip(access.strides, steps, strict=True):
        inner = [stride * math.prod(sizes[place + 1 :]) for place in range(len(sizes))]
        strides.extend(inner)
    return access._replace(strides=tuple(strides))


def powers(accesses: Sequence[Access]) -> list[Access]:
    """Equal factors as one power."""
    found: dict[tuple[int, int, tuple[int, ...]], float] = {}
    for access in accesses:
        found[access[:3]] = found.get(access[:3], 0.0) + access.extra
    return [Access(*key, extra) for key, extra in found.items() if extra != 0.0 and key[0] != ONE]


def distributes(node: LoopNode, exponent: float) -> bool:
    """Whether a power of a product is the product of powers: not for the root of a square."""
    return float(exponent).is_integer() or all(not float(a.extra).is_integer() for a in node.accesses)


def read(access: Access, loops: Sequence[tuple[int, list[int]]], factor: float) -> View:
    dims = tuple(one_dim(size, stride) for (size, _), stride in zip(loops, access.strides, strict=True))
    return View(access.core, dims, access.offset, factor)


def grouped(view: View, loops: Sequence[tuple[int, list[int]]]) -> View:
    """One dimension for each group of loops again."""
    dims: dict[int, list[Atom]] = {}
    for (_, group), dim in zip(loops, view.dims, strict=True):
        dims.setdefault(group[0], []).extend(dim)
    return View(view.core, tuple(merged(dims[number]) for number in sorted(dims)), view.offset, view.factor)
