"""Sums, products and powers in other words."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from analyzer.graph import OpKind
from tests.perturbations.calls import all_of, called, floating, one_type
from tests.perturbations.rewriting import Expressions, Step, code, expressions

_SIGNS: dict[type[cst.BaseBinaryOp], str] = {cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/"}
_KINDS = {"+": OpKind.ADD, "-": OpKind.SUB, "*": OpKind.MUL, "/": OpKind.DIV}
_WORDS = {"+": "add", "-": "sub", "*": "mul", "/": "div"}


def _written(node: cst.CSTNode, steps: tuple[Step, ...]) -> tuple[str, str, str] | None:
    """(left, sign, right) of arithmetic on floating point tensors that is written with a sign."""
    if not isinstance(node, cst.BinaryOperation) or not floating(steps):
        return None
    sign = _SIGNS.get(type(node.operator))
    if sign is None or not all_of(steps, _KINDS[sign]):
        return None
    return f"({code(node.left)})", sign, f"({code(node.right)})"


def _tensors(steps: tuple[Step, ...]) -> bool:
    return all(len(step.inputs) == 2 for step in steps)


def _rule(signs: str, change: Callable[[str, str, str], str], tensors: bool = False) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        found = _written(node, steps)
        if found is None or found[1] not in signs or (tensors and not _tensors(steps)):
            return None
        return change(*found)

    return rule


def _commuted(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
    found = _written(node, steps)
    if found is None or found[1] not in "+*":
        return None
    left, sign, right = found
    # What is called on both sides would be called in another order.
    return None if "(" in left[1:] and "(" in right[1:] else f"{right} {sign} {left}"


def _associated(sign: str) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        found = _written(node, steps)
        if found is None or found[1] != sign or not one_type(steps) or not isinstance(node, cst.BinaryOperation):
            return None
        inner = node.left
        if not isinstance(inner, cst.BinaryOperation) or _SIGNS.get(type(inner.operator)) != sign:
            return None
        return f"({code(inner.left)}) {sign} (({code(inner.right)}) {sign} {found[2]})"

    return rule


def _square(change: Callable[[str], str]) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        if not all_of(steps, OpKind.POW, OpKind.SQUARE) or not floating(steps, 1):
            return None
        found = called(node)
        if found and (
            found.name == "square" or (found.name == "pow" and found.argument(0, "exponent") in ("2", "2.0"))
        ):
            return change(found.subject)
        if isinstance(node, cst.BinaryOperation) and code(node.right) in ("2", "2.0"):
            return change(code(node.left))
        return None

    return rule


def _rsqrt(change: Callable[[str], str]) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        found = called(node)
        return change(found.subject) if found and found.name == "rsqrt" and floating(steps, 1) else None

    return rule


def _times_rsqrt(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
    if (found := _written(node, steps)) is None or found[1] != "*" or not isinstance(node, cst.BinaryOperation):
        return None
    inverse = called(node.right)
    return f"{found[0]} / torch.sqrt({inverse.subject})" if inverse and inverse.name == "rsqrt" else None


def _product_of_itself(subject: str) -> str:
    return f"({subject}) * ({subject})" if subject.isidentifier() else f"(lambda one: one * one)({subject})"


def _negated(left: str, _sign: str, right: str) -> str:
    return f"{left} + (-{right})"


ARITHMETIC = (
    expressions("times one", "x * 1.0 is x", _rule("*", lambda a, s, b: f"{a} * 1.0 {s} {b}", tensors=True)),
    expressions("one times", "1.0 * x is x", _rule("*/", lambda a, s, b: f"1.0 * ({a} {s} {b})")),
    expressions("plus zero", "x + 0.0 is x", _rule("+-", lambda a, s, b: f"({a} {s} {b}) + 0.0")),
    expressions("minus zero", "x - 0 is x", _rule("*/", lambda a, s, b: f"({a} {s} {b}) - 0")),
    expressions("by one", "x / 1.0 is x", _rule("+-", lambda a, s, b: f"({a} {s} {b}) / 1.0")),
    expressions("twice negated", "-(-x) is x", _rule("+*", lambda a, s, b: f"-(-({a} {s} {b}))")),
    expressions("commuted", "a + b is b + a, a * b is b * a", _commuted),
    expressions("product associated", "(a * b) * c is a * (b * c) up to rounding", _associated("*")),
    expressions("sum associated", "(a + b) + c is a + (b + c) up to rounding", _associated("+")),
    expressions(
        "functions of two tensors",
        "a + b is torch.add(a, b), and so on",
        _rule("+-*/", lambda a, s, b: f"torch.{_WORDS[s]}({a}, {b})", tensors=True),
    ),
    expressions(
        "methods of tensors",
        "a + b is a.add(b), and so on",
        _rule("+-*/", lambda a, s, b: f"{a}.{_WORDS[s]}({b})", tensors=True),
    ),
    expressions("negative added", "a - b is a + (-b)", _rule("-", _negated, tensors=True)),
    expressions("by the inverse", "a / b is a * (1 / b)", _rule("/", lambda a, s, b: f"{a} * (1.0 / {b})")),
    expressions("a number last", "2 * x is x * 2", _rule("*", lambda a, s, b: f"{b} * {a}")),
    expressions("square as a product", "x ** 2 is x * x", _square(_product_of_itself)),
    expressions("square as a call", "x ** 2 is torch.square(x)", _square(lambda x: f"torch.square({x})")),
    expressions("square as a power", "x.pow(2) is x ** 2", _square(lambda x: f"({x}) ** 2.0")),
    expressions("rsqrt as a power", "rsqrt(v) is v ** -0.5", _rsqrt(lambda x: f"({x}) ** -0.5")),
    expressions("rsqrt as pow", "rsqrt(v) is v.pow(-0.5)", _rsqrt(lambda x: f"({x}).pow(-0.5)")),
    expressions("rsqrt as an inverse", "rsqrt(v) is 1 / sqrt(v)", _rsqrt(lambda x: f"1.0 / torch.sqrt({x})")),
    expressions("rsqrt as a division", "x * rsqrt(v) is x / sqrt(v)", _times_rsqrt),
)
