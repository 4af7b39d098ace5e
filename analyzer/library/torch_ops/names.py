"""How public names and operators map to targets."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.library.torch_ops.tables import RULES

_OPERATORS: Mapping[str, str] = {
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
}


def operator_target(op: str, reflected: bool = False, inplace: bool = False) -> str:
    """The target of a Python operator on tensors.

    ``op`` is the symbol of a binary operator (``+``, ``<=``, ``@``), or one of ``neg``, ``pos``, ``~``, ``abs``,
    ``len``, ``bool``, ``int``, ``float``, ``index``, ``in``, ``iter``, ``getitem``, ``setitem``, ``round``. With
    ``reflected`` the tensor is the right operand and is passed first: ``2 - x`` is
    ``infer("Tensor.__rsub__", (x, 2), {})``.

    Raises:
        KeyError: there is no such operator on tensors.
    """
    if op in _UNARY:
        return f"Tensor.{_UNARY[op]}"
    table = _REFLECTED if reflected else _INPLACE if inplace and op in _INPLACE else _OPERATORS
    return f"Tensor.{table[op]}"


_PREFIXES = ("torch.", "torch._C._nn.", "torch._C.", "torch._VF.")
_RENAMED: Mapping[str, str] = {
    "nn.functional.sigmoid": "Tensor.sigmoid",
    "nn.functional.tanh": "Tensor.tanh",
    "nn.utils.rnn.pad_sequence": "pad_sequence",
}


def canonical_name(target: str) -> str:
    """The canonical operation behind a spelling (``Tensor.add_`` is ``add``); an unknown target is its own name."""
    rule = RULES.get(target)
    return target if rule is None else rule.name


def public_target(dotted_public_name: str) -> str | None:
    """The target of a public name (``torch.nn.functional.gelu``, ``torch.einsum``, ``torch.Tensor.add``).

    None if no rule describes it.
    """
    for prefix in _PREFIXES:
        if not dotted_public_name.startswith(prefix):
            continue
        name = dotted_public_name.removeprefix(prefix)
        for candidate in (_RENAMED.get(name), name, f"functional.{name}"):
            if candidate in RULES:
                return candidate
    return None
