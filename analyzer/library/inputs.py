"""The inputs that a call usually gets, by the names of the arguments that take them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from analyzer.graph import Dtype, ExtraInputs
from analyzer.values import Array

BATCH = 2
SEQUENCE = 7
TARGET_SEQUENCE = 6
IMAGE_SIZE = 224
InputSpec: TypeAlias = tuple[Dtype, tuple[int, ...]]
"""Element type and shape."""


class Sizes(Protocol):
    """What a configuration declares."""

    def integer(self, *names: str) -> int | None:
        """The first of ``names`` that is a whole number."""

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""

    def pair(self, *names: str) -> tuple[int, int] | None:
        """The first of ``names`` that is a height and a width, or one number for both."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The names of the call's arguments and the configuration: what the form of an input depends on."""

    names: Collection[str]
    fields: Sizes

    def takes(self, *names: str) -> bool:
        return any(name in self.names for name in names)


Form: TypeAlias = Callable[[Signature], InputSpec]
NumbersOfInput: TypeAlias = Callable[[str, InputSpec, Mapping[str, InputSpec], Sizes, bool], Array | None]


def _tokens(signature: Signature) -> InputSpec:
    return Dtype.INT64, (BATCH, SEQUENCE)


def _unnamed(name: str, signature: Signature) -> InputSpec:
    return _tokens(signature)


def _never(name: str) -> bool:
    return False


def _whole(name: str, documented: str) -> Dtype:
    return Dtype.INT64


def _data(name: str, spec: InputSpec, others: Mapping[str, InputSpec], fields: Sizes, padded: bool = False) -> None:
    return None


def _no_name(name: str) -> str:
    return ""


def _no_companions(chosen: Collection[str], main: str | None, signature: Signature) -> list[str]:
    return []


def _unadjusted(tensors: Mapping[str, InputSpec], signature: Signature, by_documentation: bool) -> dict[str, InputSpec]:
    return {}


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A result of one call as the next takes it: as ``argument``, in an object of the class ``kind`` (module and name),
    whose ``field`` it is."""

    argument: str
    kind: tuple[str, str]
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputConventions:
    """What callers pass to models.

    ``forms`` are the inputs that have a form by their name, ``alternatives`` other forms that some families use. Of
    several optional inputs ``main`` has those that a call is made with first, in order; ``optional`` are given when a
    call does not run without, ``extra_inputs`` when a caller says more of the tokens: those of the input ``tokens``.
    ``companions`` are inputs that belong with chosen ones, ``adjusted`` the forms of inputs that depend on which others
    are given. An input ``is_redundant`` if it stands for something that is given anyway, or only training needs it;
    an argument ``is_switch`` if it turns something on. ``caching`` is the switch of the cache, ``targets`` are
    sequences of their own length. ``alternatives`` has those of an input that nothing is said of under an empty name.

    A step of generation gives one of ``generated``, the first that the call takes, with one token; ``handed_on`` are
    results of one call that the next takes in another form.

    An input without a form of its own gets one ``by_name``, or as ``undescribed`` where nothing is said of any;
    ``is_wave`` tells names of waveforms, ``element_type`` is that of a documented input. ``numbers`` are those of
    inputs that say how others are to be read, with whether something is padding; None for data. ``samples`` is the
    length of a waveform.
    """

    forms: Mapping[str, Form] = field(default_factory=dict)
    alternatives: Mapping[str, tuple[Form, ...]] = field(default_factory=dict)
    main: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    extra_inputs: Mapping[ExtraInputs, tuple[str, ...]] = field(default_factory=dict)
    tokens: Callable[[str], str] = _no_name
    companions: Callable[[Collection[str], str | None, Signature], list[str]] = _no_companions
    adjusted: Callable[[Mapping[str, InputSpec], Signature, bool], dict[str, InputSpec]] = _unadjusted
    is_redundant: Callable[[str], bool] = _never
    is_switch: Callable[[str], bool] = _never
    caching: str = ""
    targets: frozenset[str] = frozenset()
    generated: tuple[str, ...] = ()
    handed_on: Mapping[str, HandedOn] = field(default_factory=dict)
    by_name: Callable[[str, Signature], InputSpec] = _unnamed
    undescribed: Callable[[str, Signature], InputSpec] = _unnamed
    is_wave: Callable[[str], bool] = _never
    element_type: Callable[[str, str], Dtype] = _whole
    numbers: NumbersOfInput = _data
    samples: int = SEQUENCE
