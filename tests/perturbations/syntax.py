"""Expressions in other words, whatever their values are."""

from __future__ import annotations

import libcst as cst

from analyzer.graph import OpKind
from tests.perturbations.calls import all_of, floating, literal
from tests.perturbations.rewriting import Expressions, Step, code, expressions, syntax

_PARAMETERS = {
    "nn.Linear": ("in_features", "out_features", "bias"),
    "nn.Embedding": ("num_embeddings", "embedding_dim", "padding_idx"),
    "nn.LayerNorm": ("normalized_shape", "eps"),
    "nn.Dropout": ("p",),
    "nn.Conv1d": ("in_channels", "out_channels", "kernel_size"),
    "nn.Conv2d": ("in_channels", "out_channels", "kernel_size"),
}


def _by_keyword(node: cst.CSTNode) -> str | None:
    names = _PARAMETERS.get(code(node.func)) if isinstance(node, cst.Call) else None
    if names is None or not isinstance(node, cst.Call) or any(one.star for one in node.args):
        return None
    given = [code(one.value) for one in node.args if one.keyword is None]
    if not given or len(given) > len(names):
        return None
    named = [f"{one.keyword.value}={code(one.value)}" for one in node.args if one.keyword]
    pairs = [f"{name}={value}" for name, value in zip(names, given, strict=False)]
    return f"{code(node.func)}({', '.join((*pairs, *named))})"


def _shape(node: cst.CSTNode) -> str | None:
    """``x.size(-1)``."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute) or node.func.attr.value != "size":
        return None
    if len(node.args) != 1 or literal(code(node.args[0].value)) is None:
        return None
    return f"{code(node.func.value)}.shape[{code(node.args[0].value)}]"


def _size(node: cst.CSTNode) -> str | None:
    """``x.shape[-1]`` of a variable: those are tensors."""
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1 or not isinstance(node.value, cst.Attribute):
        return None
    index = node.slice[0].slice
    if node.value.attr.value != "shape" or not isinstance(node.value.value, cst.Name):
        return None
    if not isinstance(index, cst.Index) or literal(code(index.value)) is None:
        return None
    return f"{code(node.value.value)}.size({code(index.value)})"


def _power(node: cst.CSTNode) -> str | None:
    if isinstance(node, cst.Call) and code(node.func) == "math.sqrt" and len(node.args) == 1:
        return f"({code(node.args[0].value)}) ** 0.5"
    return None


def _inverse_root(node: cst.CSTNode) -> str | None:
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, cst.Power):
        return None
    return f"1.0 / ({code(node.left)}) ** 0.5" if code(node.right) in ("-0.5", "(-0.5)") else None


def _other_way_round(node: cst.CSTNode) -> str | None:
    if not isinstance(node, cst.IfExp):
        return None
    return f"({code(node.orelse)}) if not ({code(node.test)}) else ({code(node.body)})"


def _not_none(node: cst.CSTNode) -> str | None:
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return None
    compared = node.comparisons[0]
    if not isinstance(compared.operator, cst.IsNot) or code(compared.comparator) != "None":
        return None
    return f"not ({code(node.left)} is None)"


def _functional(node: cst.CSTNode) -> str | None:
    return "torch.nn.functional" if isinstance(node, cst.Attribute) and code(node) == "nn.functional" else None


def _by_lambda(operator: type[cst.BaseBinaryOp], kind: OpKind, sign: str) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, operator):
            return None
        if not all_of(steps, kind) or not floating(steps):
            return None
        return f"(lambda one, other: one {sign} other)({code(node.left)}, {code(node.right)})"

    return rule


def _helped(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
    """Products by a function whose body has an intermediate variable."""
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, cst.Divide | cst.Multiply):
        return None
    if not floating(steps):
        return None
    sign = "*" if isinstance(node.operator, cst.Multiply) else "/"
    return f"(lambda pair: pair[0] {sign} pair[-1])([{code(node.left)}, {code(node.right)}])"


SYNTAX = (
    syntax("arguments by keyword", "the parameters' own names", _by_keyword, cst.Call),
    syntax("size as shape", "x.size(-1) is x.shape[-1]", _shape, cst.Call),
    syntax("shape as size", "x.shape[-1] is x.size(-1)", _size, cst.Subscript),
    syntax("math.sqrt as a power", "the root is the power of a half", _power, cst.Call),
    syntax("power as an inverse root", "d ** -0.5 is 1 / d ** 0.5", _inverse_root, cst.BinaryOperation),
    syntax("choice the other way round", "a if c else b is b if not c else a", _other_way_round, cst.IfExp),
    syntax("not is None", "x is not None is not (x is None)", _not_none, cst.Comparison),
    syntax("torch.nn.functional", "the full name of a module", _functional, cst.Attribute),
    expressions("sum by a function", "the function adds", _by_lambda(cst.Add, OpKind.ADD, "+")),
    expressions("product by a function", "the function multiplies", _by_lambda(cst.Multiply, OpKind.MUL, "*")),
    expressions("product by way of a list", "the list holds the operands", _helped),
)
