"""The element type that a model's weights have in the traced call."""

from __future__ import annotations

from analyzer.graph import Dtype
from analyzer.interpret.building.progress import Progress
from analyzer.interpret.building.request import CONFIGURED
from analyzer.values import Value, plain

_SERVED = Dtype.BFLOAT16


def weight_type(progress: Progress) -> Dtype | None:
    """What was asked for; with ``CONFIGURED`` the configuration's own, else bfloat16 for a model that generates text,
    as such models are usually served. None is the code's own."""
    asked = progress.request.dtype
    if asked is None:
        return None
    if asked != CONFIGURED:
        return Dtype(asked)
    return _stated(progress) or (_SERVED if progress.request.entry.generates else None)


def _stated(progress: Progress) -> Dtype | None:
    if progress.config is None:
        return None
    attributes = progress.config.attributes
    stated = (attributes.get(field) for field in progress.machine.platform.declarations.weight_type)
    return next((found for one in stated if (found := _dtype(plain(one))) is not None), None)


def _dtype(value: Value) -> Dtype | None:
    """A floating type, given as such or by its name (``"bfloat16"``, with the framework's name before it, too)."""
    if isinstance(value, Dtype):
        return value if value.is_floating else None
    name = value.rpartition(".")[2] if isinstance(value, str) else ""
    return Dtype(name) if name in set(Dtype) and Dtype(name).is_floating else None
