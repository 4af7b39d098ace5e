"""How public names and operators map to targets."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.library.operations.table import Operators

_BINARY: Mapping[str, str] = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "//": "__floordiv__",
    "%": "remainder",
    "**": "__pow__",
    "@": "matmul",
    "&": "__and__",
    "|": "__or__",
    "^": "__xor__",
    "<<": "__lshift__",
    ">>": "__rshift__",
    "==": "__eq__",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
}
_REFLECTED: Mapping[str, str] = {
    "+": "add",
    "-": "__rsub__",
    "*": "mul",
    "/": "__rtruediv__",
    "//": "__rfloordiv__",
    "%": "__rmod__",
    "**": "__rpow__",
    "@": "__rmatmul__",
    "&": "__and__",
    "|": "__or__",
    "^": "__xor__",
    "<<": "__rlshift__",
    ">>": "__rrshift__",
    "==": "__eq__",
    "!=": "ne",
    "<": "gt",
    "<=": "ge",
    ">": "lt",
    ">=": "le",
}
_INPLACE: Mapping[str, str] = {
    "+": "add_",
    "-": "sub_",
    "*": "mul_",
    "/": "div_",
    "//": "floor_divide_",
    "%": "remainder_",
    "**": "pow_",
    "&": "__iand__",
    "|": "__ior__",
    "^": "__ixor__",
    "<<": "__ilshift__",
    ">>": "__irshift__",
}
_UNARY: Mapping[str, str] = {
    "neg": "neg",
    "pos": "positive",
    "~": "__invert__",
    "abs": "abs",
    "len": "__len__",
    "bool": "__bool__",
    "not": "__bool__",
    "int": "__int__",
    "index": "__index__",
    "float": "__float__",
    "in": "__contains__",
    "iter": "unbind",
    "getitem": "__getitem__",
    "setitem": "__setitem__",
    "round": "round",
    "item": "item",
}


def method(name: str) -> str:
    """The target of a method or operation attribute of tensors."""
    return f"Tensor.{name}"


def _methods(names: Mapping[str, str]) -> dict[str, str]:
    return {operator: method(name) for operator, name in names.items()}


OPERATORS = Operators(
    binary=_methods(_BINARY),
    reflected=_methods(_REFLECTED),
    inplace=_methods(_INPLACE),
    unary={**_methods(_UNARY), "max": "maximum", "min": "minimum"},
)
PREFIXES = ("torch.", "torch._C._nn.", "torch._C.", "torch._VF.")
RENAMED: Mapping[str, str] = {
    "nn.functional.sigmoid": "Tensor.sigmoid",
    "nn.functional.tanh": "Tensor.tanh",
    "nn.utils.rnn.pad_sequence": "pad_sequence",
}
WITHIN = ("functional.",)
SILENT = ("nn.functional.", "Tensor.")
FROM_ARRAYS = frozenset({"tensor", "as_tensor", "from_numpy"})
"""Operations that take the element type of an array."""
TO_SIZES = frozenset({"reshape", "Tensor.reshape", "Tensor.view"})
"""Operations that arrange the elements of a tensor in the given sizes."""
