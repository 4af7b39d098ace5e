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


@dataclass(frozen=True, slots=True, kw_only=True)
class InputConventions:
    """What callers pass to models.

    ``forms`` are the inputs that have a form by their name, ``alternatives`` other forms that some families use. Of
    several optional inputs ``main`` has those that a call is made with first, in order; ``optional`` are given when a
    call does not run without, ``extra_inputs`` when a caller says more of the tokens. ``packed`` and
    ``packed_features`` are images and spectrograms one behind the other.

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
    packed: Form = _tokens
    packed_features: Form = _tokens
    by_name: Callable[[str, Signature], InputSpec] = _unnamed
    undescribed: Callable[[str, Signature], InputSpec] = _unnamed
    is_wave: Callable[[str], bool] = _never
    element_type: Callable[[str, str], Dtype] = _whole
    numbers: NumbersOfInput = _data
    samples: int = SEQUENCE
