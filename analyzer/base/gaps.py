"""What the analysis did not understand: counted and explained, never silent."""

from dataclasses import dataclass
from enum import StrEnum

from analyzer.base.span import NOWHERE, Span


class GapCode(StrEnum):
    """Stable codes; the members' values are part of the JSON contract."""

    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    UNKNOWN_LIBRARY = "unknown-library"
    UNKNOWN_OPERATION = "unknown-operation"
    UNKNOWN_VALUE = "unknown-value"
    UNSUPPORTED_SYNTAX = "unsupported-syntax"
    SHAPE_MISMATCH = "shape-mismatch"
    DATA_DEPENDENT = "data-dependent"
    EXTERNAL_SOURCE = "external-source"
    RAISED = "raised"
    BUDGET = "budget"
    RECURSION = "recursion"
    NO_INPUTS = "no-inputs"
    ASSUMED = "assumed"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that was not understood: ``construct`` names it, ``explanation`` says why, ``hint`` the way out."""

    code: GapCode
    construct: str
    span: Span = NOWHERE
    explanation: str = ""
    hint: str = ""
