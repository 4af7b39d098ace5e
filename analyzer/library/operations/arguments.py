"""Canonical names of arguments, where spellings of one operation call them differently."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.graph import Constant

_CANONICAL: Mapping[str, Mapping[str, str]] = {
    "fill": {"val": "value"},
    "hardtanh": {"min_val": "min", "max_val": "max"},
    "matrix_norm": {"ord": "p"},
    "norm": {"ord": "p"},
    "tile": {"dims": "repeats"},
    "vector_norm": {"ord": "p"},
}
"""By canonical operation: the parameters of some spellings, and what they are called in the others."""


def canonical_arguments(name: str, attributes: Mapping[str, Constant]) -> Mapping[str, Constant]:
    """The attributes of the operation ``name`` under canonical names; the same mapping where nothing changes."""
    renamed = _CANONICAL.get(name)
    if renamed is None or renamed.keys().isdisjoint(attributes):
        return attributes
    return {renamed.get(key, key): value for key, value in attributes.items()}
