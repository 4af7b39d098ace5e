"""Changes of element type and copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzer.frameworks.torch.operations.elementwise import same
from analyzer.frameworks.torch.operations.legacy import legacy_name, legacy_type
from analyzer.frameworks.torch.operations.spelling import BOTH, METHOD, rules
from analyzer.graph import Dtype, OpKind, TensorType
from analyzer.library.operations.broadcasting import broadcast, shape_of
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import RuleOutcome, Table, merge
from analyzer.values import Tensor


def _cast(input: Tensor, dtype: Dtype, *, copy: object = False) -> RuleOutcome:
    alias = dtype is input.dtype and not copy
    return RuleOutcome(TensorType(input.shape, dtype), alias=alias, extra={"dtype": dtype})


def to(
    input: Tensor, *args: object, dtype: Dtype | None = None, other: Tensor | None = None, copy: object = False
) -> RuleOutcome:
    """``to(dtype)``, ``to(device)``, ``to(device, dtype)``, ``to(other)``; a device changes nothing here."""
    found = dtype if other is None else other.dtype
    for argument in args:
        if isinstance(argument, Dtype):
            found = argument
        elif isinstance(argument, Tensor):
            found = argument.dtype
    if found is None:
        return RuleOutcome(same(input), alias=not copy)
    return _cast(input, found, copy=copy)


def type_(input: Tensor, dtype: object = None, non_blocking: bool = False) -> RuleOutcome:
    """``dtype`` is an element type or the name of a legacy tensor class; without it the name of the input's."""
    if dtype is None:
        return RuleOutcome((), kind=OpKind.HOST, value=f"torch.{legacy_name(input.dtype)}Tensor")
    if isinstance(dtype, Dtype):
        return _cast(input, dtype)
    if isinstance(dtype, str):
        return _cast(input, legacy_type(dtype))
    raise BindingError(f"{dtype!r} is no element type")


def type_as(input: Tensor, other: Tensor) -> RuleOutcome:
    """The type of ``other``."""
    return RuleOutcome(TensorType(input.shape, other.dtype), alias=other.dtype is input.dtype)


def move(input: Tensor, device: object = None) -> RuleOutcome:
    """To another device, which is the same here."""
    return RuleOutcome(same(input), alias=True)


def identity(input: Tensor) -> RuleOutcome:
    """The tensor itself."""
    return RuleOutcome(same(input), alias=True)


def requires_grad(input: Tensor, requires_grad: bool = True) -> RuleOutcome:
    """Only a flag changes."""
    return RuleOutcome(same(input))


def copy(input: Tensor) -> RuleOutcome:
    """The same numbers in a tensor of its own."""
    return RuleOutcome(same(input))


def copy_from(input: Tensor, src: object) -> RuleOutcome:
    """``input.copy_(src)``: the numbers of ``src`` in the type of the input."""
    broadcasted = broadcast(input.shape, shape_of(src))
    if broadcasted != input.shape:
        raise ShapeError(f"{shape_of(src)} does not fit into {input.shape}")
    return RuleOutcome(same(input), leading="src")


def _to_fixed(dtype: Dtype) -> Callable[[Tensor], RuleOutcome]:
    def cast(input: Tensor) -> RuleOutcome:
        return _cast(input, dtype)

    return cast


_NAMED: Mapping[str, Dtype] = {
    "float": Dtype.FLOAT32,
    "double": Dtype.FLOAT64,
    "half": Dtype.FLOAT16,
    "bfloat16": Dtype.BFLOAT16,
    "long": Dtype.INT64,
    "int": Dtype.INT32,
    "short": Dtype.INT16,
    "char": Dtype.INT8,
    "byte": Dtype.UINT8,
    "bool": Dtype.BOOL,
    "cfloat": Dtype.COMPLEX64,
    "cdouble": Dtype.COMPLEX128,
}

_NAMED_CASTS: Table = merge(
    *(rules(OpKind.CAST, _to_fixed(dtype), (name,), METHOD, "cast") for name, dtype in _NAMED.items())
)

CASTS = merge(
    _NAMED_CASTS,
    rules(OpKind.CAST, to, ("to",), METHOD, "cast"),
    rules(OpKind.CAST, type_, ("type",), METHOD, "cast"),
    rules(OpKind.CAST, type_as, ("type_as",), METHOD, "cast"),
    rules(OpKind.CAST, move, ("cuda", "cpu"), METHOD, "identity"),
    rules(OpKind.COPY, copy, ("clone",), BOTH, "identity"),
    rules(OpKind.COPY, copy, ("contiguous",), METHOD, "identity"),
    rules(OpKind.COPY, copy, ("detach", "resolve_conj", "resolve_neg", "view_copy", "alias_copy"), BOTH, "identity"),
    rules(OpKind.COPY, identity, ("pin_memory", "share_memory_", "coalesce", "to_dense"), METHOD, "identity"),
    rules(OpKind.COPY, identity, ("detach_",), BOTH, "identity"),
    rules(OpKind.COPY, requires_grad, ("requires_grad_",), METHOD, "identity"),
    rules(OpKind.COPY, copy_from, ("copy_",), METHOD, "copy_from"),
)
