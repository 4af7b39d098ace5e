"""``numpy`` on values that the code alone decides: sizes, schedules, small tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from analyzer.base import GapCode
from analyzer.library.context import NativeContext
from analyzer.library.natives import arrays
from analyzer.library.natives.arrays import TYPES, size_of
from analyzer.library.natives.bounds import room
from analyzer.library.natives.methods.method import Cost, Method, bound, table
from analyzer.library.natives.tracing import with_origin
from analyzer.values import ClassValue, Native, Tensor, Unknown, Value, sinusoid

LARGEST_ASSIGNMENT = 4096
_ITEM = 16
"""Bytes of the largest number."""
_IGNORED = frozenset({"copy", "order", "like"})
"""Keywords that say how an array lies in memory."""


def _elementwise(machine: NativeContext, _: None, *values: ArrayLike) -> None:
    """As many numbers as the shapes give together."""
    given = [value for value in values if not isinstance(value, str | type | tuple | None)]
    size = math.prod(np.broadcast_shapes(*(np.shape(value) for value in given)))
    _take(machine, size)


def _walk(machine: NativeContext, _: None, values: Value, *rest: Value) -> None:
    """As many numbers as there are."""
    _take(machine, size_of(values))


def _shaped(machine: NativeContext, _: None, shape: Value, *rest: Value) -> None:
    _take(machine, math.prod(shape if isinstance(shape, tuple) else (shape,)))


def _stepped(
    machine: NativeContext, _: None, start: float, stop: float | None = None, step: float | None = None, *rest: Value
) -> None:
    first, last = (0, start) if stop is None else (start, stop)
    length = (last - first) / (step or 1)
    if not math.isfinite(length):
        machine.throw("ValueError", "Maximum allowed size exceeded")
    _take(machine, int(max(0, length)) + 1)


def _spaced(machine: NativeContext, _: None, start: Value, stop: Value, num: int = 50, *rest: Value) -> None:
    _take(machine, max(0, num) * max(size_of(start), size_of(stop)))


def _crossed(machine: NativeContext, _: None, *values: Value) -> None:
    """All pairs."""
    _take(machine, math.prod(map(size_of, values)))


def _summed(machine: NativeContext, _: None, equation: str, *operands: ArrayLike) -> None:
    """Einstein's sums: every combination of the labels' positions."""
    sizes: dict[str, int] = {}
    for term, operand in zip(equation.split("->")[0].split(","), operands, strict=False):
        sizes |= zip(term.strip(), np.shape(operand), strict=False)
    if "." in equation:
        machine.no_value("an ellipsis in a sum of numpy's", GapCode.UNKNOWN_LIBRARY)
    _take(machine, math.prod(sizes.values()))


def _take(machine: NativeContext, size: int) -> None:
    room(machine, size * _ITEM)
    machine.charge(size)


_BY_SIZE = """
all a:numbers axis:axes=None out:none=None keepdims:flag=False
any a:numbers axis:axes=None out:none=None keepdims:flag=False
argmax a:numbers axis:axes=None
argmin a:numbers axis:axes=None
argsort a:numbers axis:axes=-1
array object:numbers dtype:dtype=None
asarray a:numbers dtype:dtype=None
concatenate arrays:numbers axis:axes=0
cumprod a:numbers axis:axes=None
cumsum a:numbers axis:axes=None
diff a:numbers n:int=1 axis:int=-1
expand_dims a:numbers axis:axes
max a:numbers axis:axes=None out:none=None keepdims:flag=False
mean a:numbers axis:axes=None dtype:dtype=None out:none=None keepdims:flag=False
min a:numbers axis:axes=None out:none=None keepdims:flag=False
prod a:numbers axis:axes=None dtype:dtype=None out:none=None keepdims:flag=False
round a:numbers decimals:int=0
stack arrays:numbers axis:int=0
sum a:numbers axis:axes=None dtype:dtype=None out:none=None keepdims:flag=False
"""
_BY_SHAPES = """
abs x:numbers
arccos x:numbers
array_equal a1:numbers a2:numbers
ceil x:numbers
clip a:numbers a_min:numbers? a_max:numbers?
cos x:numbers
exp x:numbers
floor x:numbers
gcd x1:numbers x2:numbers
isclose a:numbers b:numbers rtol:number=1e-05 atol:number=1e-08
lcm x1:numbers x2:numbers
log x:numbers
log10 x:numbers
log1p x:numbers
log2 x:numbers
maximum x1:numbers x2:numbers
minimum x1:numbers x2:numbers
power x1:numbers x2:numbers
sin x:numbers
sqrt x:numbers
tanh x:numbers
where condition:numbers x:numbers y:numbers
"""
_MADE = """
arange start:number stop:number?=None step:number?=None dtype:dtype=None
einsum equation:text *operands:numbers
full shape:axes fill_value:number dtype:dtype=None
linspace start:numbers stop:numbers num:int=50 endpoint:flag=True retstep:flag=False dtype:dtype=None
meshgrid *xi:numbers
ones shape:axes dtype:dtype=None
outer a:numbers b:numbers
zeros shape:axes dtype:dtype=None
"""
_MADE_COSTS: dict[str, Cost] = {
    "arange": _stepped,
    "einsum": _summed,
    "linspace": _spaced,
    "meshgrid": _crossed,
    "outer": _crossed,
}
FUNCTIONS: dict[str, Method] = {
    **table(_BY_SIZE, _walk, {}, kinds=arrays.ARRAY_KINDS),
    **table(_BY_SHAPES, _elementwise, {}, kinds=arrays.ARRAY_KINDS),
    **table(_MADE, _shaped, _MADE_COSTS, kinds=arrays.ARRAY_KINDS),
}
DRAWS = ("choice", "normal", "permutation", "rand", "randint", "randn", "random", "uniform")


def _function(name: str, method: Method) -> Native:
    function: Callable[..., Value] = getattr(np, name)
    qualified = f"numpy.{name}"

    def call(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        if any(isinstance(value, Unknown | Tensor) for value in args):
            return machine.unknown(GapCode.UNKNOWN_LIBRARY, qualified, "numpy on tensors depends on data")
        indexing = {"indexing": kwargs.pop("indexing")} if name == "meshgrid" and "indexing" in kwargs else {}
        named = {key: value for key, value in kwargs.items() if key not in _IGNORED}
        values = bound(machine, qualified, method.parameters, args, named)
        if isinstance(values, Unknown):
            return values
        method.cost(machine, None, *values)
        if name in ("sin", "cos") and isinstance(values[0], np.ndarray):
            return sinusoid(name, values[0])
        if indexing.get("indexing", "xy") not in ("xy", "ij"):
            machine.throw("ValueError", "Valid values for `indexing` are 'xy' and 'ij'.")
        result = function(*values, **{key: str(value) for key, value in indexing.items()})
        return with_origin(qualified, _result(machine, result), args)

    return Native(qualified, call)


def _result(machine: NativeContext, result: Value) -> Value:
    if isinstance(result, list | tuple):
        return type(result)(arrays.checked(machine, item) for item in result)
    return arrays.checked(machine, result)


def _random(name: str) -> Native:
    """A draw of ``numpy.random``: a number that no analysis knows."""
    qualified = f"numpy.random.{name}"

    def draw(machine: NativeContext, *args: Value, **kwargs: Value) -> Value:
        return Unknown(machine.data_dependent(qualified))

    return Native(qualified, draw)


def _assignment(machine: NativeContext, cost: Value, maximize: Value = False) -> Value:
    """``scipy.optimize.linear_sum_assignment``: rows and the columns given to them at the least total cost."""
    costs = cost.data if isinstance(cost, Tensor) else cost
    if not isinstance(costs, np.ndarray) or costs.size > LARGEST_ASSIGNMENT:
        return machine.unknown(GapCode.UNKNOWN_LIBRARY, "linear_sum_assignment", "the costs are not known")
    gains = costs - costs.min() if maximize else costs.max() - costs
    graph = nx.Graph()
    graph.add_weighted_edges_from((("row", i), ("column", j), float(gain)) for (i, j), gain in np.ndenumerate(gains))
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    columns = sorted((row[1], column[1]) for column, row in map(sorted, pairs))
    return tuple(np.array(places, dtype=np.int64) for places in zip(*columns, strict=True))


def numpy_classes(classes: Mapping[str, ClassValue]) -> dict[str, ClassValue]:
    """``numpy.ndarray``."""
    cls = ClassValue("ndarray", "numpy.ndarray", (classes["object"],), {}, python_type=np.ndarray)
    cls.mro = (cls, classes["object"])
    return {"numpy.ndarray": cls}


NAMES: dict[str, Value] = {
    **{f"numpy.{name}": _function(name, method) for name, method in FUNCTIONS.items()},
    **{f"numpy.random.{name}": _random(name) for name in DRAWS},
    **{f"numpy.{name}": getattr(np, name) for name in TYPES},
    "scipy.optimize.linear_sum_assignment": Native("scipy.optimize.linear_sum_assignment", _assignment),
    "numpy.pi": math.pi,
    "numpy.inf": math.inf,
    "numpy.nan": math.nan,
    "numpy.newaxis": None,
}
