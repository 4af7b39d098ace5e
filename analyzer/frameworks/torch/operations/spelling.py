"""How torch spells an operation: as a function, as a method, in place, in ``nn.functional``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.graph import OpKind
from analyzer.library.operations.rule import OpRule, RuleFunction

FREE = ("{}",)
METHOD = ("Tensor.{}",)
BOTH = ("{}", "Tensor.{}")
IN_PLACE = ("{}", "Tensor.{}", "Tensor.{}_")
POINTWISE = ("{}", "{}_", "Tensor.{}", "Tensor.{}_")
FUNCTIONAL = ("nn.functional.{}",)
ACTIVATION = ("nn.functional.{}", "nn.functional.{}_", "{}", "{}_", "Tensor.{}", "Tensor.{}_")
EVERYWHERE = ("{}", "Tensor.{}", "nn.functional.{}")

_INPLACE_OPERATORS = (
    "Tensor.__setitem__",
    "Tensor.__iand__",
    "Tensor.__ior__",
    "Tensor.__ixor__",
    "Tensor.__ilshift__",
    "Tensor.__irshift__",
)


def rules(
    kind: OpKind,
    function: RuleFunction,
    names: Sequence[str],
    spellings: Sequence[str],
    canonical: str | None = None,
    numbers: str = "",
    renamed: Mapping[str, str] | None = None,
) -> dict[str, OpRule]:
    """Rules for all ``spellings`` of all ``names``; without ``canonical`` each name is an operation of its own.

    A spelling that ends with one underscore is the in-place form. Underscores around a name are no part of the
    canonical one: ``__len__`` is ``len``. ``renamed`` are parameters with another name in the canonical operation.
    """
    table: dict[str, OpRule] = {}
    for name in names:
        for spelling in spellings:
            target = spelling.format(name)
            table[target] = OpRule(
                kind, function, canonical or name.strip("_"), _is_inplace(target), numbers, renamed or {}
            )
    return table


def _is_inplace(target: str) -> bool:
    return target in _INPLACE_OPERATORS or (target.endswith("_") and not target.endswith("__"))
