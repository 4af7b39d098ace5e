"""Short ways to write tensors and to ask for the types of results."""

import numpy as np

from analyzer.frameworks.torch.operations import OPERATIONS
from analyzer.graph import Dtype, TensorType
from analyzer.library.operations.dtypes import from_numpy, numpy_type
from analyzer.library.operations.infer import types_in
from analyzer.values import Origin, Tensor, traced

F16, BF16, F32, F64 = Dtype.FLOAT16, Dtype.BFLOAT16, Dtype.FLOAT32, Dtype.FLOAT64
I32, I64, U8, BOOL, C64 = Dtype.INT32, Dtype.INT64, Dtype.UINT8, Dtype.BOOL, Dtype.COMPLEX64


def t(*shape, dtype=F32):
    """A tensor without numbers."""
    return Tensor(tuple(shape), dtype)


def known(numbers, dtype=None):
    """A tensor with numbers."""
    array = np.asarray(numbers, dtype=None if dtype is None else numpy_type(dtype))
    return Tensor(array.shape, dtype or from_numpy(array), data=array)


def size(value, expression):
    """A size with an origin."""
    return traced(value, Origin(expression, frozenset({expression})))


def shapes(target, *args, **kwargs):
    """The shape of the result, or a list of them."""
    found = [tuple(map(int, kind.shape)) for kind in types_in(OPERATIONS.infer(target, args, kwargs).outputs)]
    return found[0] if len(found) == 1 else found


def dtypes(target, *args, **kwargs):
    """The element type of the result, or a list of them."""
    found = [kind.dtype for kind in types_in(OPERATIONS.infer(target, args, kwargs).outputs)]
    return found[0] if len(found) == 1 else found


def numbers(target, *args, **kwargs):
    """The numbers of the results as nested lists, None where they are not known."""
    found = [None if data is None else data.tolist() for data in OPERATIONS.infer(target, args, kwargs).data]
    return found[0] if len(found) == 1 else found


def expressions(target, *args, **kwargs):
    """The sizes of the result as expressions, plain ones as integers."""
    outputs = OPERATIONS.infer(target, args, kwargs).outputs
    assert isinstance(outputs, TensorType)
    return [size.origin.expression if hasattr(size, "origin") else size for size in outputs.shape]
