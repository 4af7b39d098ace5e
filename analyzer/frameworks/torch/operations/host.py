"""What leaves the graph: numbers, lists and truth values of a tensor."""

from __future__ import annotations

from analyzer.frameworks.torch.operations.spelling import FREE, METHOD, rules
from analyzer.graph import OpKind
from analyzer.library.operations.errors import BindingError, ShapeError
from analyzer.library.operations.rule import RuleOutcome, merge
from analyzer.values import Tensor


def _single(input: Tensor) -> object:
    if input.data is None:
        return None
    if input.data.size != 1:
        raise ShapeError(f"a single number of {input.data.size}")
    return input.data.reshape(-1)[0].item()


def item(input: Tensor) -> RuleOutcome:
    """The only number."""
    return RuleOutcome((), value=_single(input))


def tolist(input: Tensor) -> RuleOutcome:
    """Nested lists of numbers."""
    return RuleOutcome((), value=None if input.data is None else input.data.tolist())


def numpy(input: Tensor, *, force: bool = False) -> RuleOutcome:
    """The numbers as an array."""
    return RuleOutcome((), value=input.data)


def to_bool(input: Tensor) -> RuleOutcome:
    """The truth value of the only number."""
    found = _single(input)
    return RuleOutcome((), value=None if found is None else bool(found))


def to_int(input: Tensor) -> RuleOutcome:
    """The only number as an integer."""
    found = _single(input)
    return RuleOutcome((), value=int(found) if isinstance(found, bool | int | float) else None)


def to_float(input: Tensor) -> RuleOutcome:
    """The only number as a float."""
    found = _single(input)
    return RuleOutcome((), value=float(found) if isinstance(found, bool | int | float) else None)


def length(input: Tensor) -> RuleOutcome:
    """The first size."""
    if not input.shape:
        raise BindingError("a tensor without dimensions has no length")
    return RuleOutcome((), value=input.shape[0])


def contains(input: Tensor, element: object) -> RuleOutcome:
    """Whether an element is there."""
    other = element.data if isinstance(element, Tensor) else element
    if input.data is None or other is None:
        return RuleOutcome((), value=None)
    return RuleOutcome((), value=bool((input.data == other).any()))


HOST = merge(
    rules(OpKind.HOST, item, ("item",), METHOD),
    rules(OpKind.HOST, tolist, ("tolist",), METHOD),
    rules(OpKind.HOST, numpy, ("numpy",), METHOD),
    rules(OpKind.HOST, numpy, ("__array__",), METHOD, "numpy"),
    rules(OpKind.HOST, to_bool, ("__bool__",), METHOD),
    rules(OpKind.HOST, to_bool, ("is_nonzero",), METHOD, "bool"),
    rules(OpKind.HOST, to_bool, ("is_nonzero",), FREE, "bool"),
    rules(OpKind.HOST, to_int, ("__int__",), METHOD),
    rules(OpKind.HOST, to_int, ("__index__",), METHOD, "int"),
    rules(OpKind.HOST, to_float, ("__float__",), METHOD),
    rules(OpKind.HOST, length, ("__len__",), METHOD),
    rules(OpKind.HOST, contains, ("__contains__",), METHOD),
)
