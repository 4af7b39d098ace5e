"""What a model costs: the function behind ``asbuilt cost``."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.api.calls import SERVED, ConfigLike, PathLike, place_of, settings_of
from analyzer.base import InputError
from analyzer.engine import built, opened
from analyzer.engine.costs import model_cost
from analyzer.graph import Dtype
from analyzer.report import CostReport


def cost(
    name: str,
    path: PathLike | None = None,
    *,
    context: int | None = None,
    batch: int = 1,
    dtype: str = SERVED,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
) -> CostReport:
    """Weights, cache and floating-point operations of the model called ``name`` of the code at ``path``.

    The model is called with ``batch`` rows of ``context`` tokens, then with one more token in each row and the cache of
    the first call. Counted are products of matrices, convolutions and fused attention, two operations for each
    multiplication with its addition, as ``torch.utils.flop_counter.FlopCounterMode`` does.

    Args:
        name: A model type or a class.
        path: Where the code is; the installed transformers when None.
        context: Tokens in each row; 2048, or as many as the model has positions, when None.
        batch: Rows.
        dtype: Element type of weights and inputs, ``bfloat16``.
        config: A config.json (path or content) in place of the configuration class's defaults.
        overrides: Values for single (dotted) configuration fields.

    Raises:
        InputError: There is no such model or type, a number is not positive, or the model cannot be built.
    """
    if batch < 1 or (context is not None and context < 1):
        raise InputError("batch and context are at least 1", code="input")
    if dtype not in set(Dtype) or not Dtype(dtype).is_floating:
        floating = ", ".join(one.value for one in Dtype if one.is_floating)
        raise InputError(f"{dtype!r} is no element type of weights; there are {floating}", code="input")
    place = place_of(path)
    workspace = opened(place)
    settings = settings_of(config, overrides, dtype=dtype)
    return model_cost(built(place, workspace.find(name), settings), workspace, batch, context, Dtype(dtype))
