"""Fourier transforms."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import BOTH, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, axes, axis, integers, replace
from analyzer.library.operations.dtypes import complex_of, default_dtype, floating, real
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, merge
from analyzer.library.operations.symbolic import add, floor_divide, multiply, subtract, window
from analyzer.values import Tensor

SPELLING = ("fft.{}",)


def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Outputs:
    """``fft``, ``ifft``, ``ihfft`` of full length."""
    place = axis(dim, len(input.shape))
    size = input.shape[place] if n is None else n
    return TensorType(replace(input.shape, place, size), complex_of(floating(input.dtype)))


def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Outputs:
    """Real to half of the complex numbers."""
    place = axis(dim, len(input.shape))
    size = input.shape[place] if n is None else n
    return TensorType(replace(input.shape, place, _half(size)), complex_of(floating(input.dtype)))


def _half(size: int) -> int:
    return add(floor_divide(size, 2), 1)


def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Outputs:
    """Half of the complex numbers to real ones."""
    place = axis(dim, len(input.shape))
    size = multiply((2, subtract(input.shape[place], 1))) if n is None else n
    return TensorType(replace(input.shape, place, size), real(complex_of(floating(input.dtype))))


def _many(input: Tensor, s: object, dim: object) -> tuple[tuple[int, ...], Shape]:
    """Positions of the transformed dimensions, and the shape after cutting or padding to ``s``."""
    rank = len(input.shape)
    if dim is None:
        count = rank if s is None else len(integers(s))
        places = tuple(range(rank - count, rank))
    else:
        places = axes(dim, rank)
    shape = input.shape
    for place, size in zip(places, integers(s) if s is not None else (), strict=False):
        shape = shape if size == -1 else replace(shape, place, size)
    return places, shape


def fftn(input: Tensor, s: object = None, dim: object = None, norm: str | None = None) -> Outputs:
    """Over several dimensions."""
    return TensorType(_many(input, s, dim)[1], complex_of(floating(input.dtype)))


def fft2(input: Tensor, s: object = None, dim: object = (-2, -1), norm: str | None = None) -> Outputs:
    """Over two dimensions."""
    return fftn(input, s, dim)


def rfftn(input: Tensor, s: object = None, dim: object = None, norm: str | None = None) -> Outputs:
    """Real input: the last transformed dimension is halved."""
    places, shape = _many(input, s, dim)
    return TensorType(replace(shape, places[-1], _half(shape[places[-1]])), complex_of(floating(input.dtype)))


def rfft2(input: Tensor, s: object = None, dim: object = (-2, -1), norm: str | None = None) -> Outputs:
    """``rfftn`` over two dimensions."""
    return rfftn(input, s, dim)


def irfftn(input: Tensor, s: object = None, dim: object = None, norm: str | None = None) -> Outputs:
    """The inverse of ``rfftn``."""
    places, shape = _many(input, s, dim)
    last = places[-1]
    size = multiply((2, subtract(input.shape[last], 1))) if s is None else shape[last]
    return TensorType(replace(shape, last, size), real(complex_of(floating(input.dtype))))


def irfft2(input: Tensor, s: object = None, dim: object = (-2, -1), norm: str | None = None) -> Outputs:
    """``irfftn`` over two dimensions."""
    return irfftn(input, s, dim)


def shifted(input: Tensor, dim: object = None) -> Outputs:
    """``fftshift``, ``ifftshift``."""
    return same(input)


def frequencies(n: int, d: float = 1.0, *, dtype: Dtype | None = None) -> Outputs:
    """``fftfreq``."""
    return TensorType((n,), dtype or default_dtype())


def real_frequencies(n: int, d: float = 1.0, *, dtype: Dtype | None = None) -> Outputs:
    """``rfftfreq``."""
    return TensorType((_half(n),), dtype or default_dtype())


def stft(
    input: Tensor, n_fft: int, hop_length: int | None = None, win_length: int | None = None,
    window_: Tensor | None = None, center: bool = True, pad_mode: str = "reflect", normalized: bool = False,
    onesided: bool | None = None, return_complex: bool | None = None, align_to_window: bool | None = None,
    *, window: Tensor | None = None,
) -> Outputs:  # fmt: skip
    """(batch, frequencies, frames), with pairs as a last dimension unless complex."""
    hop = hop_length if hop_length is not None else max(1, int(n_fft) // 4)
    around = floor_divide(n_fft, 2) if center else 0
    frames = _frames(input.shape[-1], n_fft, hop, around)
    if frames < 1:
        raise ShapeError("the signal is shorter than one frame")
    half = onesided if onesided is not None else not input.dtype.is_complex
    shape = (*input.shape[:-1], _half(n_fft) if half else n_fft, frames)
    if return_complex or input.dtype.is_complex:
        return TensorType(shape, complex_of(input.dtype))
    return TensorType((*shape, 2), input.dtype)


def _frames(length: int, size: int, hop: int, around: int) -> int:
    return window(length, size, hop, (around, around), 1)


def istft(
    input: Tensor, n_fft: int, hop_length: int | None = None, win_length: int | None = None,
    window_: Tensor | None = None, center: bool = True, normalized: bool = False, onesided: bool | None = None,
    length: int | None = None, return_complex: bool = False, *, window: Tensor | None = None,
) -> Outputs:  # fmt: skip
    """The signal of a short-time transform."""
    hop = hop_length if hop_length is not None else max(1, int(n_fft) // 4)
    whole = add(n_fft, multiply((hop, subtract(input.shape[-1], 1))))
    size = length if length is not None else subtract(whole, multiply((2, floor_divide(n_fft, 2)))) if center else whole
    dtype = input.dtype if return_complex else real(input.dtype)
    return TensorType((*input.shape[:-2], size), dtype)


SPECTRAL = merge(
    rules(OpKind.FOURIER, fft, ("fft", "ifft"), SPELLING),
    rules(OpKind.FOURIER, rfft, ("rfft", "ihfft"), SPELLING),
    rules(OpKind.FOURIER, irfft, ("irfft", "hfft"), SPELLING),
    rules(OpKind.FOURIER, fftn, ("fftn", "ifftn"), SPELLING),
    rules(OpKind.FOURIER, fft2, ("fft2", "ifft2"), SPELLING),
    rules(OpKind.FOURIER, rfftn, ("rfftn",), SPELLING),
    rules(OpKind.FOURIER, rfft2, ("rfft2",), SPELLING),
    rules(OpKind.FOURIER, irfftn, ("irfftn",), SPELLING),
    rules(OpKind.FOURIER, irfft2, ("irfft2",), SPELLING),
    rules(OpKind.ROLL, shifted, ("fftshift", "ifftshift"), SPELLING),
    rules(OpKind.CREATE, frequencies, ("fftfreq",), SPELLING),
    rules(OpKind.CREATE, real_frequencies, ("rfftfreq",), SPELLING),
    rules(OpKind.FOURIER, stft, ("stft",), ("functional.{}", "Tensor.{}")),
    rules(OpKind.FOURIER, istft, ("istft",), BOTH),
)
