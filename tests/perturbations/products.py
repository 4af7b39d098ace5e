"""Products, reductions and activations in other words."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from analyzer.graph import OpKind
from tests.perturbations.calls import Called, all_of, called, floating, literal
from tests.perturbations.rewriting import Expressions, Step, code, expressions


def _call(change: Callable[[Called, tuple[Step, ...]], str | None], *kinds: OpKind) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        found = called(node)
        return change(found, steps) if found and all_of(steps, *kinds) else None

    return rule


def _matmul(form: str) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        if not all_of(steps, OpKind.MATMUL) or not floating(steps, 2):
            return None
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.MatrixMultiply):
            return form.format(f"({code(node.left)})", f"({code(node.right)})")
        found = called(node)
        if found and found.name in ("matmul", "bmm") and len(found.given) == 1 and not found.keywords:
            return form.format(f"({found.subject})", f"({found.given[0]})")
        return None

    return rule


def _linear(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
    """``self.proj(x)`` of ``nn.Linear`` itself."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute) or len(node.args) != 1:
        return None
    name, argument = node.func.attr.value, node.args[0]
    own = all(one.module.rpartition(".")[2] == name and one.module_class.endswith(".Linear") for one in steps)
    if not own or not all_of(steps, OpKind.LINEAR) or argument.keyword or argument.star:
        return None
    if any(not step.module_class.startswith("torch.nn.") for step in steps):
        return None
    layer = code(node.func)
    return f"torch.nn.functional.linear({code(argument.value)}, {layer}.weight, {layer}.bias)"


def _mean_as_sum(found: Called, steps: tuple[Step, ...]) -> str | None:
    axis = found.argument(0, "dim")
    if found.name != "mean" or axis is None or literal(axis.strip("()[],")) is None or len(found.given) > 1:
        return None
    axis = axis.strip("()[],")
    keep = f", keepdim={found.keywords['keepdim']}" if "keepdim" in found.keywords else ""
    if not found.only("dim", "keepdim"):
        return None
    return f"(lambda one: one.sum({axis}{keep}) / one.shape[{axis}])({found.subject})"


def _mean_as_function(found: Called, steps: tuple[Step, ...]) -> str | None:
    return found.as_function() if found.name == "mean" and found.method and floating(steps) else None


def _sum_as_function(found: Called, steps: tuple[Step, ...]) -> str | None:
    return found.as_function() if found.name == "sum" and found.method and floating(steps) else None


def _softmax(form: str) -> Expressions:
    def change(found: Called, steps: tuple[Step, ...]) -> str | None:
        axis = found.argument(0, "dim")
        if found.name != "softmax" or axis is None or len(found.given) > 1 or not found.only("dim", "dtype"):
            return None
        dtype = f", dtype={found.keywords['dtype']}" if "dtype" in found.keywords else ""
        return form.format(f"({found.subject})", f"dim={axis}{dtype}")

    return _call(change, OpKind.SOFTMAX)


def _silu(found: Called, steps: tuple[Step, ...]) -> str | None:
    if found.name != "silu" or found.rest:
        return None
    return f"(lambda one: one * torch.sigmoid(one))({found.subject})"


def _where(found: Called, steps: tuple[Step, ...]) -> str | None:
    mask, value = found.argument(0, "mask"), found.argument(1, "value")
    if found.name != "masked_fill" or mask is None or value is None or not all(len(s.inputs) == 2 for s in steps):
        return None
    return f"torch.where({mask}, {value}, {found.subject})" if _fits(steps) else None


def _fits(steps: tuple[Step, ...]) -> bool:
    return all(len(step.inputs[1].shape) <= len(step.inputs[0].shape) for step in steps)


PRODUCTS = (
    expressions("@ as torch.matmul", "two spellings of one function", _matmul("torch.matmul({}, {})")),
    expressions("matmul as @", "two spellings of one function", _matmul("{} @ {}")),
    expressions("matmul as a method", "two spellings of one function", _matmul("{}.matmul({})")),
    expressions("linear as a function", "the module's weight and bias are given to the function", _linear),
    expressions("mean as a sum", "a mean is a sum divided by the number", _call(_mean_as_sum, OpKind.MEAN)),
    expressions("mean as a function", "x.mean(-1) is torch.mean(x, -1)", _call(_mean_as_function, OpKind.MEAN)),
    expressions("sum as a function", "x.sum(-1) is torch.sum(x, -1)", _call(_sum_as_function, OpKind.SUM)),
    expressions("softmax as a method", "three spellings of one function", _softmax("{}.softmax({})")),
    expressions("softmax as a function", "three spellings of one function", _softmax("torch.softmax({}, {})")),
    expressions("silu written out", "silu(x) is x * sigmoid(x)", _call(_silu, OpKind.SILU)),
    expressions("masked_fill as where", "where the mask holds, the value", _call(_where, OpKind.MASKED_FILL)),
)
