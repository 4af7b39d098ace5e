"""Descriptions of the work on models, which are sent to worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.base import Gap, InputError
from analyzer.graph import Status
from analyzer.names import ModelEntry
from analyzer.report import FieldPlace, Finding, Problem

BUDGET = 180.0


@dataclass(frozen=True, slots=True)
class TreeLocation:
    """Where the source tree is, so that each worker can open it for itself.

    ``further`` are more files or folders of the same tree that are looked at.
    ``cache`` says whether parsed files are kept between runs. A process opens equal places once; a new ``visit`` makes
    it look again at files that may have changed.
    """

    path: Path | None
    cache: bool = True
    visit: int = 0
    further: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Packs:
    """Which rules take part: the packs they come from, and their ids.

    A process loads equal packs once; a new ``visit`` makes it look again at files that may have changed.
    """

    paths: tuple[Path, ...] = ()
    entry_points: bool = True
    ids: frozenset[str] | None = None
    """None for all."""
    parts: frozenset[tuple[str, frozenset[str]]] = frozenset()
    """Ids of rules of which only these traits are asked for."""
    visit: int = 0


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A config.json as it was read: ``path`` as reports show it; without content, and ``error`` says why, if it cannot
    be taken."""

    path: str
    text: str
    content: Mapping[str, object] | None
    error: InputError | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How each model is built: a config.json's content and the file it is from, fields set by hand, traced or only
    constructed; tensors (element type, sizes) and other arguments that the forward call is given, None for a typical
    call.

    ``dtype`` is the element type that weights are cast to before the traced call, None for the code's own.
    ``published`` asks for the names of weights in published files.
    ``budget`` is the time in seconds that building one model, or one rule on it, may take.
    """

    config: Mapping[str, object] | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    trace: bool = True
    inputs: Mapping[str, tuple[str, tuple[int, ...]]] | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    dtype: str | None = None
    budget: float = BUDGET
    published: bool = False
    config_file: ConfigFile | None = None


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """The part of a built model that a report keeps, without the graph."""

    model_type: str
    class_name: str
    config_class: str
    path: str
    status: Status
    parameters: int | None
    operations: int
    unknown: int
    gaps: tuple[Gap, ...]
    other_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExcludedRule:
    """A rule (by its id) that does not run on a model, because of what it did to the process (``reason``)."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """One model to build under settings of its own; ``place`` is the tree that it is in, None for that of all tasks."""

    entry: ModelEntry
    settings: Settings = field(default_factory=Settings)
    excluded: tuple[ExcludedRule, ...] = ()
    place: TreeLocation | None = None

    @property
    def path(self) -> str:
        return self.entry.path

    @property
    def class_name(self) -> str:
        return self.entry.class_name


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """Everything that the rules found in one model, and the problems on the way.

    ``main`` are the module paths (``model.layers``) of the stacks that stand for the model.
    """

    model: ModelSummary
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    main: tuple[str, ...] = ()
    fields: tuple[FieldPlace, ...] = ()
