"""What to build, and how to call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from analyzer.graph import CallSizes
from analyzer.names import ModelEntry

CONFIGURED: Final = "configured"
"""Stands for the element type that the configuration states."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: a catalogue entry, a configuration for it, and how to call the model.

    ``config`` is a config.json as a dictionary; ``overrides`` sets single fields by dotted name. ``inputs`` fixes the
    tensor arguments of the traced call (element type, shape) and ``arguments`` constant ones. Without ``trace``
    only the module tree is built.
    """

    entry: ModelEntry
    config: Mapping[str, object] | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    trace: bool = True
    initialise: bool = True
    """Whether the program's initialisation is followed too."""
    padded: bool = False
    """Whether masks say that something is padding; they say that nothing is otherwise."""
    published: bool = False
    """Whether to find out under which names published files have the weights."""
    dtype: str | None = None
    """Element type of the weights and of floating inputs in the traced call, as after ``model.to(...)``.

    With ``bfloat16`` a cast to the type of the weights differs from a cast to float32. ``CONFIGURED`` is what the
    configuration states.
    """

    axis_names: Mapping[tuple[str, int], str] | None = None
    """Names of axes of ``inputs``, which sizes print as; None for the axes of a usual call."""
    generating: CallSizes | None = None
    """The sizes of the call, after which the model is called once more, with one more token and what it has kept."""

    @property
    def has_whole_config(self) -> bool:
        """Whether the configuration is given as a whole: nothing is assumed then."""
        return self.config is not None
