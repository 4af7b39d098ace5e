"""From the call of a tensor operation to its kind, operands, attributes and the types of its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.graph import Constant, OpKind, TensorType
from analyzer.library.operations.binding import Bound, bind, operands_of
from analyzer.library.operations.broadcasting import Shape
from analyzer.library.operations.errors import ShapeError
from analyzer.library.operations.evaluate import evaluate
from analyzer.library.operations.rule import OpRule, Outputs, RuleOutcome
from analyzer.values import Array, Tensor, origin_of


@dataclass(frozen=True, slots=True)
class Inferred:
    """What one call does.

    ``rule`` describes the spelling that was called.
    ``operands`` pairs slots with tensors; ``attributes`` holds the other arguments by parameter name, defaults included
    and None left out. ``outputs`` keeps the structure in which the results are returned, with ``fields`` naming the
    elements of a tuple where they have names. ``data`` has one entry an output tensor, in order. ``value`` is the
    Python object that an operation without tensor outputs (``Tensor.item``) returns, None if it is not known.
    ``changed`` is the tensor that an in-place operation changes and returns.
    """

    rule: OpRule
    kind: OpKind
    operands: tuple[tuple[str, Tensor], ...]
    attributes: dict[str, Constant]
    outputs: Outputs
    fields: tuple[str, ...] = ()
    data: tuple[Array | None, ...] = ()
    alias: bool = False
    inplace: bool = False
    value: object = None
    changed: Tensor | None = None

    @property
    def name(self) -> str:
        """The canonical operation, the same for all spellings of it."""
        return self.rule.name

    @property
    def arguments(self) -> Mapping[str, Constant]:
        """``attributes`` by the names that all spellings of the operation share."""
        return self.rule.canonical_arguments(self.attributes)


def infer(rule: OpRule, args: Sequence[object], kwargs: Mapping[str, object]) -> Inferred:
    """What a call of the operation that ``rule`` describes does.

    Raises:
        BindingError: the arguments do not fit its parameters.
        ShapeError: the operands do not fit together.
        DataDependent: a size depends on numbers that are not known.
    """
    bound = bind(rule.function, args, kwargs)
    result = bound.call(rule.function, bound.arguments)
    outcome = result if isinstance(result, RuleOutcome) else RuleOutcome(result)  # type: ignore[arg-type]
    operands, attributes = operands_of(bound)
    inplace = rule.inplace or (not outcome.alias and bool(bound.arguments.get("inplace")))
    changed = bound.arguments[bound.positional[0]] if inplace else None
    outputs = _in_place(changed, outcome.outputs) if isinstance(changed, Tensor) else outcome.outputs
    for kind in types_in(outputs):
        _check_shape(kind.shape)
    return Inferred(
        rule=rule,
        kind=outcome.kind or rule.kind,
        operands=_led_by(outcome.leading, operands),
        attributes={**attributes, **outcome.extra},
        outputs=outputs,
        fields=outcome.fields,
        data=_data(rule, bound, operands, outcome, outputs),
        alias=outcome.alias,
        inplace=inplace,
        value=outcome.value,
        changed=changed if isinstance(changed, Tensor) else None,
    )


MOST_AXES = 64
_MOST_BYTES = 1 << 63
_LONGEST = 300


def _check_shape(shape: Shape) -> None:
    """Refuse what no tensor has: too many axes, a negative size, more elements than there are addresses."""
    if shape and min(shape) < 0:
        raise ShapeError(f"an axis of size {int(min(shape))}")
    if len(shape) > MOST_AXES:
        raise ShapeError(f"a tensor of {len(shape):,} axes; there can be {MOST_AXES}")
    if _count(shape) >= _MOST_BYTES:
        sizes = (origin.expression if (origin := origin_of(size)) else f"{int(size):,}" for size in shape)
        raise ShapeError(f"a tensor of more than 2**63 elements: {' x '.join(sizes)}"[:_LONGEST])


def _led_by(slot: str, operands: tuple[tuple[str, Tensor], ...]) -> tuple[tuple[str, Tensor], ...]:
    if not slot:
        return operands
    return tuple(sorted(operands, key=lambda pair: pair[0] != slot))


def types_in(outputs: Outputs) -> Iterator[TensorType]:
    """The types of all output tensors in order."""
    if isinstance(outputs, TensorType):
        yield outputs
    elif outputs is not None:
        for item in outputs:
            yield from types_in(item)


def _in_place(changed: Tensor, outputs: Outputs) -> Outputs:
    """The changed tensor keeps its element type and its number of elements."""
    if not isinstance(outputs, TensorType):
        return outputs
    if outputs.shape == changed.shape:
        return TensorType(changed.shape, changed.dtype)
    if _count(outputs.shape) != _count(changed.shape):
        raise ShapeError(f"the result {outputs.shape} does not fit into {changed.shape} in place")
    return TensorType(outputs.shape, changed.dtype)


def _count(shape: Shape) -> int:
    count = 1
    for size in shape:
        count *= int(size)
    return count


def _data(
    rule: OpRule, bound: Bound, operands: tuple[tuple[str, Tensor], ...], outcome: RuleOutcome, outputs: Outputs
) -> tuple[Array | None, ...]:
    types = tuple(types_in(outputs))
    if outcome.data is not None:
        return outcome.data
    if any(tensor.data is None for slot, tensor in operands if outcome.leading in ("", slot)):
        return (None,) * len(types)
    return evaluate(rule.numbers or rule.name, bound, types)
