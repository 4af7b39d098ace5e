"""What calls of a model cost, as programs read it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from analyzer.graph import Status
from analyzer.report.findings import Wire
from analyzer.report.report import Source, Tool

COST: Final = "asbuilt/cost/1"


class WeightCost(Wire, frozen=True, kw_only=True, gc=False):
    """Parameters, shared ones counted once, and those that one token uses: of routed experts only the chosen ones.

    ``active`` is None where the call was not followed to its end.
    """

    parameters: int
    bytes: int
    active: int | None
    active_bytes: int | None


class CacheCost(Wire, frozen=True, kw_only=True, gc=False):
    """Equal tensors that layers keep for the next call, in all ``bytes``.

    ``kind`` is ``kv``, ``latent``, ``window`` or ``state``; ``layers`` are module paths; each tensor has the sizes
    ``shape``, which come from ``expression``.
    """

    kind: str
    layers: tuple[str, ...]
    tensors: int
    shape: tuple[int, ...]
    expression: tuple[str, ...]
    dtype: str
    bytes: int


class TermCost(Wire, frozen=True, kw_only=True, gc=False):
    """Equal products: ``count`` of them, of ``flops`` each, which is ``expression`` over sizes of the input and fields
    of the configuration (a number where it is too long to read)."""

    count: int
    flops: int
    expression: str


class ComponentCost(Wire, frozen=True, kw_only=True, gc=False):
    """The products of one part of the model, all layers together; ``share`` of the call's, from 0 to 1.

    ``all_experts`` says that the code runs every expert on every token, and weighs those that were not chosen by 0.
    """

    component: str
    flops: int
    share: float
    terms: tuple[TermCost, ...]
    all_experts: bool = False


class UncountedProduct(Wire, frozen=True, kw_only=True, gc=False):
    """An operation, ``count`` times at one place, whose cost is not known, and why."""

    target: str
    module: str
    path: str
    line: int
    count: int
    reason: str


class CallCostReport(Wire, frozen=True, kw_only=True, gc=False):
    """One call. ``flops`` is None if it could not be followed to its end, and ``reason`` says why; with ``uncounted``
    products the call costs more than that."""

    flops: int | None
    reason: str | None
    components: tuple[ComponentCost, ...] = ()
    uncounted: tuple[UncountedProduct, ...] = ()


class CostReport(Wire, frozen=True, kw_only=True, gc=False):
    """One model called with ``batch`` rows of ``context`` tokens (``prefill``), then with one more token in each row
    (``decode``); weights and inputs are of type ``dtype``.

    ``context`` is None for a model that takes no tokens, ``cache`` where the call was not followed to its end.
    """

    schema: Literal["asbuilt/cost/1"] = COST
    tool: Tool
    source: Source
    model_type: str
    class_name: str = msgspec.field(name="class")
    path: str
    status: Status
    batch: int
    context: int | None
    dtype: str
    inputs: dict[str, tuple[int, ...]]
    weights: WeightCost
    cache: tuple[CacheCost, ...] | None
    prefill: CallCostReport
    decode: CallCostReport
