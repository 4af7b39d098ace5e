"""Shapes of results, against NumPy where it has the same operation and by direct cases elsewhere."""

import itertools

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analyzer.base import Gap, GapCode
from analyzer.frameworks.torch.operations import OPERATIONS
from analyzer.frameworks.torch.operations.tables import RULES
from analyzer.library.operations.broadcasting import broadcast
from analyzer.library.operations.errors import BindingError, DataDependent, ShapeError, UnknownOperation
from analyzer.values import Unknown
from tests.frameworks.torch.cases import BOOL, C64, F64, I64, known, shapes, t

SHAPE = st.lists(st.sampled_from([1, 2, 3, 4]), max_size=4).map(tuple)


@given(SHAPE, SHAPE)
def test_broadcast_is_that_of_numpy(left, right):
    try:
        expected = np.broadcast_shapes(left, right)
    except ValueError:
        with pytest.raises(ShapeError):
            broadcast(left, right)
    else:
        assert broadcast(left, right) == expected


@given(SHAPE, SHAPE)
def test_matmul_is_that_of_numpy(left, right):
    try:
        expected = np.matmul(np.zeros(left), np.zeros(right)).shape
    except ValueError:
        with pytest.raises(ShapeError):
            shapes("matmul", t(*left), t(*right))
    else:
        assert shapes("matmul", t(*left), t(*right)) == expected


@given(hnp.array_shapes(max_dims=4, max_side=6), st.data())
def test_basic_indexing_is_that_of_numpy(shape, data):
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
    items = index if isinstance(index, tuple) else (index,)
    array = np.arange(np.prod(shape)).reshape(shape)
    if any(isinstance(item, slice) and item.step is not None and item.step < 1 for item in items):
        with pytest.raises(ShapeError):
            shapes("Tensor.__getitem__", t(*shape), index)
        return
    result = OPERATIONS.infer("Tensor.__getitem__", (known(array), index), {})
    assert result.outputs.shape == array[index].shape
    assert (result.data[0] == array[index]).all()


@given(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), st.data())
def test_indexing_by_arrays_is_that_of_numpy(shape, data):
    index = data.draw(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=3)))
    array = np.arange(np.prod(shape)).reshape(shape)
    result = OPERATIONS.infer("Tensor.__getitem__", (known(array), tuple(known(part) for part in index)), {})
    assert result.outputs.shape == array[index].shape
    assert (result.data[0] == array[index]).all()


@given(hnp.array_shapes(min_dims=2, max_dims=4, max_side=4), st.data())
def test_integers_beside_arrays_remove_a_dimension(shape, data):
    """``x[0, :, i]`` is ``x[0][:, i]`` in torch, unlike in NumPy."""
    first = data.draw(st.integers(0, shape[0] - 1))
    last = data.draw(
        hnp.arrays(np.int64, hnp.array_shapes(max_dims=2, max_side=3), elements=st.integers(0, shape[-1] - 1))
    )
    array = np.arange(np.prod(shape)).reshape(shape)
    expected = array[first][..., last]
    result = OPERATIONS.infer("Tensor.__getitem__", (known(array), (first, Ellipsis, known(last))), {})
    assert result.outputs.shape == expected.shape
    assert (result.data[0] == expected).all()


@given(hnp.array_shapes(max_dims=4, max_side=4), st.data())
def test_reductions_are_those_of_numpy(shape, data):
    dim = data.draw(st.one_of(st.none(), st.integers(-len(shape), len(shape) - 1)))
    keepdim = data.draw(st.booleans())
    array = np.arange(np.prod(shape)).reshape(shape)
    expected = np.sum(array, axis=dim, keepdims=keepdim)
    result = OPERATIONS.infer("Tensor.sum", (known(array),), {"dim": dim, "keepdim": keepdim})
    assert result.outputs.shape == expected.shape
    assert (result.data[0] == expected).all()


@given(hnp.array_shapes(max_dims=4, max_side=6), st.data())
def test_view_infers_the_missing_size(shape, data):
    count = int(np.prod(shape))
    divisor = data.draw(st.sampled_from([n for n in range(1, count + 1) if count % n == 0]))
    assert shapes("Tensor.view", t(*shape), -1, divisor) == (count // divisor, divisor)
    assert shapes("Tensor.reshape", t(*shape), (divisor, -1)) == (divisor, count // divisor)


@given(st.permutations([0, 1, 2, 3]))
def test_permute_is_transpose_of_numpy(order):
    array = np.arange(120).reshape(2, 3, 4, 5)
    result = OPERATIONS.infer("Tensor.permute", (known(array), *order), {})
    assert (result.data[0] == np.transpose(array, order)).all()
    assert result.outputs.shape == np.transpose(array, order).shape


@given(st.integers(1, 20), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3))
def test_convolution_counts_the_windows_that_fit(length, kernel, stride, padding, dilation):
    starts = range(-padding, length + padding, stride)
    fitting = sum(start + dilation * (kernel - 1) < length + padding for start in starts)
    arguments = (t(2, 3, length), t(5, 3, kernel), None, stride, padding, dilation)
    if not fitting:
        with pytest.raises(ShapeError):
            shapes("nn.functional.conv1d", *arguments)
    else:
        assert shapes("nn.functional.conv1d", *arguments) == (2, 5, fitting)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(1, 2))
def test_transposed_convolution_is_undone_by_convolution(length, kernel, stride, padding, dilation):
    if (length - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 < 1:
        return
    weight, options = t(3, 5, kernel), {"stride": stride, "padding": padding, "dilation": dilation}
    grown = shapes("nn.functional.conv_transpose1d", t(2, 3, length), weight, **options)
    assert shapes("nn.functional.conv1d", t(*grown), weight, **options) == (2, 3, length)


@given(st.integers(1, 12), st.integers(1, 4), st.integers(1, 4), st.booleans())
def test_pooling_windows_start_inside(length, kernel, stride, ceil):
    assume(kernel <= length)
    starts = [start for start in range(0, length, stride) if ceil or start + kernel <= length]
    while len(starts) > 1 and starts[-2] + kernel >= length:
        starts.pop()
    assert shapes("nn.functional.max_pool1d", t(1, 1, length), kernel, stride, ceil_mode=ceil) == (1, 1, len(starts))


@pytest.mark.parametrize(
    "equation", ["ij,jk->ik", "bhid,bhjd->bhij", "...d,de->...e", "ii->i", "ab,cd", "i,i", "...ij->...ji"]
)
def test_einsum_is_that_of_numpy(equation):
    sizes = dict(zip("abcdehijk", (2, 3, 4, 5, 6, 2, 3, 3, 4), strict=True))
    terms = equation.partition("->")[0].split(",")
    operands = [np.ones([*([2, 7] if "..." in term else []), *(sizes[c] for c in term if c != ".")]) for term in terms]
    result = OPERATIONS.infer("functional.einsum", (equation, *(known(operand) for operand in operands)), {})
    assert result.outputs.shape == np.einsum(equation, *operands).shape
    assert (result.data[0] == np.einsum(equation, *operands)).all()


LAYERS = ([], True, 1, 0.0, False)
"""Weights, has_biases, num_layers, dropout, train of a recurrent network."""
UNKNOWN = Unknown(Gap(GapCode.UNKNOWN_VALUE, "x"))
CASES = [
    ("nn.functional.linear", (t(2, 7, 64), t(96, 64)), {}, (2, 7, 96)),
    ("nn.functional.embedding", (t(2, 7, dtype=I64), t(100, 64)), {}, (2, 7, 64)),
    ("nn.functional.conv2d", (t(2, 3, 224, 224), t(64, 3, 16, 16)), {"stride": (16, 16)}, (2, 64, 14, 14)),
    ("nn.functional.conv2d", (t(2, 4, 9, 9), t(8, 2, 3, 3)), {"padding": "same", "groups": 2}, (2, 8, 9, 9)),
    ("nn.functional.conv2d", (t(4, 9, 9), t(8, 4, 3, 3)), {"padding": "valid"}, (8, 7, 7)),
    ("nn.functional.conv_transpose2d", (t(2, 64, 8, 8), t(64, 32, 2, 2)), {"stride": 2}, (2, 32, 16, 16)),
    ("nn.functional.avg_pool2d", (t(2, 4, 7, 9), [3, 2]), {}, (2, 4, 2, 4)),
    ("nn.functional.adaptive_avg_pool2d", (t(2, 4, 7, 9), (None, 1)), {}, (2, 4, 7, 1)),
    ("nn.functional.interpolate", (t(1, 2, 8, 9),), {"scale_factor": 0.5}, (1, 2, 4, 4)),
    ("nn.functional.interpolate", (t(1, 2, 8, 9),), {"size": (3, 4)}, (1, 2, 3, 4)),
    ("nn.functional.interpolate", (t(1, 2, 8),), {"size": 5}, (1, 2, 5)),
    ("nn.functional.pad", (t(2, 3, 4), (1, 2, 0, 1)), {}, (2, 4, 7)),
    ("nn.functional.pad", (t(2, 3, 4), (-1, 0)), {}, (2, 3, 3)),
    ("nn.functional.pixel_shuffle", (t(2, 12, 4, 5), 2), {}, (2, 3, 8, 10)),
    ("nn.functional.pixel_unshuffle", (t(2, 3, 8, 10), 2), {}, (2, 12, 4, 5)),
    ("nn.functional.unfold", (t(2, 3, 8, 8), 2), {"stride": 2}, (2, 12, 16)),
    ("nn.functional.fold", (t(2, 12, 16), (8, 8), 2), {"stride": 2}, (2, 3, 8, 8)),
    ("nn.functional.grid_sample", (t(2, 3, 8, 8), t(2, 5, 6, 2)), {}, (2, 3, 5, 6)),
    ("nn.functional.glu", (t(2, 8, 5),), {"dim": 1}, (2, 4, 5)),
    ("nn.functional.one_hot", (t(2, 7, dtype=I64),), {"num_classes": 4}, (2, 7, 4)),
    ("nn.functional.scaled_dot_product_attention", (t(2, 8, 7, 16), t(2, 8, 9, 16), t(2, 8, 9, 5)), {}, (2, 8, 7, 5)),
    (
        "nn.functional.scaled_dot_product_attention",
        (t(2, 8, 7, 16), t(2, 2, 7, 16), t(2, 2, 7, 16)),
        {"enable_gqa": True},
        (2, 8, 7, 16),
    ),
    ("nn.functional.cross_entropy", (t(14, 100), t(14, dtype=I64)), {}, ()),
    ("nn.functional.cross_entropy", (t(2, 100, 7), t(2, 7, dtype=I64)), {"reduction": "none"}, (2, 7)),
    ("nn.functional.mse_loss", (t(2, 7), t(2, 7)), {"reduction": "none"}, (2, 7)),
    ("cat", ([t(2, 3), t(2, 4)],), {"dim": -1}, (2, 7)),
    ("cat", ([t(0), t(2, 4)],), {"dim": 1}, (2, 4)),
    ("stack", ([t(2, 3), t(2, 3)],), {"dim": -1}, (2, 3, 2)),
    ("functional.split", (t(2, 7), 3), {"dim": 1}, [(2, 3), (2, 3), (2, 1)]),
    ("Tensor.split", (t(2, 7), [2, 5]), {"dim": -1}, [(2, 2), (2, 5)]),
    ("Tensor.chunk", (t(2, 7), 3), {"dim": 1}, [(2, 3), (2, 3), (2, 1)]),
    ("Tensor.tensor_split", (t(7), 3), {}, [(3,), (2,), (2,)]),
    ("Tensor.unbind", (t(2, 3, 4),), {"dim": 1}, [(2, 4)] * 3),
    ("Tensor.expand", (t(2, 1, 4), -1, 3, -1), {}, (2, 3, 4)),
    ("Tensor.repeat", (t(3, 4), 2, 1, 5), {}, (2, 3, 20)),
    ("Tensor.tile", (t(2, 3, 4), (5,)), {}, (2, 3, 20)),
    ("Tensor.repeat_interleave", (t(2, 3), 4), {"dim": 1}, (2, 12)),
    ("Tensor.repeat_interleave", (t(2, 3), 4), {}, (24,)),
    ("repeat_interleave", (t(3), known([1, 2, 3])), {"dim": 0}, (6,)),
    ("Tensor.flatten", (t(2, 3, 4, 5), 1, 2), {}, (2, 12, 5)),
    ("Tensor.unflatten", (t(2, 12), 1, (3, -1)), {}, (2, 3, 4)),
    ("Tensor.movedim", (t(2, 3, 4, 5), 1, -1), {}, (2, 4, 5, 3)),
    ("Tensor.squeeze", (t(2, 1, 3, 1),), {}, (2, 3)),
    ("Tensor.squeeze", (t(2, 1, 3, 1), 0), {}, (2, 1, 3, 1)),
    ("Tensor.unsqueeze", (t(2, 3), -1), {}, (2, 3, 1)),
    ("Tensor.T", (t(2, 3),), {}, (3, 2)),
    ("Tensor.mT", (t(2, 3, 4),), {}, (2, 4, 3)),
    ("Tensor.unfold", (t(2, 9), 1, 3, 2), {}, (2, 4, 3)),
    ("Tensor.gather", (t(14, 4),), {"dim": 1, "index": t(14, 2, dtype=I64)}, (14, 2)),
    ("Tensor.index_select", (t(5, 6), 1, t(3, dtype=I64)), {}, (5, 3)),
    ("Tensor.narrow", (t(5, 6), 1, 2, 3), {}, (5, 3)),
    ("Tensor.select", (t(5, 6), 1, 2), {}, (5,)),
    ("Tensor.topk", (t(14, 8), 2), {"dim": -1}, [(14, 2), (14, 2)]),
    ("Tensor.max", (t(2, 3),), {}, ()),
    ("Tensor.max", (t(2, 3),), {"dim": -1, "keepdim": True}, [(2, 1), (2, 1)]),
    ("max", (t(2, 1), t(3)), {}, (2, 3)),
    ("Tensor.std", (t(2, 3), False), {}, ()),
    ("diff", (t(2, 7),), {"prepend": t(2, 1), "dim": -1}, (2, 7)),
    ("cdist", (t(2, 5, 3), t(2, 6, 3)), {}, (2, 5, 6)),
    ("cdist", (t(5, 3), t(6, 3)), {}, (5, 6)),
    ("functional.cdist", (t(2, 5, 3), t(1, 6, 3)), {}, (2, 5, 6)),
    ("bmm", (t(2, 3, 4), t(2, 4, 5)), {}, (2, 3, 5)),
    ("baddbmm", (t(1), t(2, 3, 4), t(2, 4, 5)), {}, (2, 3, 5)),
    ("addmm", (t(5), t(3, 4), t(4, 5)), {}, (3, 5)),
    ("outer", (t(3), t(4)), {}, (3, 4)),
    ("functional.tensordot", (t(2, 3, 4), t(3, 4, 5)), {}, (2, 5)),
    ("functional.tensordot", (t(2, 3, 4), t(4, 2)), {"dims": ([0], [1])}, (3, 4, 4)),
    ("functional.meshgrid", (t(2), t(3)), {"indexing": "xy"}, [(3, 2), (3, 2)]),
    ("functional.broadcast_tensors", (t(2, 1), t(3)), {}, [(2, 3), (2, 3)]),
    ("functional.atleast_3d", (t(2, 3),), {}, (2, 3, 1)),
    ("linalg.norm", (t(2, 3, 4),), {"dim": (1, 2)}, (2,)),
    ("linalg.svd", (t(2, 5, 3),), {"full_matrices": False}, [(2, 5, 3), (2, 3), (2, 3, 3)]),
    ("linalg.qr", (t(5, 3),), {}, [(5, 3), (3, 3)]),
    ("fft.rfft", (t(2, 9),), {}, (2, 5)),
    ("fft.irfft", (t(2, 5, dtype=C64),), {"n": 9}, (2, 9)),
    ("fft.fftn", (t(2, 3, 4),), {"dim": (1, 2)}, (2, 3, 4)),
    ("functional.stft", (t(2, 100), 16, 4), {"return_complex": True}, (2, 9, 26)),
    ("view_as_complex", (t(2, 4, 2),), {}, (2, 4)),
    ("view_as_real", (t(2, 4, dtype=C64),), {}, (2, 4, 2)),
    ("as_strided", (t(10), (3, 4), (1, 2)), {}, (3, 4)),
    ("arange", (7,), {}, (7,)),
    ("arange", (1, 8, 3), {}, (3,)),
    ("arange", (0.0, 1.0, 0.3), {}, (4,)),
    ("eye", (3,), {}, (3, 3)),
    ("zeros", (2, 3), {}, (2, 3)),
    ("zeros", ((2, 3),), {}, (2, 3)),
    ("zeros", (), {"size": (2, 3)}, (2, 3)),
    ("full", ((2,), 1.0), {}, (2,)),
    ("Tensor.new_zeros", (t(9), 2, 3), {}, (2, 3)),
    ("tensor", ([[1, 2], [3, 4]],), {}, (2, 2)),
    ("randint", (0, 5, (2, 3)), {}, (2, 3)),
    ("multinomial", (t(2, 5), 3), {}, (2, 3)),
    ("Tensor.uniform_", (t(2, 3),), {"from": -1, "to": 1}, (2, 3)),
    ("Tensor.normal_", (t(2, 3),), {"mean": 0.0, "std": 1.0}, (2, 3)),
    ("hann_window", (400,), {"periodic": True}, (400,)),
    ("nn.init.normal_", (t(2, 3),), {"std": 0.02}, (2, 3)),
    ("where", (t(2, 1, dtype=BOOL), t(3), 0.0), {}, (2, 3)),
    ("Tensor.masked_fill", (t(2, 3), t(3, dtype=BOOL), 0.0), {}, (2, 3)),
    ("bucketize", (t(2, 3), t(9)), {}, (2, 3)),
    ("searchsorted", (t(9), t(2, 3)), {}, (2, 3)),
    ("diag_embed", (t(2, 3),), {}, (2, 3, 3)),
    ("diagonal", (t(2, 3, 4),), {"dim1": 1, "dim2": 2}, (2, 3)),
    ("functional.unique_consecutive", (known([1, 1, 2, 2, 1]),), {}, (3,)),
    ("Tensor.nonzero", (known([0, 1, 1]),), {}, (2, 1)),
    ("logsumexp", (t(2, 3, 4),), {"dim": (0, 1)}, (4,)),
    ("quantile", (t(2, 3), t(5)), {"dim": 1}, (5, 2)),
    ("pad_sequence", ([t(3, 8), t(5, 8)],), {"batch_first": True}, (2, 5, 8)),
    ("_weight_norm", (t(64, 4, 128), t(1, 1, 128), 2), {}, (64, 4, 128)),
    ("lstm", (t(2, 7, 8), (t(1, 2, 4), t(1, 2, 4)), *LAYERS, False, True), {}, [(2, 7, 4), (1, 2, 4), (1, 2, 4)]),
    ("gru", (t(2, 7, 8), t(2, 2, 16), *LAYERS, True, True), {}, [(2, 7, 32), (2, 2, 16)]),
    ("Tensor.__getitem__", (t(4, 5, 6), t(4, 5, dtype=BOOL)), {}, (20, 6)),
    ("Tensor.__getitem__", (t(4, 5, 6), (slice(None), [0, 2, 3])), {}, (4, 3, 6)),
    ("Tensor.__getitem__", (t(4, 5, 6), (t(3, dtype=I64), slice(None), t(3, dtype=I64))), {}, (3, 5)),
    ("Tensor.__getitem__", (t(4, 5, 6), (slice(None), t(2, 3, dtype=I64), t(3, dtype=I64))), {}, (4, 2, 3)),
    ("Tensor.__getitem__", (t(4, 5), (t(dtype=I64), slice(1, None))), {}, (4,)),
    ("Tensor.__setitem__", (t(4, 5), (slice(None), 0), t(4)), {}, (4, 5)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "args", "kwargs", "expected"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_shape(target, args, kwargs, expected):
    if target not in RULES:
        target = f"functional.{target}"
    assert shapes(target, *args, **kwargs) == expected


WRONG = [
    ("Tensor.view", (t(2, 7), 3, -1)),
    ("Tensor.view", (t(2, 7), -1, -1)),
    ("Tensor.view", (t(2, 7), 15)),
    ("Tensor.expand", (t(2, 3), 4, 3)),
    ("Tensor.add", (t(2, 3), t(2, 4))),
    ("Tensor.add_", (t(3), t(2, 3))),
    ("Tensor.transpose", (t(2, 3), 0, 2)),
    ("Tensor.permute", (t(2, 3, 4), 0, 1)),
    ("Tensor.permute", (t(2, 3), 0, 0)),
    ("matmul", (t(2, 3), t(2, 3))),
    ("nn.functional.linear", (t(2, 7, 64), t(96, 32))),
    ("nn.functional.layer_norm", (t(2, 7, 64), (32,))),
    ("nn.functional.conv2d", (t(2, 3, 8, 8), t(8, 4, 3, 3))),
    ("nn.functional.group_norm", (t(2, 6, 8), 4)),
    ("cat", ([t(2, 3), t(3, 3)], 1)),
    ("stack", ([t(2), t(3)],)),
    ("functional.split", (t(2, 7), [3, 3], 1)),
    ("Tensor.topk", (t(2, 3), 4)),
    ("Tensor.__getitem__", (t(2, 3), (0, 0, 0))),
    ("Tensor.__getitem__", (t(2, 3), 2)),
    ("Tensor.__getitem__", (t(2, 3), t(3, dtype=BOOL))),
    ("Tensor.__setitem__", (t(2, 3), 0, t(4))),
    ("functional.einsum", ("ij,jk->ik", t(2, 3), t(4, 5))),
    ("Tensor.index_add_", (t(4, 5), 0, t(2, dtype=I64), t(2, 6))),
    ("nn.functional.glu", (t(3),)),
]


@pytest.mark.parametrize(("target", "args"), WRONG)
def test_what_does_not_fit_is_said(target, args):
    with pytest.raises(ShapeError):
        OPERATIONS.infer(target, args, {})


@pytest.mark.parametrize(
    ("target", "args", "kwargs"),
    [
        ("Tensor.transpose", (t(2, 3),), {}),
        ("Tensor.transpose", (t(2, 3), 0, 1, 2), {}),
        ("Tensor.transpose", (t(2, 3), 0), {"dim0": 1}),
        ("Tensor.transpose", (t(2, 3), 0, 1), {"unheard": 1}),
        ("Tensor.add", (t(2, 3), "x"), {}),
        ("Tensor.mean", (t(2, dtype=I64),), {}),
        ("cat", (3,), {}),
    ],
)
def test_wrong_arguments_are_said(target, args, kwargs):
    with pytest.raises(BindingError):
        OPERATIONS.infer(target, args, kwargs)


def test_unknown_operations_are_named():
    with pytest.raises(UnknownOperation) as error:
        OPERATIONS.infer("Tensor.frobnicate", (t(2),), {})
    assert error.value.target == "Tensor.frobnicate"


@pytest.mark.parametrize(
    ("target", "args"),
    [
        ("Tensor.__getitem__", (t(5), slice(UNKNOWN, None))),
        ("Tensor.view", (t(5), (UNKNOWN, 5))),
        ("Tensor.view", (t(5), (t(dtype=I64), 5))),
    ],
)
def test_what_is_unknown_is_no_size(target, args):
    with pytest.raises(DataDependent):
        OPERATIONS.infer(target, args, {})


@pytest.mark.parametrize(
    ("target", "args"),
    [
        ("arange", (t(dtype=I64),)),
        ("zeros", (t(dtype=I64), 2)),
        ("rand", (t(dtype=I64), 2)),
        ("Tensor.__getitem__", (t(5), slice(None, t(dtype=I64)))),
        ("multinomial", (t(5), t(dtype=I64))),
        ("repeat_interleave", (t(5), t(5, dtype=I64))),
        ("nn.functional.interpolate", (t(1, 1, 4, 4), (t(dtype=I64), 2))),
    ],
)
def test_sizes_that_data_decides_are_symbols(target, args):
    sizes = OPERATIONS.infer(target, args, {}).outputs.shape
    assert [int(size) for size in sizes if size.__class__ is not int and "data" in size.origin.symbols] == [3]


def test_what_is_true_is_unknown_without_data():
    """The witness is that everything is, so that a loop over it visits each."""
    result = OPERATIONS.infer("Tensor.nonzero", (t(3, 2, dtype=BOOL),), {})
    assert result.outputs.shape == (6, 2)
    assert result.outputs.shape[0].origin.symbols == {"data"}
    assert result.data[0].tolist() == [list(pair) for pair in itertools.product(range(3), range(2))]
    rows, columns = OPERATIONS.infer("where", (t(3, 2, dtype=BOOL),), {}).data
    assert rows.tolist() == [0, 0, 1, 1, 2, 2] and columns.tolist() == [0, 1] * 3


def test_a_mask_selects_what_its_numbers_say():
    assert shapes("Tensor.__getitem__", t(3, 4), known([True, False, True])) == (2, 4)
    assert shapes("Tensor.masked_select", t(3, dtype=F64), known([True, False, True])) == (2,)
