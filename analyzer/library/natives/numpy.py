"""``numpy`` on values that the code alone decides: sizes, schedules, small tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np

from analyzer.base import GapCode
from analyzer.library.context import Context
from analyzer.library.natives.tracing import with_origin
from analyzer.library.natives.types import native
from analyzer.values import ClassValue, Native, Tensor, Unknown, Value, wave

LARGEST = 1_000_000
LARGEST_ASSIGNMENT = 4096
FUNCTIONS = (
    "abs",
    "all",
    "any",
    "arange",
    "arccos",
    "argmax",
    "argmin",
    "argsort",
    "array",
    "array_equal",
    "asarray",
    "ceil",
    "clip",
    "concatenate",
    "cos",
    "cumprod",
    "cumsum",
    "diff",
    "einsum",
    "exp",
    "expand_dims",
    "floor",
    "full",
    "gcd",
    "isclose",
    "lcm",
    "linspace",
    "log",
    "log1p",
    "log2",
    "log10",
    "max",
    "maximum",
    "mean",
    "meshgrid",
    "min",
    "minimum",
    "ones",
    "outer",
    "power",
    "prod",
    "round",
    "sin",
    "sqrt",
    "stack",
    "sum",
    "tanh",
    "where",
    "zeros",
)
DRAWS = ("choice", "normal", "permutation", "rand", "randint", "randn", "random", "uniform")
TYPES = ("int64", "int32", "int16", "int8", "uint8", "float64", "float32", "float16", "bool_")


def _function(name: str) -> Native:
    function: Callable[..., Any] = getattr(np, name)
    qualified = f"numpy.{name}"

    def call(machine: Context, *args: Value, **kwargs: Value) -> Value:
        values = [_plain(machine, arg) for arg in args]
        if any(isinstance(value, Unknown | Tensor) for value in values):
            return machine.unknown(GapCode.UNKNOWN_LIBRARY, qualified, "numpy on tensors depends on data")
        if name in ("zeros", "ones", "full", "arange", "linspace") and _count(values) > LARGEST:
            return machine.unknown(GapCode.BUDGET, qualified, "the array would be too large")
        if name in ("einsum", "outer") and math.prod(np.size(value) for value in values) > LARGEST:
            return machine.unknown(GapCode.BUDGET, qualified, "the product would be too large")
        if name in ("sin", "cos") and len(values) == 1 and isinstance(values[0], np.ndarray):
            return wave(name, values[0])
        result = function(*values, **{key: _plain(machine, value) for key, value in kwargs.items()})
        return with_origin(qualified, _scalar(result), args)

    return Native(qualified, call)


def _plain(machine: Context, value: Value) -> Value:
    if isinstance(value, list | tuple):
        if value and all(type(item) is float for item in value):
            return value
        return type(value)(_plain(machine, item) for item in value)
    if isinstance(value, ClassValue) and value.python_type in (bool, int, float, complex):
        return value.python_type
    return native(machine, value)


def _scalar(result: Any) -> Value:
    if isinstance(result, np.generic):
        return result.item()
    if isinstance(result, np.ndarray) and result.ndim == 0:
        return result.item()
    return result


def _random(name: str) -> Native:
    """A draw of ``numpy.random``: a number that no analysis knows."""
    qualified = f"numpy.random.{name}"

    def draw(machine: Context, *args: Value, **kwargs: Value) -> Value:
        return Unknown(machine.data_dependent(qualified))

    return Native(qualified, draw)


def _count(values: list[Value]) -> int:
    numbers = [item for value in values[:3] for item in (value if isinstance(value, list | tuple) else [value])]
    sizes = [abs(number) for number in numbers if isinstance(number, int | float) and math.isfinite(number)]
    return int(math.prod(max(1, size) for size in sizes)) if sizes else 0


def _assignment(machine: Context, cost: Value, maximize: Value = False) -> Value:
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


def numpy_classes(classes: dict[str, ClassValue]) -> dict[str, ClassValue]:
    """``numpy.ndarray``."""
    cls = ClassValue("ndarray", "numpy.ndarray", (classes["object"],), {}, python_type=np.ndarray)
    cls.mro = (cls, classes["object"])
    return {"numpy.ndarray": cls}


NAMES: dict[str, Value] = {
    **{f"numpy.{name}": _function(name) for name in FUNCTIONS},
    **{f"numpy.random.{name}": _random(name) for name in DRAWS},
    **{f"numpy.{name}": getattr(np, name) for name in TYPES},
    "scipy.optimize.linear_sum_assignment": Native("scipy.optimize.linear_sum_assignment", _assignment),
    "numpy.pi": math.pi,
    "numpy.inf": math.inf,
    "numpy.nan": math.nan,
    "numpy.newaxis": None,
}
