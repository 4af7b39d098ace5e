"""The form of one operation's rule, and tables of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from analyzer.graph import Constant, OpKind, TensorType
from analyzer.values import Array

Outputs: TypeAlias = "TensorType | tuple[Outputs, ...] | list[Outputs] | None"
"""The types of what an operation returns, in the structure in which it returns them."""


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What a rule function says where the types of the outputs are not all.

    ``fields`` names the elements of a tuple (``values``, ``indices``); ``value`` is the Python object that an operation
    without tensor outputs returns, if it is known; ``data`` are numbers that the rule knows itself, in the order of
    outputs; ``extra`` attributes are added to the arguments; ``leading`` is the slot that the numbers come from where
    it is not the first parameter.
    """

    outputs: Outputs
    fields: tuple[str, ...] = ()
    alias: bool = False
    kind: OpKind | None = None
    value: object = None
    data: tuple[Array | None, ...] | None = None
    extra: Mapping[str, Constant] = field(default_factory=dict)
    leading: str = ""


RuleFunction: TypeAlias = Callable[..., "Outputs | RuleOutcome"]


@dataclass(frozen=True, slots=True)
class OpRule:
    """``name`` is the canonical operation, common to all spellings; an ``inplace`` one changes its first argument.

    ``numbers`` names the function of ``numeric.EVALUATE`` that computes results, the canonical one's by default. Two
    spellings of one operation need it when the order of their arguments differs. ``renamed`` are parameters of this
    spelling that the canonical operation calls differently (``nn.init.constant_`` has ``val``, ``fill`` has ``value``).
    """

    kind: OpKind
    function: RuleFunction
    name: str
    inplace: bool = False
    numbers: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)

    def canonical_arguments(self, attributes: Mapping[str, Constant]) -> Mapping[str, Constant]:
        """``attributes`` by canonical parameter names; the same mapping where nothing changes."""
        if self.renamed.keys().isdisjoint(attributes):
            return attributes
        return {self.renamed.get(name, name): value for name, value in attributes.items()}


Table: TypeAlias = Mapping[str, OpRule]


def merge(*tables: Table) -> Table:
    """One table of all; a target that is in two of them is a mistake of ours.

    Raises:
        ValueError: a target is described twice.
    """
    merged: dict[str, OpRule] = {}
    for table in tables:
        twice = merged.keys() & table.keys()
        if twice:
            raise ValueError(f"described twice: {', '.join(sorted(twice))}")
        merged.update(table)
    return merged
