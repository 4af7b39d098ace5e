"""Linear algebra beyond products: solving and factorising."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.spelling import BOTH, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import Shape, broadcast
from analyzer.library.operations.dtypes import complex_of, real
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.rule import Outputs, RuleOutcome, merge
from analyzer.values import Tensor

SPELLING = ("linalg.{}",)


def _square(tensor: Tensor) -> Shape:
    """Leading sizes of a batch of square matrices."""
    if len(tensor.shape) < 2 or tensor.shape[-1] != tensor.shape[-2]:
        raise ShapeError(f"{tuple(map(int, tensor.shape))} are no square matrices")
    return tensor.shape[:-2]


def square_to_square(input: Tensor) -> Outputs:
    """``inv``, ``matrix_exp``."""
    _square(input)
    return same(input)


def cholesky(input: Tensor, upper: bool = False) -> Outputs:
    """The triangular factor."""
    return square_to_square(input)


def matrix_power(input: Tensor, n: int) -> Outputs:
    """Repeated product with itself."""
    return square_to_square(input)


def determinant(input: Tensor) -> Outputs:
    """One number a matrix."""
    return TensorType(_square(input), input.dtype)


def slogdet(input: Tensor) -> RuleOutcome:
    """Sign and logarithm of the determinant."""
    result = TensorType(_square(input), input.dtype)
    return RuleOutcome((result, TensorType(result.shape, real(input.dtype))), ("sign", "logabsdet"))


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Outputs:  # noqa: N803
    """X of ``A X = B``."""
    batch = _square(A)
    if len(B.shape) == 1 or B.shape == A.shape[:-1]:
        return TensorType(B.shape, B.dtype)
    return TensorType((*broadcast(batch, B.shape[:-2]), *B.shape[-2:]), B.dtype)


def solve_triangular(
    input: Tensor,
    B: Tensor,  # noqa: N803
    *,
    upper: bool,
    left: bool = True,
    unitriangular: bool = False,
) -> Outputs:
    """X of ``input X = B`` with a triangular matrix."""
    return solve(input, B)


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Outputs:  # noqa: N803
    """X of ``A X = B`` with the factor of A."""
    return solve(L, B)


def pinv(input: Tensor, *, atol: object = None, rtol: object = None, hermitian: bool = False) -> Outputs:
    """The pseudo-inverse."""
    return TensorType((*input.shape[:-2], input.shape[-1], input.shape[-2]), input.dtype)


def _shorter(input: Tensor) -> int:
    rows, columns = input.shape[-2:]
    return rows if rows <= columns else columns


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> RuleOutcome:  # noqa: N803
    """U, S, Vh."""
    batch, (rows, columns), short = A.shape[:-2], A.shape[-2:], _shorter(A)
    left = TensorType((*batch, rows, rows if full_matrices else short), A.dtype)
    right = TensorType((*batch, columns if full_matrices else short, columns), A.dtype)
    return RuleOutcome((left, TensorType((*batch, short), real(A.dtype)), right), ("U", "S", "Vh"))


def old_svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> RuleOutcome:
    """``torch.svd``: U, S, V."""
    left, middle, right = svd(input, not some).outputs  # type: ignore[misc]
    assert isinstance(right, TensorType)
    flipped = TensorType((*right.shape[:-2], right.shape[-1], right.shape[-2]), right.dtype)
    return RuleOutcome((left, middle, flipped), ("U", "S", "V"))


def svdvals(A: Tensor) -> Outputs:  # noqa: N803
    """Singular values."""
    return TensorType((*A.shape[:-2], _shorter(A)), real(A.dtype))


def qr(A: Tensor, mode: str = "reduced") -> RuleOutcome:  # noqa: N803
    """Q, R."""
    batch, (rows, columns) = A.shape[:-2], A.shape[-2:]
    inner = rows if mode == "complete" else _shorter(A)
    outputs = (TensorType((*batch, rows, inner), A.dtype), TensorType((*batch, inner, columns), A.dtype))
    return RuleOutcome(outputs, ("Q", "R"))


def eigh(A: Tensor, UPLO: str = "L") -> RuleOutcome:  # noqa: N803
    """Eigenvalues and eigenvectors of symmetric matrices."""
    batch = _square(A)
    values = TensorType((*batch, A.shape[-1]), real(A.dtype))
    return RuleOutcome((values, same(A)), ("eigenvalues", "eigenvectors"))


def eig(A: Tensor) -> RuleOutcome:  # noqa: N803
    """Complex eigenvalues and eigenvectors."""
    batch = _square(A)
    dtype = complex_of(A.dtype)
    return RuleOutcome(
        (TensorType((*batch, A.shape[-1]), dtype), TensorType(A.shape, dtype)), ("eigenvalues", "eigenvectors")
    )


def eigvals(A: Tensor) -> Outputs:  # noqa: N803
    """Complex eigenvalues."""
    return TensorType((*_square(A), A.shape[-1]), complex_of(A.dtype))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Outputs:  # noqa: N803
    """Real eigenvalues."""
    return TensorType((*_square(A), A.shape[-1]), real(A.dtype))


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> RuleOutcome:  # noqa: N803
    """The least-squares solution."""
    solution = TensorType((*A.shape[:-2], A.shape[-1], *B.shape[len(A.shape) - 1 :]), B.dtype)
    empty = TensorType((0,), B.dtype)
    names = ("solution", "residuals", "rank", "singular_values")
    return RuleOutcome((solution, empty, TensorType(A.shape[:-2], Dtype.INT64), empty), names)


DECOMPOSITIONS = merge(
    rules(OpKind.OTHER, square_to_square, ("inv",), SPELLING),
    rules(OpKind.OTHER, square_to_square, ("inverse",), BOTH, "inv"),
    rules(OpKind.OTHER, square_to_square, ("matrix_exp",), (*BOTH, *SPELLING)),
    rules(OpKind.OTHER, cholesky, ("cholesky",), (*BOTH, *SPELLING)),
    rules(OpKind.MATMUL, matrix_power, ("matrix_power",), (*BOTH, *SPELLING)),
    rules(OpKind.OTHER, determinant, ("det",), (*BOTH, *SPELLING)),
    rules(OpKind.OTHER, determinant, ("logdet",), BOTH),
    rules(OpKind.OTHER, slogdet, ("slogdet",), (*BOTH, *SPELLING)),
    rules(OpKind.OTHER, solve, ("solve",), SPELLING),
    rules(OpKind.OTHER, solve_triangular, ("solve_triangular",), SPELLING),
    rules(OpKind.OTHER, cholesky_solve, ("cholesky_solve",), BOTH),
    rules(OpKind.OTHER, pinv, ("pinv",), SPELLING),
    rules(OpKind.OTHER, pinv, ("pinverse",), BOTH),
    rules(OpKind.OTHER, svd, ("svd",), SPELLING),
    rules(OpKind.OTHER, old_svd, ("svd",), BOTH),
    rules(OpKind.OTHER, svdvals, ("svdvals",), SPELLING),
    rules(OpKind.OTHER, qr, ("qr",), SPELLING),
    rules(OpKind.OTHER, eigh, ("eigh",), SPELLING),
    rules(OpKind.OTHER, eig, ("eig",), SPELLING),
    rules(OpKind.OTHER, eigvals, ("eigvals",), SPELLING),
    rules(OpKind.OTHER, eigvalsh, ("eigvalsh",), SPELLING),
    rules(OpKind.OTHER, lstsq, ("lstsq",), SPELLING),
)
