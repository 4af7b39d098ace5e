"""Built models made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.base import Gap, Span
from analyzer.graph import BuiltModel, ConfigField, Dtype, Op, Operand, OpGraph, OpKind, Status, TensorType

SPAN = Span("models/oak/modeling_oak.py", 3, 4, 3, 12)


def made_op(index: int, kind: OpKind = OpKind.ADD, span: Span = SPAN, stack: Sequence[Span] = ()) -> Op:
    """An operation without operands."""
    return Op(
        index=index,
        kind=kind,
        name=kind.value,
        target=kind.value,
        operands=(),
        attributes={},
        outputs=(TensorType((2, 7), Dtype.FLOAT32),),
        span=span,
        stack=tuple(stack),
    )


def made_model(
    config: Mapping[str, tuple[object, str]] | None = None,
    ops: Sequence[Op] = (),
    status: Status = Status.COMPLETE,
    gaps: tuple[Gap, ...] = (),
    model_type: str = "oak",
    failure: str = "",
    returning: bool = False,
) -> BuiltModel:
    """A model with these configuration fields (value, source) and operations, whose call came to its end if it is
    ``returning``."""
    result = made_op(len(ops), OpKind.INPUT)
    return BuiltModel(
        model_type=model_type,
        class_name=f"{model_type.title()}ForCausalLM",
        config_class=f"{model_type.title()}Config",
        path=f"models/{model_type}/modeling_{model_type}.py",
        status=status,
        modules=(),
        parameters=(),
        buffers=(),
        tied={},
        config={name: ConfigField(name, value, source) for name, (value, source) in (config or {}).items()},
        inputs={},
        graph=OpGraph((*ops, result), (Operand("0", result),)) if returning else OpGraph(tuple(ops)),
        calls=(),
        gaps=gaps,
        failure=failure,
    )
