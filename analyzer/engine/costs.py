"""What calls of a built model cost: from facts to the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import prod

from analyzer.base import GapCode, InputError
from analyzer.engine.assemble import source_of, tool_version
from analyzer.engine.examination import Attempt
from analyzer.facts.costs.costs import CallCost, PartCost, Uncounted, call_cost
from analyzer.facts.costs.products import NAMES
from analyzer.facts.dataflow.layout import counts_tokens
from analyzer.facts.feed_forward.active_parameters import active_parameters
from analyzer.facts.layers.caches import Kept, kept
from analyzer.facts.stacks.sizes import context
from analyzer.graph import BuiltModel, CallSizes, Dtype, NextStep, OpKind, Phase, TensorInfo
from analyzer.names import Workspace
from analyzer.query import Query
from analyzer.report import (
    CacheCost,
    CallCostReport,
    ComponentCost,
    CostReport,
    TermCost,
    Tool,
    UncountedProduct,
    WeightCost,
)
from analyzer.values import origin_of, plain

USUAL_CONTEXT = 2048
"""Tokens of a call that nobody gives a number for, if the model has as many positions."""
_SMALLER = "a smaller --context may help"
_NOT_FOLLOWED = "the forward call was not followed to its end"


def model_cost(tried: Attempt, workspace: Workspace, batch: int, tokens: int | None, dtype: Dtype) -> CostReport:
    """What the model costs with ``batch`` rows of ``tokens`` tokens (None: a usual number), and with one more.

    Raises InputError if the model could not be built, or nothing is known of the call.
    """
    usual = tried.query()
    sizes = CallSizes(batch, _positions(usual) if tokens is None else tokens)
    called = usual.program.generating(sizes) if tried.model.analysed else None
    if called is None:
        why = tried.model.failure or "no input of the forward call is known"
        raise InputError(f"{tried.model.class_name}: {why}", path=tried.model.path, code="model-failed")
    model, query = called[0], Query(*called)
    return CostReport(
        tool=Tool(name="asbuilt", version=tool_version()),
        source=source_of(workspace),
        model_type=model.model_type,
        class_name=model.class_name,
        path=model.path,
        status=model.status,
        batch=sizes.batch,
        context=sizes.context if _takes_tokens(model) else None,
        dtype=dtype.value,
        inputs={name: tuple(map(int, shape)) for name, (_, shape) in model.inputs.items()},
        weights=_weights(usual, dtype),
        cache=tuple(_cache(query)) if model.graph.results else None,
        prefill=_prefill(query),
        decode=_decode(query, model.next_step or NextStep(reason=_NOT_FOLLOWED)),
    )


def _takes_tokens(model: BuiltModel) -> bool:
    inputs = model.graph.of_kind(OpKind.INPUT)
    return any(counts_tokens(size) for op in inputs for size in op.outputs[0].shape)


def _positions(query: Query) -> int:
    """The number of tokens of a usual call: no more than the model has positions."""
    field = context(query) if query.model.analysed else None
    most = plain(field.value) if field is not None else USUAL_CONTEXT
    return min(USUAL_CONTEXT, most) if isinstance(most, int) and most > 0 else USUAL_CONTEXT


def _weights(query: Query, dtype: Dtype) -> WeightCost:
    model = query.model
    own = [one for one in model.parameters if one.name not in model.tied]
    total = sum(prod(map(int, one.shape)) * _held(model, one, dtype).itemsize for one in own)
    if not _followed(model):
        return WeightCost(parameters=model.total, bytes=total, active=None, active_bytes=None)
    active = active_parameters(query)[0]
    idle = (model.total - active) * dtype.itemsize
    return WeightCost(parameters=model.total, bytes=total, active=active, active_bytes=total - idle)


def _held(model: BuiltModel, tensor: TensorInfo, dtype: Dtype) -> Dtype:
    """The type of a weight once the model is loaded as ``dtype``: whole numbers stay, so does what has to."""
    return dtype if tensor.dtype.is_floating and tensor.name not in model.kept_in_float32 else tensor.dtype


def _followed(model: BuiltModel) -> bool:
    return bool(model.graph.results) and not model.unbuilt


def _cache(query: Query) -> Iterator[CacheCost]:
    """What is kept, equal tensors together."""
    groups: dict[object, list[Kept]] = {}
    for one in query.facts(kept):
        made = one.op.outputs[one.output]
        groups.setdefault((one.kind, made.dtype, tuple(map(int, made.shape))), []).append(one)
    for found in groups.values():
        made = found[0].op.outputs[found[0].output]
        shape = tuple(map(int, made.shape))
        yield CacheCost(
            kind=found[0].kind.value,
            layers=tuple(dict.fromkeys(one.layer for one in found)),
            tensors=len(found),
            shape=shape,
            expression=tuple(map(_expression, made.shape)),
            dtype=made.dtype.value,
            bytes=len(found) * prod(shape) * made.dtype.itemsize,
        )


def _expression(size: int) -> str:
    origin = origin_of(size)
    return str(int(size)) if origin is None else origin.expression


def _prefill(query: Query) -> CallCostReport:
    cost = call_cost(query, [op for op in query.model.graph.ops if op.phase is Phase.FORWARD])
    return _reported(cost, "" if query.model.graph.results else _stopped(query.model))


def _stopped(model: BuiltModel) -> str:
    """Why the call did not end, and what to do about it."""
    late = next((gap for gap in model.gaps if gap.code is GapCode.BUDGET), None)
    if late is None:
        return _NOT_FOLLOWED
    return f"{_NOT_FOLLOWED}: {late.explanation} ({late.span}); {_SMALLER}"


def _decode(query: Query, step: NextStep) -> CallCostReport:
    return _reported(call_cost(query, step.ops), step.reason)


def _reported(cost: CallCost, reason: str) -> CallCostReport:
    lost = [one for one in cost.uncounted if one.op.kind is OpKind.UNKNOWN and one.op.name in NAMES]
    if lost and not reason:
        first = cost.uncounted[0].op
        reason = f"{len(lost)} products were not understood, from {first.span} on ({first.target})"
        reason += f"; {_SMALLER}" if first.attributes.get("gap") == GapCode.SHAPE_MISMATCH.value else ""
    if reason:
        return CallCostReport(flops=None, reason=reason)
    total = cost.flops
    return CallCostReport(
        flops=total,
        reason=None,
        components=tuple(_component(part, total) for part in cost.parts),
        uncounted=tuple(_uncounted(cost.uncounted)),
    )


def _component(part: PartCost, total: int) -> ComponentCost:
    return ComponentCost(
        component=part.part.value,
        flops=part.flops,
        share=round(part.flops / total, 6),
        terms=tuple(TermCost(count=one.count, flops=one.flops, expression=one.expression) for one in part.terms),
        all_experts=part.all_experts,
    )


def _uncounted(found: Iterable[Uncounted]) -> Iterator[UncountedProduct]:
    """Uncounted products by their place in the code, each with the first module that runs it."""
    counts: Counter[object] = Counter((one.op.span, one.op.target, one.reason) for one in found)
    first: Mapping[object, Uncounted] = {
        (one.op.span, one.op.target, one.reason): one for one in reversed(tuple(found))
    }
    for key, number in counts.items():
        op, reason = first[key].op, first[key].reason
        place = op.span
        yield UncountedProduct(
            target=op.target, module=op.module, path=place.path, line=place.line, count=number, reason=reason
        )
