"""Casts, shapes and slices in other words."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from analyzer.graph import OpKind
from tests.perturbations.calls import Called, all_of, called, floating, literal, rank
from tests.perturbations.rewriting import Expressions, Step, code, expressions


def _call(change: Callable[[Called, tuple[Step, ...]], str | None], *kinds: OpKind) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        found = called(node)
        return change(found, steps) if found and all_of(steps, *kinds) else None

    return rule


# -- casts ----------------------------------------------------------------------------------------------------------


def _to_float32(form: str) -> Expressions:
    def change(found: Called, steps: tuple[Step, ...]) -> str | None:
        explicit = found.name == "to" and found.argument(0, "dtype") == "torch.float32" and len(found.rest) < 20
        explicit = explicit or (found.name == "float" and not found.rest)
        return form.format(f"({found.subject})") if explicit and found.method else None

    return _call(change, OpKind.CAST)


def _twice(found: Called, steps: tuple[Step, ...]) -> str | None:
    return f"{found.as_method()}.to({found.rest})" if found.name == "to" and found.method and found.rest else None


def _by_keyword(found: Called, steps: tuple[Step, ...]) -> str | None:
    if found.name != "to" or len(found.given) != 1 or found.keywords or "dtype" not in found.given[0]:
        return None
    return f"({found.subject}).to(dtype={found.given[0]})"


# -- shapes ---------------------------------------------------------------------------------------------------------


def _swapped(found: Called, steps: tuple[Step, ...]) -> str | None:
    return found.as_method("swapaxes") if found.name == "transpose" and found.only("dim0", "dim1") else None


def _permuted(found: Called, steps: tuple[Step, ...]) -> str | None:
    axes, size = (literal(found.argument(0, "dim0")), literal(found.argument(1, "dim1"))), rank(steps)
    if found.name != "transpose" or size is None or axes[0] is None or axes[1] is None:
        return None
    order = list(range(size))
    order[axes[0]], order[axes[1]] = order[axes[1]], order[axes[0]]
    return f"({found.subject}).permute({', '.join(map(str, order))})"


def _reshaped(found: Called, steps: tuple[Step, ...]) -> str | None:
    by_type = any("dtype" in part or part.startswith("torch.") for part in found.given)
    return found.as_method("reshape") if found.name == "view" and found.method and not by_type else None


def _indexed(found: Called, steps: tuple[Step, ...]) -> str | None:
    axis, size = literal(found.argument(0, "dim")), rank(steps)
    if found.name != "unsqueeze" or axis is None or size is None:
        return None
    axis += size + 1 if axis < 0 else 0
    return f"({found.subject})[{', '.join([':'] * axis + ['None'])}]"


def _viewed(found: Called, steps: tuple[Step, ...]) -> str | None:
    """``x.flatten(2)`` of three axes or more."""
    first, size = literal(found.argument(0, "start_dim")), rank(steps)
    if found.name != "flatten" or first is None or first < 0 or size is None or found.argument(1, "end_dim"):
        return None
    return f"(lambda one: one.reshape(*one.shape[:{first}], -1))({found.subject})"


def _split(found: Called, steps: tuple[Step, ...]) -> str | None:
    parts, axis = literal(found.argument(0, "chunks")), found.argument(1, "dim") or "0"
    if found.name != "chunk" or parts is None or literal(axis) is None or not _divisible(steps, parts, int(axis)):
        return None
    return f"(lambda one: one.split(one.shape[{axis}] // {parts}, dim={axis}))({found.subject})"


def _sliced(found: Called, steps: tuple[Step, ...]) -> str | None:
    parts, axis = literal(found.argument(0, "chunks")), literal(found.argument(1, "dim"))
    if found.name != "chunk" or parts is None or axis != -1 or not _divisible(steps, parts, -1):
        return None
    width = f"one.shape[-1] // {parts}"
    pieces = (f"one[..., {number} * ({width}) : {number + 1} * ({width})]" for number in range(parts))
    return f"(lambda one: ({', '.join(pieces)}))({found.subject})"


def _divisible(steps: tuple[Step, ...], parts: int, axis: int) -> bool:
    shapes = [step.inputs[0].shape for step in steps if step.inputs]
    return all(-len(shape) <= axis < len(shape) and int(shape[axis]) % parts == 0 for shape in shapes)


def _narrowed(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
    """``x[..., : n]``."""
    if not isinstance(node, cst.Subscript) or not all_of(steps, OpKind.SLICE) or len(node.slice) != 2:
        return None
    first, last = (one.slice for one in node.slice)
    if not isinstance(first, cst.Index) or not isinstance(first.value, cst.Ellipsis) or not isinstance(last, cst.Slice):
        return None
    if last.lower or last.step or last.upper is None or code(last.upper).strip().startswith("-"):
        return None
    return f"{code(node.value)}.narrow(-1, 0, {code(last.upper)})"


def _concatenated(name: str) -> Expressions:
    def change(found: Called, steps: tuple[Step, ...]) -> str | None:
        return found.as_function(found.library, name) if found.name == "cat" and found.library else None

    return _call(change, OpKind.CAT)


def _copied(form: str, *kinds: OpKind) -> Expressions:
    def rule(node: cst.CSTNode, steps: tuple[Step, ...]) -> str | None:
        return f"({code(node)}){form}" if all_of(steps, *kinds) and floating(steps) else None

    return rule


def _sized(node: cst.CSTNode) -> str | None:
    axis = node.slice[0].slice if isinstance(node, cst.Subscript) and len(node.slice) == 1 else None
    if not isinstance(axis, cst.Index) or literal(code(axis.value)) is None:
        return None
    of = node.value if isinstance(node, cst.Subscript) else None
    return f"{code(of.value)}.size({code(axis.value)})" if isinstance(of, cst.Attribute) else None


LAYOUT = (
    expressions("float() as to()", "x.float() is x.to(torch.float32)", _to_float32("{}.to(torch.float32)")),
    expressions("to() as float()", "x.to(torch.float32) is x.float()", _to_float32("{}.float()")),
    expressions("float() as type()", "x.float() is x.type(torch.float32)", _to_float32("{}.type(torch.float32)")),
    expressions("cast twice", "a second cast to the same type does nothing", _call(_twice, OpKind.CAST)),
    expressions("cast by keyword", "x.to(t) is x.to(dtype=t)", _call(_by_keyword, OpKind.CAST)),
    expressions("transpose as swapaxes", "two names of one function", _call(_swapped, OpKind.TRANSPOSE)),
    expressions("transpose as permute", "an exchange of axes is a permutation", _call(_permuted, OpKind.TRANSPOSE)),
    expressions("view as reshape", "where a view is possible, reshape is one", _call(_reshaped, OpKind.RESHAPE)),
    expressions("flatten as reshape", "joins the last axes", _call(_viewed, OpKind.RESHAPE)),
    expressions("unsqueeze as an index", "x.unsqueeze(1) is x[:, None]", _call(_indexed, OpKind.UNSQUEEZE)),
    expressions("chunk as split", "equal parts have the size of one", _call(_split, OpKind.SPLIT)),
    expressions("chunk as slices", "equal parts lie one behind the other", _call(_sliced, OpKind.SPLIT)),
    expressions("slice as narrow", "x[..., :n] is x.narrow(-1, 0, n)", _narrowed),
    expressions("cat as concat", "two names of one function", _concatenated("concat")),
    expressions("cat as concatenate", "two names of one function", _concatenated("concatenate")),
    expressions("made contiguous", "the same numbers in order", _copied(".contiguous()", OpKind.TRANSPOSE)),
    expressions("cloned", "a copy has the same numbers", _copied(".clone()", OpKind.LINEAR, OpKind.MATMUL, OpKind.ADD)),
)
