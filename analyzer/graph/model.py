"""What interpretation hands to the understanding of graphs: one built and traced model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from analyzer.base import NOWHERE, Gap, Span
from analyzer.graph.call_inputs import CallInputs, ExtraInputs, NextStep
from analyzer.graph.decision import Decision
from analyzer.graph.initial import Initial
from analyzer.graph.op import Dtype, Operand
from analyzer.graph.opgraph import OpGraph
from analyzer.graph.usage import NO_USAGE, Usage


class Status(StrEnum):
    """``complete``: no gap; ``partial``: gaps, but a module tree and a trace; ``failed``: no module tree."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A parameter or buffer: full dotted name, shape, element type, where it was made."""

    name: str
    shape: tuple[int, ...]
    dtype: Dtype
    persistent: bool = True
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that the code of a module gave to one of its attributes (``self.eps = eps``).

    ``places`` show where it comes from, beside the construction of the module if it is ``constructed``: an argument of
    the constructor, or the default of one.
    """

    value: object
    places: tuple[Span, ...]
    constructed: bool = False


@dataclass(frozen=True, slots=True)
class PublishedTensor:
    """One tensor of a published file; ``members`` are the parameters and buffers of the model that hold its numbers."""

    name: str
    shape: tuple[int, ...]
    dtype: Dtype
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    """One module of the tree: dotted path (empty for the root), class, where the class and the instance are written.

    ``qualified_name`` is that of the class (``torch.nn.modules.linear.Linear`` reads ``torch.nn.Linear``);
    ``library`` is true for classes that are not part of the analysed tree.
    """

    path: str
    class_name: str
    qualified_name: str
    library: bool = False
    span: Span = NOWHERE
    created: Span = NOWHERE
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigField:
    """The value a configuration field ends with, and where it came from.

    ``source`` is ``default`` (the class's own), ``derived`` (computed by the configuration class), ``file`` (given in a
    config.json), ``set`` (given by the user) or ``assumed`` (the class refuses its own default,
    or requires a value).
    """

    name: str
    value: object
    source: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class ConfigIssue:
    """Something wrong with a (dotted) field that was given: it is not declared, or its value cannot be meant."""

    field: str
    message: str
    fatal: bool = False
    """The model was not built because of it."""


class ModuleCall(NamedTuple):
    """One module that the forward call entered.

    ``path`` is the module's own. A module that the tree has no name for (``named`` is false) has that of the nearest
    caller with a name. ``depth`` counts the module calls around this one.
    """

    path: str
    class_name: str
    depth: int
    named: bool = True


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """One model class, constructed under one configuration and traced through its forward call.

    ``modules``, ``parameters`` and ``buffers`` are in construction order (that of ``named_modules``). ``tied`` maps a
    parameter's name to the name it shares its tensor with. ``calls`` lists the modules in order of
    execution. ``config`` is keyed by dotted field names without the ``config.`` prefix (``text_config.hidden_size``).
    """

    model_type: str
    class_name: str
    config_class: str
    path: str
    status: Status
    modules: tuple[ModuleInfo, ...]
    parameters: tuple[TensorInfo, ...]
    buffers: tuple[TensorInfo, ...]
    tied: Mapping[str, str]
    config: Mapping[str, ConfigField]
    inputs: Mapping[str, tuple[Dtype, tuple[int, ...]]]
    graph: OpGraph
    calls: tuple[ModuleCall, ...]
    gaps: tuple[Gap, ...]
    mappings: tuple[str, ...] = ()
    """Names of the auto-class mappings that lead to this class (``MODEL_FOR_CAUSAL_LM_MAPPING_NAMES``)."""
    other_classes: tuple[str, ...] = ()
    """The other classes of the same model type."""
    config_issues: tuple[ConfigIssue, ...] = ()
    decisions: tuple[Decision, ...] = ()
    kept: tuple[Operand, ...] = ()
    """Tensors inside the objects that the forward call returned (caches); ``slot`` is the path to each."""
    initial: tuple[Initial, ...] = ()
    """How parameters start out by the program's initialisation functions, one for each kind."""
    kept_in_float32: Mapping[str, Span] = field(default_factory=dict)
    """Parameters and buffers that the class declares to stay in float32, with the place of the declaration."""
    usage: Usage = NO_USAGE
    unbuilt: tuple[Gap, ...] = ()
    """Why modules may be missing from the tree."""
    ended: Gap | None = None
    """What ended the construction or the trace early."""
    constants: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """Numbers, words and switches that the analysed call was given besides ``inputs``."""
    extended_calls: Mapping[ExtraInputs, CallInputs] = field(default_factory=dict)
    """The arguments of the calls with more than ``inputs``, for each kind that the forward call takes."""
    published: tuple[PublishedTensor, ...] | None = None
    """The tensors as published files have them; None unless that was asked for and is known."""
    next_step: NextStep | None = None
    """The call that follows, where it was asked for."""
    failure: str = ""
    """Why the status is ``failed``; empty otherwise."""

    @property
    def analysed(self) -> bool:
        """Whether there is a model to ask about: a class, built at least in part."""
        return bool(self.class_name) and self.status is not Status.FAILED

    @property
    def total(self) -> int:
        """Number of parameters, tied ones counted once."""
        count = 0
        for parameter in self.parameters:
            if parameter.name in self.tied:
                continue
            size = 1
            for dim in parameter.shape:
                size *= int(dim)
            count += size
        return count
