"""Names of tensor classes that stand for element types: ``torch.FloatTensor``."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.graph import Dtype
from analyzer.library.operations.dtypes import named
from analyzer.library.operations.errors import BindingError

_LEGACY: Mapping[str, Dtype] = {
    "Bool": Dtype.BOOL,
    "Byte": Dtype.UINT8,
    "Char": Dtype.INT8,
    "Short": Dtype.INT16,
    "Int": Dtype.INT32,
    "Long": Dtype.INT64,
    "Half": Dtype.FLOAT16,
    "BFloat16": Dtype.BFLOAT16,
    "Float": Dtype.FLOAT32,
    "Double": Dtype.FLOAT64,
}


def legacy_type(name: str) -> Dtype:
    """``torch.FloatTensor`` and the like, as given to ``Tensor.type``."""
    short = name.rpartition(".")[2].removesuffix("Tensor")
    if short in _LEGACY:
        return _LEGACY[short]
    if (found := named(short)) is not None:
        return found
    raise BindingError(f"{name} is no tensor type")


def legacy_name(dtype: Dtype) -> str:
    """``Float`` for float32 and so on; the type's own name where there is none."""
    return next((name for name, known in _LEGACY.items() if known is dtype), dtype.value)
