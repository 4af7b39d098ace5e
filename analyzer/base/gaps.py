"""What the analysis did not understand: counted and explained, never silent."""

from dataclasses import dataclass
from enum import StrEnum

from analyzer.base.span import NOWHERE, Span


class GapCode(StrEnum):
    """Stable codes; the members' values are part of the JSON contract."""

    UNKNOWN_NAME = "unknown-name"
    UNKNOWN_LIBRARY = "unknown-library"
    UNKNOWN_OPERATION = "unknown-operation"
    UNKNOWN_VALUE = "unknown-value"
    UNSUPPORTED_SYNTAX = "unsupported-syntax"
    SHAPE_MISMATCH = "shape-mismatch"
    DATA_DEPENDENT = "data-dependent"
    EXTERNAL_SOURCE = "external-source"
    UNREADABLE_SOURCE = "unreadable-source"
    RAISED = "raised"
    BUDGET = "budget"
    RECURSION = "recursion"
    NO_INPUTS = "no-inputs"
    ASSUMED = "assumed"
    INTERNAL = "internal"


UNDERSTOOD = frozenset({GapCode.ASSUMED})
"""Codes of what has to be said of an analysis that left nothing unknown: they do not make a model ``partial``."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that was not understood: ``construct`` names it, ``explanation`` says why, ``hint`` the way out."""

    code: GapCode
    construct: str
    span: Span = NOWHERE
    explanation: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GapKind:
    """What a code stands for, and what a user can do about it."""

    code: GapCode
    meaning: str
    remedy: str


GAP_KINDS = (
    GapKind(
        GapCode.RAISED,
        "The program raised an exception that it does not handle: what depends on the module or call is unknown.",
        "The message is the program's own. Often the defaults do not fit together or an input is missing: try "
        "--config, --set, or --input of graph and calls.",
    ),
    GapKind(
        GapCode.SHAPE_MISMATCH,
        "The operands of an operation do not fit together by size, number of axes or element type. Where only a size "
        "is at odds, what follows is read as if it fitted.",
        "Either PyTorch would refuse the call, too (a configuration at odds with itself), or an input was guessed in "
        "the wrong form: give it with --input.",
    ),
    GapKind(
        GapCode.DATA_DEPENDENT,
        "The numbers in a tensor decide what can not be represented: a size, an index, which of two unlike values. "
        "Branches whose results can be joined are no gap: both sides are in the graph.",
        "None for the analysis; the code is dynamic there.",
    ),
    GapKind(
        GapCode.EXTERNAL_SOURCE,
        "A package is neither described nor installed beside the code, so what it provides is not known.",
        "Install the package in the environment that is scanned; its source is read, never run.",
    ),
    GapKind(
        GapCode.UNREADABLE_SOURCE,
        "A file that the code imports can not be read or is no valid Python, so what it defines is not known.",
        "Mend the file; the explanation names the line.",
    ),
    GapKind(
        GapCode.ASSUMED,
        "The code raises with its own default configuration, when the model is made or called, or its constructor "
        "requires an argument that nobody gives; the field or argument got a value so that it can be analysed. A model "
        "with this gap alone is complete: all of it was understood, under that value. What is assumed for a call "
        "changes no parameter.",
        "Give a real configuration with --config, or the field or argument with --set.",
    ),
    GapKind(
        GapCode.NO_INPUTS,
        "The class defines no forward call, nor is it made of models that do, or none of its inputs is known: it was "
        "built but not traced.",
        "Analyse one of its parts, or another class with --class.",
    ),
    GapKind(
        GapCode.UNKNOWN_OPERATION,
        "A tensor operation has no description: its result is unknown, its operands are kept as edges.",
        "Report the operation: each is one entry of a table.",
    ),
    GapKind(
        GapCode.UNKNOWN_LIBRARY,
        "A function or class of a library that asbuilt knows is not described in the way it is used here.",
        "Report the name and how it is called.",
    ),
    GapKind(
        GapCode.UNKNOWN_VALUE,
        "A library function was asked about something that is unknown itself.",
        "Look at the gaps before it: this one follows.",
    ),
    GapKind(
        GapCode.UNKNOWN_NAME,
        "A name is imported in a circle that never defines it.",
        "Check the imports of the code; Python itself would fail there.",
    ),
    GapKind(
        GapCode.UNSUPPORTED_SYNTAX,
        "The syntax is read but not interpreted.",
        "Report the construct.",
    ),
    GapKind(
        GapCode.BUDGET,
        "Interpretation took more steps, time, operations, depth or memory than one model may.",
        "Make the model smaller, for example with --set num_hidden_layers=2.",
    ),
    GapKind(
        GapCode.RECURSION,
        "Calls or expressions of the program nest too deeply.",
        "Make the model smaller; endless recursion is the program's.",
    ),
    GapKind(
        GapCode.INTERNAL,
        "asbuilt itself broke on this model; the other models are not affected.",
        "Report it with the traceback that --verbose prints.",
    ),
)
"""Every code with its explanation, the commonest first."""

_WAYS_OUT = {
    GapCode.RAISED: "its defaults may not fit together: try --config or --set",
    GapCode.SHAPE_MISMATCH: "its defaults, or the inputs made up for it, may not fit together: try --config or --set",
    GapCode.NO_INPUTS: "ask for another class with --class",
    GapCode.BUDGET: "make the model smaller, for example with --set num_hidden_layers=2",
    GapCode.RECURSION: "make the model smaller, for example with --set num_hidden_layers=2",
    GapCode.UNKNOWN_OPERATION: "please report it",
    GapCode.UNKNOWN_LIBRARY: "please report it",
    GapCode.UNSUPPORTED_SYNTAX: "please report it",
    GapCode.INTERNAL: "please report it",
    GapCode.UNKNOWN_NAME: "check the imports",
    GapCode.UNREADABLE_SOURCE: "mend that file",
    GapCode.ASSUMED: "give a real value with --config or --set",
}


def way_out(gap: Gap) -> str:
    """What a user can do about ``gap``, in a few words; empty where there is nothing."""
    if gap.code is GapCode.EXTERNAL_SOURCE:
        return f"pip install --no-deps {_package(gap.construct)}"
    return gap.hint or _WAYS_OUT.get(gap.code, "")


def not_installed(name: str) -> str:
    """That the package of the dotted ``name`` has no source here."""
    return f"{_package(name)}'s source is not installed"


def _package(name: str) -> str:
    return name.partition(".")[0]
