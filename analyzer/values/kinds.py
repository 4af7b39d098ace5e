"""The closed set of kinds that a value of the analysed program can be of."""

from __future__ import annotations

from collections import Counter, OrderedDict, UserDict, defaultdict, deque
from collections.abc import ItemsView, KeysView, ValuesView
from types import EllipsisType, NoneType, NotImplementedType

import numpy as np

from analyzer.graph import Dtype
from analyzer.values.objects import (
    BoundMethod,
    ClassMethod,
    ClassValue,
    Device,
    FieldSpec,
    Function,
    Instance,
    LazyImport,
    Missing,
    ModuleInstance,
    Native,
    Opaque,
    Partial,
    Property,
    PyModule,
    RecordInstance,
    ScalarInstance,
    StaticMethod,
    SuperProxy,
    Unknown,
)
from analyzer.values.origin import TRACED
from analyzer.values.sinusoids import Sinusoid
from analyzer.values.tensor import Tensor

CONSTANTS = (NoneType, EllipsisType, NotImplementedType, bool, int, float, complex, str, bytes, *TRACED, Dtype, Device)
CONTAINERS = (
    *(list, tuple, dict, set, frozenset, range, slice, bytearray),
    *(OrderedDict, defaultdict, Counter, UserDict, deque, KeysView, ValuesView, ItemsView),
    *(np.ndarray, Sinusoid),
)
DEFINED = (
    *(PyModule, ClassValue, Instance, ModuleInstance, RecordInstance, ScalarInstance, FieldSpec),
    *(Function, BoundMethod, Property, StaticMethod, ClassMethod, Partial, SuperProxy),
)
"""What a program defines itself, or makes of what it has defined."""
PROVIDED = (Native, Opaque, np.dtype, type)
"""What a library provides; element types of NumPy are types of Python's."""
NOT_KNOWN = (Unknown, LazyImport, Missing)
KINDS: tuple[type, ...] = (Tensor, *CONSTANTS, *CONTAINERS, *DEFINED, *PROVIDED, *NOT_KNOWN)
"""All of them but the iterators of layers above: ``Walk``, ``Generator``."""
