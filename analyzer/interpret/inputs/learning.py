"""What the place where a call was given up says about the inputs.

In a trial every size of an input carries the input and axis that it belongs to. Where an operation meets such a size
and a different one that the model fixes (the width of a weight, the channels of a kernel), the input has the wrong
size; where a shape is unpacked into more or fewer names, it has the wrong number of axes.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from analyzer.graph import Dtype, OpKind
from analyzer.interpret.inputs.checks import checked
from analyzer.interpret.inputs.plan import InputPlan, Planner
from analyzer.interpret.inputs.solving import place_of, places_of, solutions, whole_numbers
from analyzer.interpret.runtime.exceptions import Mismatch
from analyzer.library.inputs import BATCH, SEQUENCE, InputSpec
from analyzer.values import Tensor, Value, expect, plain

GROWTH = 8
"""By how much an input grows that a kernel does not fit into."""
_WEIGHTED = frozenset({OpKind.LINEAR, OpKind.CONV, OpKind.EMBEDDING, OpKind.ATTENTION, OpKind.LAYER_NORM, OpKind.LOSS})
"""Operations whose operands play different parts: two of them need not have one shape."""
Forms: TypeAlias = Callable[[str], Iterable[InputSpec]]
Correction: TypeAlias = tuple[int, int]
"""A size computed from that of an input, and the size that it should be."""


def improved(plan: InputPlan, mismatch: Mismatch | None, planner: Planner) -> InputPlan | None:
    """``plan`` with the refused inputs in the form that was expected; None if the mismatch does not show which."""
    if mismatch is None:
        return None
    if mismatch.target == "unpack":
        shape, count = mismatch.args
        return _unpacked(plan, shape, expect(int, count), planner.forms.all_of)
    if mismatch.target == "compare":
        return checked(plan, mismatch, planner)
    found = _corrected(plan, mismatch, planner)
    tensors = _tensors(mismatch)
    return _floating(found, tensors[0]) if found is not None and _convolves(mismatch) and tensors else found


def _corrected(plan: InputPlan, mismatch: Mismatch, planner: Planner) -> InputPlan | None:
    formed = (
        _grown(plan, mismatch, planner)
        or _as_computed(plan, mismatch, planner)
        or _fewer_axes(plan, mismatch, planner.forms.all_of)
        or _refilled(plan, mismatch, planner)
    )
    if formed is not None:
        return formed
    for given, wanted in _corrections(mismatch):
        for place, size in solutions(given, wanted, plan.size, planner.value):
            if place[1] > 0 and place not in plan.settled:
                return _resized(plan, *place, size)
    return (
        _reranked(plan, mismatch, planner.forms.all_of)
        or _like_another(plan, mismatch)
        or _agreeing(plan, mismatch, planner)
    )


def _resized(plan: InputPlan, name: str, axis: int, size: int) -> InputPlan:
    kind, shape = plan.tensors[name]
    if not kind.is_floating and shape == (BATCH, SEQUENCE) and axis == 1:
        # Tokens of several codebooks or channels: the sequence stays what it is.
        return plan.changed(name, (kind, (*shape, size)))
    return plan.resized(name, axis, size, settled=True)


def _unpacked(plan: InputPlan, shape: Value, count: int, forms: Forms) -> InputPlan | None:
    """The input whose shape was unpacked, with as many axes more or fewer as ``count`` says."""
    sizes = shape if isinstance(shape, tuple | list) else ()
    if sizes and all(isinstance(item, Tensor) for item in sizes):
        return _with_elements(plan, _input(sizes[0]), count)
    names = {name for size in sizes for name, _ in places_of(size)}
    if len(names) != 1:
        return None
    name = names.pop()
    rank = len(plan.tensors[name][1]) + count - len(sizes)
    return _with_rank(plan, name, rank, forms) if rank > 0 else None


def _with_elements(plan: InputPlan, name: str | None, count: int) -> InputPlan | None:
    """``plan`` with ``count`` elements of an argument that is a sequence of tensors."""
    whole, dot, _ = (name or "").partition(".")
    if not dot or count < 1:
        return None
    others = {key: spec for key, spec in plan.tensors.items() if key.partition(".")[0] != whole}
    elements = {f"{whole}.{i}": plan.tensors[name or ""] for i in range(count)}
    return InputPlan({**others, **elements}, plan.constants, plan.settled)


def _with_rank(plan: InputPlan, name: str, rank: int, forms: Forms) -> InputPlan:
    """A known form with so many axes, else one made: new axes come after the first (a single channel or frame each).

    Tokens get theirs at the end: they are those of several codebooks.
    """
    kind, shape = plan.tensors[name]
    fitting = [form for form in forms(name) if len(form[1]) == rank]
    for form in sorted(fitting, key=lambda form: form[1][0] != shape[0]):
        return plan.changed(name, form)
    missing = rank - len(shape)
    if missing <= 0:
        return plan.changed(name, (kind, (*shape[:1], *shape[1 - missing :])[:rank]))
    if not kind.is_floating and shape == (BATCH, SEQUENCE):
        return plan.changed(name, (kind, (*shape, *(1,) * missing)))
    return plan.changed(name, (kind, (*shape[:1], *(1,) * missing, *shape[1:])))


def _corrections(mismatch: Mismatch) -> Iterator[Correction]:
    """Sizes of inputs that meet different ones which the model fixes."""
    tensors = _tensors(mismatch)
    if not tensors:
        return
    given, *others = tensors
    if _convolves(mismatch):
        yield from _channels(mismatch, given, others)
        return
    if mismatch.name in ("layer_norm", "rms_norm"):
        fixed = [tuple(arg) for arg in mismatch.args if isinstance(arg, tuple | list) and _whole(arg)]
        pairs = [(given.shape, sizes) for sizes in fixed[:1]]
    elif mismatch.name == "linear":
        pairs = [(given.shape[-1:], other.shape[-1:]) for other in others[:1]]
    elif mismatch.name == "matmul":
        pairs = [(given.shape[-1:], other.shape[-2:-1]) for other in others[:1]]
    else:
        pairs = _met(mismatch, tensors)
    for one, other in pairs:
        yield from _differing(one, other)


def _grown(plan: InputPlan, mismatch: Mismatch, planner: Planner) -> InputPlan | None:
    """A larger input where a size that is computed from it came to nothing, or to less than a kernel covers."""
    tensors = _tensors(mismatch)
    flat = _flat(mismatch.args)
    sizes = [size for tensor in tensors for size in tensor.shape] + [one for one in flat if isinstance(one, int)]
    for size in sizes:
        if int(size) == 0:
            for place, least in solutions(size, 1, plan.size, planner.value, even=False):
                return plan.resized(*place, least, settled=False)
    if _convolves(mismatch) and len(tensors) > 1:
        kernel = tensors[1].shape[2:]
        for size, covered in zip(tensors[0].shape[2:], kernel, strict=False):
            for place in places_of(size) if int(size) < int(covered) else ():
                return plan.resized(*place, GROWTH * plan.size(place), settled=False)
    return None


def _as_computed(plan: InputPlan, mismatch: Mismatch, planner: Planner) -> InputPlan | None:
    """An input that nothing is known of and that meets something computed, element by element: the same shape."""
    tensors = _tensors(mismatch)
    if len(tensors) != 2 or not _elementwise(mismatch):
        return None
    for one, other in (tensors, tensors[::-1]):
        names = {place[0] if (place := place_of(size)) else None for size in one.shape[1:]}
        name = names.pop() if len(names) == 1 else None
        if name is None or _input(other) is not None or planner.forms.described(name):
            continue
        kind, shape = plan.tensors[name]
        if (wanted := (*shape[:1], *map(int, other.shape[1:]))) != shape:
            return plan.changed(name, (kind, wanted))
    return None


def _elementwise(mismatch: Mismatch) -> bool:
    return mismatch.name in ("add", "sub", "mul")


def _refilled(plan: InputPlan, mismatch: Mismatch, planner: Planner) -> InputPlan | None:
    """An input with as many elements as it is given a shape for."""
    tensors = _tensors(mismatch)
    if mismatch.target not in planner.to_sizes or not tensors:
        return None
    flat = _flat(mismatch.args[1:])
    wanted = math.prod(int(size) for size in flat if isinstance(size, int))
    if wanted < 0:
        return (
            _of_codebooks(plan, tensors[0], -wanted)
            or _whole_blocks(plan, tensors[0], flat, planner)
            or _of_patches(plan, tensors[0], -wanted, planner)
        )
    given = math.prod(int(size) for size in tensors[0].shape)
    for size in reversed(tensors[0].shape):
        new, rest = divmod(int(size) * wanted, given) if given > 0 else (0, 1)
        for place, least in solutions(size, new, plan.size, planner.value) if new > 0 and not rest else ():
            if place[1] > 0 and place not in plan.settled:
                return plan.resized(*place, least, settled=True)
    return None


def _of_codebooks(plan: InputPlan, tensor: Tensor, wanted: int) -> InputPlan | None:
    """Tokens that are reshaped to more axes, one of them open, with one axis more."""
    name = _input(tensor)
    if name is None or plan.tensors[name][0].is_floating or len(tensor.shape) != 2:
        return None
    kind, shape = plan.tensors[name]
    return plan.changed(name, (kind, (*shape, wanted // shape[0]))) if wanted % shape[0] == 0 else None


def _whole_blocks(plan: InputPlan, tensor: Tensor, sizes: list[Value], planner: Planner) -> InputPlan | None:
    """An axis that is cut into a number of blocks with a rest, without the rest."""
    whole = [int(size) for size in sizes if isinstance(size, int)]
    for size in tensor.shape[1:]:
        for count, length in itertools.pairwise(whole):
            if min(count, length) > 1 and 0 < int(size) - count * length < count:
                for place, new in solutions(size, count * length, plan.size, planner.value):
                    return plan.resized(*place, new, settled=False)
    return None


def _of_patches(plan: InputPlan, tensor: Tensor, fixed: int, planner: Planner) -> InputPlan | None:
    """An axis that is cut into any number of pieces of one size, long enough for two of them.

    ``fixed`` is the number of elements that all sizes but the open one ask for.
    """
    whole = math.prod(map(int, tensor.shape))
    for size in reversed(tensor.shape):
        piece = fixed // math.gcd(fixed, whole // max(int(size), 1))
        for place, new in solutions(size, piece * max(2, -(-int(size) // piece)), plan.size, planner.value):
            if place[1] > 0 and place not in plan.settled and int(size) % piece:
                return plan.resized(*place, new, settled=True)
    return None


def _met(mismatch: Mismatch, tensors: list[Tensor]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The shapes that meet in an operation by element, both ways round; of a concatenation all but the joined axis."""
    shapes = [tensor.shape for tensor in tensors]
    if mismatch.name == "cat":
        axis = next(whole_numbers(mismatch.args), 0)
        if len({len(shape) for shape in shapes}) > 1:
            return []
        shapes = [shape[:axis] + shape[axis + 1 :] if axis >= 0 else shape for shape in shapes]
    return [(one, other) for one in shapes for other in shapes if one is not other]


def _tensors(mismatch: Mismatch) -> list[Tensor]:
    """The operands, those in lists too."""
    found: list[Tensor] = []
    for arg in mismatch.args:
        found += [arg] if isinstance(arg, Tensor) else []
        found += [item for item in arg if isinstance(item, Tensor)] if isinstance(arg, tuple | list) else []
    return found


def _whole(sizes: Iterable[Value]) -> bool:
    return all(type(plain(size)) is int for size in sizes)


def _convolves(mismatch: Mismatch) -> bool:
    return mismatch.rule is not None and mismatch.rule.kind is OpKind.CONV


def _differing(given: tuple[int, ...], wanted: tuple[int, ...], *, alone: bool = False) -> Iterator[Correction]:
    """Sizes compared from the last one on, where the other one does not depend on an input.

    A size of one fits all, unless it is asked for ``alone``.
    """
    for size, other in zip(reversed(given), reversed(wanted), strict=False):
        if size != other and (other != 1 or alone) and not list(places_of(other)):
            yield size, int(other)


def _agreeing(plan: InputPlan, mismatch: Mismatch, planner: Planner) -> InputPlan | None:
    """A size of an input that meets one which depends on another input: the later operand takes the size."""
    for one, other in _met(mismatch, _tensors(mismatch)):
        for size, late in zip(reversed(one), reversed(other), strict=False):
            if size == late or 1 in (size, late):
                continue
            for place, new in solutions(late, int(size), plan.size, planner.value):
                if place[1] > 0 and place not in plan.settled:
                    return plan.resized(*place, new, settled=False)
    return None


def _channels(mismatch: Mismatch, given: Tensor, others: list[Tensor]) -> Iterator[Correction]:
    weight = others[0] if others else None
    if weight is None or len(given.shape) != len(weight.shape) or len(weight.shape) < 3:
        return
    groups = next(whole_numbers(reversed(mismatch.args)), 1)
    channels = weight.shape[0] if "transpose" in mismatch.name else weight.shape[1] * groups
    yield from _differing((given.shape[1],), (channels,), alone=True)


def _reranked(plan: InputPlan, mismatch: Mismatch, forms: Forms) -> InputPlan | None:
    """An input whose number of axes or element type is not what an operation takes."""
    tensors = _tensors(mismatch)
    if mismatch.name == "cat" and len({len(tensor.shape) for tensor in tensors}) > 1:
        most = max(len(tensor.shape) for tensor in tensors)
        lesser = next(tensor for tensor in tensors if len(tensor.shape) < most)
        return _of(plan, lesser, most, forms)
    given = tensors[0] if tensors else None
    if given is None:
        return None
    wanted = _rank_taken(mismatch, len(given.shape))
    if wanted is not None:
        return _of(plan, given, wanted, forms)
    name = _input(given)
    if name is None:
        return None
    kind, shape = plan.tensors[name]
    if mismatch.name == "embedding" and kind.is_floating:
        return plan.changed(name, (Dtype.INT64, shape[:2]))
    if mismatch.name in ("linear", "layer_norm") and not kind.is_floating:
        return plan.changed(name, (Dtype.FLOAT32, shape))
    return None


def _floating(plan: InputPlan, tensor: Tensor) -> InputPlan:
    """``plan`` with numbers of floating point for the inputs that ``tensor`` is made of."""
    for name in {name for size in tensor.shape for name, _ in places_of(size)}:
        plan = plan.changed(name, (Dtype.FLOAT32, plan.tensors[name][1]))
    return plan


def _fewer_axes(plan: InputPlan, mismatch: Mismatch, forms: Forms) -> InputPlan | None:
    """An input that is added to something with one axis more: images that meet maps of features."""
    tensors = _tensors(mismatch)
    if len(tensors) != 2 or not _elementwise(mismatch):
        return None
    lesser, other = sorted(tensors, key=lambda tensor: len(tensor.shape))
    if not 3 <= len(lesser.shape) == len(other.shape) - 1:
        return None
    return _of(plan, lesser, len(other.shape), forms)


def _rank_taken(mismatch: Mismatch, rank: int) -> int | None:
    """The number of axes that an operation takes, None if it takes ``rank`` or does not say."""
    if mismatch.name == "getitem":
        wanted = sum(isinstance(part, slice) or type(plain(part)) is int for part in _flat(mismatch.args[1:2]))
        return wanted if wanted > rank else None
    if mismatch.name == "expand":
        sizes = [plain(size) for size in _flat(mismatch.args[1:])]
        begins = sizes and type(sizes[0]) is int and sizes[0] == -1
        return len(sizes) if begins and len(sizes) > rank else None
    named = re.search(r"(\d)d$", mismatch.name)
    if named is not None:
        wanted = int(named.group(1)) + 2
        return wanted if rank != wanted else None
    if mismatch.name in ("transpose", "permute", "movedim"):
        axes = list(whole_numbers(_flat(mismatch.args[1:])))
        wanted = len(axes) if mismatch.name == "permute" else max(axes, default=-1) + 1
        return wanted if wanted > 0 and wanted != rank else None
    return None


def _flat(args: Iterable[Value]) -> list[Value]:
    """Arguments that may be given one by one or as one list."""
    return [part for arg in args for part in (arg if isinstance(arg, tuple | list) else (arg,))]


def _of(plan: InputPlan, tensor: Tensor, rank: int, forms: Forms) -> InputPlan | None:
    """The input that ``tensor`` is made of, with as many axes more or fewer as ``tensor`` needs for ``rank``."""
    names = {name for size in tensor.shape[1:] for name, _ in places_of(size)}
    if len(names) != 1:
        return None
    name = names.pop()
    wanted = len(plan.tensors[name][1]) + rank - len(tensor.shape)
    return _with_rank(plan, name, wanted, forms) if wanted > 0 else None


def _input(tensor: Tensor) -> str | None:
    """The input that ``tensor`` is, as it was given."""
    places = [place_of(size) for size in tensor.shape]
    names = {place[0] for place in places if place is not None}
    return names.pop() if len(names) == 1 and None not in places else None


def _like_another(plan: InputPlan, mismatch: Mismatch) -> InputPlan | None:
    """Two inputs that are combined by element: the one with fewer axes, else the second, takes the other's shape."""
    tensors = _tensors(mismatch)
    if len(tensors) != 2 or mismatch.rule is None or mismatch.rule.kind in _WEIGHTED:
        return None
    first, second = tensors
    names = _input(first), _input(second)
    if None in names or names[0] == names[1]:
        return None
    model, other = (first, names[1]) if len(first.shape) >= len(second.shape) else (second, names[0])
    assert other is not None
    kind, shape = plan.tensors[other]
    wanted = tuple(map(int, model.shape))
    return plan.changed(other, (kind, wanted)) if wanted != shape else None
