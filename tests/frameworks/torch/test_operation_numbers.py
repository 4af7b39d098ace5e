"""Numbers of small tensors."""

import math

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.frameworks.torch.operations import OPERATIONS
from analyzer.frameworks.torch.operations.tables import RULES
from analyzer.library.operations.dtypes import LIMIT, to_numpy
from analyzer.library.operations.numeric import EVALUATE
from tests.frameworks.torch.cases import BF16, BOOL, F16, F32, F64, I32, I64, known, numbers, t

ARRAY = hnp.arrays(np.int64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.integers(-9, 9))


def test_every_evaluation_belongs_to_a_rule():
    assert EVALUATE.keys() <= {rule.numbers or rule.name for rule in RULES.values()}


@given(ARRAY, st.data())
def test_sorting_gives_the_positions_of_its_values(array, data):
    dim = data.draw(st.integers(-array.ndim, array.ndim - 1))
    descending = data.draw(st.booleans())
    values, positions = OPERATIONS.infer("Tensor.sort", (known(array),), {"dim": dim, "descending": descending}).data
    expected = np.sort(array, axis=dim)
    assert (values == (np.flip(expected, axis=dim) if descending else expected)).all()
    assert (np.take_along_axis(array, positions, axis=dim) == values).all()


@given(ARRAY, st.data())
def test_the_largest_come_first(array, data):
    k = data.draw(st.integers(1, array.shape[-1]))
    values, positions = OPERATIONS.infer("topk", (known(array), k), {}).data
    assert (values == np.flip(np.sort(array), -1)[..., :k]).all()
    assert (np.take_along_axis(array, positions, axis=-1) == values).all()


@given(ARRAY)
def test_where_nothing_is_zero(array):
    assert (OPERATIONS.infer("nonzero", (known(array),), {}).data[0] == np.argwhere(array)).all()


@given(ARRAY, st.data())
def test_running_extremes(array, data):
    dim = data.draw(st.integers(-array.ndim, array.ndim - 1))
    values, positions = OPERATIONS.infer("cummax", (known(array), dim), {}).data
    assert (values == np.maximum.accumulate(array, axis=dim)).all()
    assert (np.take_along_axis(array, positions, axis=dim) == values).all()


@given(ARRAY, st.data())
def test_assignment_changes_what_reading_gives(array, data):
    index = data.draw(hnp.basic_indices(array.shape, allow_newaxis=False))
    if any(
        isinstance(part, slice) and (part.step or 1) < 1 for part in (index if isinstance(index, tuple) else (index,))
    ):
        return
    changed = OPERATIONS.infer("Tensor.__setitem__", (known(array), index, 99), {}).data[0]
    expected = array.copy()
    expected[index] = 99
    assert (changed == expected).all()


@given(hnp.arrays(np.float32, 5, elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_rounding_to_bfloat16_keeps_seven_bits(array):
    rounded = to_numpy(array, BF16)
    assert (np.abs(rounded - array) <= np.maximum(np.abs(array) * 2.0**-8, 1e-38)).all()
    assert (to_numpy(rounded, BF16) == rounded).all()


@pytest.mark.parametrize(
    ("target", "args", "kwargs", "expected"),
    [
        ("Tensor.__rsub__", (known([1, 2]), 5), {}, [4, 3]),
        ("Tensor.__rpow__", (known([1, 2]), 3), {}, [3, 9]),
        ("Tensor.__rtruediv__", (known([2.0, 4.0]), 1), {}, [0.5, 0.25]),
        ("Tensor.add", (known([1, 2]), known([3, 4])), {"alpha": 2}, [7, 10]),
        ("div", (known([-7, 7]), 2), {"rounding_mode": "trunc"}, [-3, 3]),
        ("div", (known([-7, 7]), 2), {"rounding_mode": "floor"}, [-4, 3]),
        ("Tensor.remainder", (known([-7, 7]), 4), {}, [1, 3]),
        ("round", (known([0.5, 1.5, 2.5]),), {}, [0.0, 2.0, 2.0]),
        ("clamp", (known([1, 5, 9]),), {"min": 2, "max": 6}, [2, 5, 6]),
        ("arange", (2, 8, 3), {}, [2, 5]),
        ("linspace", (0, 1, 3), {}, [0.0, 0.5, 1.0]),
        ("tensor", ([[1, 2], [3, 4]],), {}, [[1, 2], [3, 4]]),
        ("stack", ([known(1), known(2)],), {}, [1, 2]),
        ("tensor", ([known(1), 2],), {}, [1, 2]),
        ("full", ((2,), 7), {}, [7, 7]),
        ("Tensor.zero_", (t(2),), {}, [0.0, 0.0]),
        ("nn.init.constant_", (t(2), 3), {}, [3.0, 3.0]),
        ("Tensor.copy_", (t(2), known([1.0, 2.0])), {}, [1.0, 2.0]),
        ("Tensor.view", (known([1, 2, 3, 4]), 2, -1), {}, [[1, 2], [3, 4]]),
        ("Tensor.unsqueeze", (known([1, 2]), 1), {}, [[1], [2]]),
        ("Tensor.expand", (known([[1], [2]]), -1, 2), {}, [[1, 1], [2, 2]]),
        ("cat", ([known([1]), known([2, 3])],), {}, [1, 2, 3]),
        ("Tensor.cumsum", (known([True, True]), 0), {}, [1, 2]),
        ("Tensor.float", (known([1, 2]),), {}, [1.0, 2.0]),
        ("Tensor.long", (known([1.9, -1.9]),), {}, [1, -1]),
        ("tril", (known(np.ones((3, 3), dtype=int)),), {"diagonal": -1}, [[0, 0, 0], [1, 0, 0], [1, 1, 0]]),
        ("nn.functional.one_hot", (known([0, 2]),), {"num_classes": 3}, [[1, 0, 0], [0, 0, 1]]),
        ("nn.functional.one_hot", (known([0, 2]),), {}, [[1, 0, 0], [0, 0, 1]]),
        ("where", (known([True, False]), known([1, 2]), 0), {}, [1, 0]),
        ("Tensor.masked_fill", (known([1.0, 2.0]), known([True, False]), 9), {}, [9.0, 2.0]),
        ("Tensor.max", (known([[1, 5], [7, 3]]), 1), {}, [[5, 7], [1, 0]]),
        ("Tensor.min", (known([[1, 5], [7, 3]]),), {}, 1),
        ("Tensor.std", (known([1.0, 3.0]),), {}, math.sqrt(2)),
        ("Tensor.var", (known([1.0, 3.0]),), {"unbiased": False}, 1.0),
        ("diff", (known([1, 4, 9]),), {"prepend": known([1])}, [0, 3, 5]),
        ("flip", (known([1, 2, 3]), [0]), {}, [3, 2, 1]),
        ("roll", (known([1, 2, 3]), 1, 0), {}, [3, 1, 2]),
        ("repeat_interleave", (known([5, 6]), known([1, 2])), {"dim": 0}, [5, 6, 6]),
        ("bucketize", (known([1.0, 5.0]), known([2.0, 4.0])), {}, [0, 2]),
        ("functional.unique_consecutive", (known([1, 1, 2, 1]),), {"return_counts": True}, [[1, 2, 1], [2, 1, 1]]),
        ("Tensor.unique", (known([3, 1, 3]),), {}, [1, 3]),
        ("Tensor.scatter_", (known([0, 0, 0]), 0, known([2]), 5), {}, [0, 0, 5]),
        ("Tensor.index_add_", (known([0, 0, 0]), 0, known([1, 1]), known([2, 3])), {}, [0, 5, 0]),
        ("Tensor.gather", (known([[1, 2], [3, 4]]), 1, known([[1], [0]])), {}, [[2], [3]]),
        (
            "functional.meshgrid",
            (known([1, 2]), known([3, 4])),
            {"indexing": "ij"},
            [[[1, 1], [2, 2]], [[3, 4], [3, 4]]],
        ),
        ("nn.functional.pad", (known([1, 2]), (1, 2)), {"value": 7}, [7, 1, 2, 7, 7]),
        ("isin", (known([1, 2]), known([2])), {}, [False, True]),
        ("polar", (known([1.0]), known([0.0])), {}, [1 + 0j]),
        ("Tensor.__getitem__", (known([[1, 2], [3, 4]]), (slice(None), 1)), {}, [2, 4]),
        ("Tensor.chunk", (known([1, 2, 3]), 2), {}, [[1, 2], [3]]),
        ("Tensor.unbind", (known([1, 2]),), {}, [1, 2]),
    ],
)
def test_numbers(target, args, kwargs, expected):
    found = numbers(target, *args, **kwargs)
    assert _close(found, expected), found


def _close(found, expected):
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(_close, found, expected))
    return found == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [F16, F32, F64, I32, I64, BOOL])
def test_numbers_have_the_type_of_the_result(dtype):
    data = OPERATIONS.infer("ones", (3,), {"dtype": dtype}).data[0]
    assert data.dtype.name == dtype.value


def test_float32_stays_float32():
    data = OPERATIONS.infer("Tensor.mul", (known([0.1], F32), 0.1), {}).data[0]
    assert data.dtype == np.float32 and data[0] == np.float32(np.float32(0.1) * np.float32(0.1))


def test_numbers_are_not_kept_without_limit():
    assert OPERATIONS.infer("zeros", (LIMIT + 1,), {}).data == (None,)
    assert OPERATIONS.infer("Tensor.expand", (known([1]), LIMIT + 1), {}).data == (None,)


def test_unknown_numbers_stay_unknown():
    assert OPERATIONS.infer("Tensor.add", (t(2), known([1, 2])), {}).data == (None,)
    assert OPERATIONS.infer("rand", (2,), {}).data == (None,)
    assert OPERATIONS.infer("empty", (2,), {}).data == (None,)


def test_impossible_arithmetic_gives_no_numbers():
    assert OPERATIONS.infer("Tensor.pow", (known([2, 3]), -1), {}).data == (None,)
    assert OPERATIONS.infer("Tensor.gather", (known([1, 2]), 0, known([5])), {}).data == (None,)


@pytest.mark.parametrize(
    ("target", "args", "expected"),
    [
        ("Tensor.item", (known([[3]]),), 3),
        ("Tensor.item", (t(1),), None),
        ("Tensor.tolist", (known([1, 2]),), [1, 2]),
        ("Tensor.__bool__", (known([0]),), False),
        ("Tensor.__bool__", (t(),), None),
        ("Tensor.__int__", (known(2.5),), 2),
        ("Tensor.__len__", (t(4, 5),), 4),
        ("Tensor.__contains__", (known([1, 2]), 2), True),
        ("equal", (known([1]), known([1])), True),
        ("equal", (t(2), t(3)), False),
        ("Tensor.type", (t(2),), "torch.FloatTensor"),
    ],
)
def test_what_leaves_the_graph(target, args, expected):
    result = OPERATIONS.infer(target, args, {})
    assert result.outputs == () and result.value == expected
