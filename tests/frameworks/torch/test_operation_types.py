"""Element types of results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.frameworks.torch.operations.legacy import legacy_name, legacy_type
from analyzer.graph import Dtype
from analyzer.library.operations.dtypes import promote
from tests.frameworks.torch.cases import BF16, BOOL, C64, F16, F32, F64, I32, I64, U8, dtypes, t

PROMOTED = st.sampled_from([dtype for dtype in Dtype if dtype not in (Dtype.UINT16, Dtype.UINT32, Dtype.UINT64)])
TENSOR, ZERO_DIM = (2, 3), ()


@given(PROMOTED, PROMOTED)
def test_promotion_does_not_depend_on_order(left, right):
    assert promote(left, right) is promote(right, left)


@given(PROMOTED, PROMOTED)
def test_promotion_is_reached_at_once(left, right):
    assert promote(promote(left, right), right) is promote(left, right)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (F16, BF16, F32),
        (I64, F16, F16),
        (U8, Dtype.INT8, Dtype.INT16),
        (U8, I64, I64),
        (BOOL, U8, U8),
        (C64, F64, Dtype.COMPLEX128),
        (C64, F32, C64),
        (F32, F64, F64),
        (Dtype.FLOAT8_E4M3FN, BF16, BF16),
    ],
)
def test_promotion(left, right, expected):
    assert promote(left, right) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (t(2, dtype=I64), 2, I64),
        (t(2, dtype=I64), 2.0, F32),
        (t(2, dtype=BF16), 2.0, BF16),
        (t(2, dtype=BOOL), 1, I64),
        (t(2, dtype=BOOL), True, BOOL),
        (t(2, dtype=F16), t(dtype=F32), F16),
        (t(2, dtype=I32), t(dtype=F64), F64),
        (t(dtype=F16), t(dtype=F32), F32),
        (t(dtype=I64), 1.5, F32),
        (t(2, dtype=F32), 1j, C64),
        (t(2, dtype=F64), 1j, Dtype.COMPLEX128),
        (t(2, dtype=I32), t(2, dtype=I64), I64),
    ],
)
def test_type_of_a_product(left, right, expected):
    assert dtypes("Tensor.mul", left, right) is expected


@pytest.mark.parametrize(
    ("target", "args", "kwargs", "expected"),
    [
        ("Tensor.div", (t(2, dtype=I64), 2), {}, F32),
        ("div", (t(2, dtype=I64), 2), {"rounding_mode": "floor"}, I64),
        ("div", (512, 256), {"rounding_mode": "trunc"}, I64),
        ("Tensor.__floordiv__", (t(2, dtype=I64), 2), {}, I64),
        ("Tensor.__rtruediv__", (t(2, dtype=I64), 1), {}, F32),
        ("Tensor.__rpow__", (t(2), 10000), {}, F32),
        ("Tensor.pow", (t(2, dtype=I64), 2), {}, I64),
        ("sqrt", (t(2, dtype=I64),), {}, F32),
        ("Tensor.sin", (t(2, dtype=BF16),), {}, BF16),
        ("Tensor.abs", (t(2, dtype=C64),), {}, F32),
        ("Tensor.__eq__", (t(2), 1), {}, BOOL),
        ("Tensor.logical_not", (t(2),), {}, BOOL),
        ("Tensor.__invert__", (t(2, dtype=I64),), {}, I64),
        ("Tensor.__and__", (t(2, dtype=BOOL), t(2, dtype=I32)), {}, I32),
        ("Tensor.sum", (t(2, dtype=BOOL),), {}, I64),
        ("Tensor.sum", (t(2, dtype=F16),), {}, F16),
        ("Tensor.sum", (t(2, dtype=F16),), {"dtype": F32}, F32),
        ("Tensor.cumsum", (t(2, dtype=I32), 0), {}, I64),
        ("Tensor.mean", (t(2, dtype=I64),), {"dtype": F32}, F32),
        ("Tensor.all", (t(2, dtype=U8),), {}, U8),
        ("Tensor.any", (t(2),), {}, BOOL),
        ("Tensor.argmax", (t(2),), {}, I64),
        ("Tensor.max", (t(2, dtype=F16), 0), {}, [F16, I64]),
        ("nn.functional.softmax", (t(2, dtype=BF16),), {"dim": -1, "dtype": F32}, F32),
        ("nn.functional.softmax", (t(2, dtype=BF16),), {"dim": -1}, BF16),
        ("where", (t(2, dtype=BOOL), 2, 0), {}, I64),
        ("where", (t(2, dtype=BOOL), 0.0, -1e10), {}, F32),
        ("where", (t(2, dtype=BOOL), t(2, dtype=F16), 0.0), {}, F16),
        ("cat", ([t(2, dtype=F16), t(2, dtype=F32)],), {}, F32),
        ("Tensor.float", (t(2, dtype=BF16),), {}, F32),
        ("Tensor.to", (t(2), BF16), {}, BF16),
        ("Tensor.to", (t(2), "cpu"), {}, F32),
        ("Tensor.to", (t(2), "cpu", I64), {}, I64),
        ("Tensor.to", (t(2), t(3, dtype=F16)), {}, F16),
        ("Tensor.to", (t(2),), {"device": "cpu", "dtype": F64}, F64),
        ("Tensor.type", (t(2), "torch.LongTensor"), {}, I64),
        ("Tensor.type_as", (t(2), t(1, dtype=I32)), {}, I32),
        ("Tensor.view", (t(2, 4), Dtype.INT32), {}, I32),
        ("arange", (7,), {}, I64),
        ("arange", (7.0,), {}, F32),
        ("arange", (7,), {"dtype": F64}, F64),
        ("tensor", ([1, 2.5],), {}, F32),
        ("tensor", ([True],), {}, BOOL),
        ("tensor", ([],), {}, F32),
        ("full", ((2,), True), {}, BOOL),
        ("full_like", (t(2, dtype=I32), 1.0), {}, I32),
        ("polar", (t(2), t(2)), {}, C64),
        ("fft.fft", (t(4, dtype=F64),), {}, Dtype.COMPLEX128),
        ("Tensor.add_", (t(2, dtype=F16), t(2)), {}, F16),
        ("nn.functional.embedding", (t(2, dtype=I64), t(5, 3, dtype=BF16)), {}, BF16),
        ("linalg.eigh", (t(3, 3, dtype=C64),), {}, [F32, C64]),
        ("searchsorted", (t(9), t(2)), {"out_int32": True}, I32),
    ],
)
def test_type(target, args, kwargs, expected):
    assert dtypes(target, *args, **kwargs) == expected


def test_names_of_legacy_types():
    assert legacy_type("torch.cuda.HalfTensor") is F16
    assert legacy_type(f"torch.{legacy_name(I32)}Tensor") is I32
