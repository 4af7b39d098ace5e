"""Two models, or two trees of models, side by side, as programs read it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from analyzer.report.findings import Json, Wire

COMPARISON: Final = "asbuilt/comparison/1"
TREES: Final = "asbuilt/tree-comparison/1"

Verdict = Literal["equal", "precision", "different", "unknown"]
"""``equal``: the same arithmetic with the same roundings; ``precision``: the same arithmetic, other casts or element
types; ``different``: other arithmetic, parameters, layers or traits; ``unknown``: not understood well enough."""


class Subject(Wire, frozen=True, kw_only=True, gc=False):
    """One of the two models; paths of its places are relative to ``root``."""

    label: str
    root: str
    model_type: str
    class_name: str = msgspec.field(name="class")
    path: str
    status: str
    parameters: int


class CodePlace(Wire, frozen=True, kw_only=True, gc=False):
    """An operation: where it is written, ``text`` is the source there, ``called_from`` the calls that lead there from
    the innermost, ``made_at`` where its module and those around it are constructed."""

    path: str
    line: int
    text: str
    operation: str
    module: str
    called_from: tuple[str, ...]
    made_at: tuple[str, ...]


class DepartureRow(Wire, frozen=True, kw_only=True, gc=False):
    """The operations at which one difference shows; ``first`` or ``second`` is null where that model has none for it.

    ``kind`` is ``arithmetic`` or ``precision``; ``masking`` says that the operations make a mask, ``alike`` that they
    are of one kind, shape and form; ``note`` says what about them differs, as far as that is known.
    """

    kind: Literal["arithmetic", "precision"]
    masking: bool
    alike: bool
    note: str
    first: CodePlace | None
    second: CodePlace | None


class TraitValue(Wire, frozen=True, kw_only=True, gc=False):
    """One value of a trait, and the first of the places that show it; ``text`` is the source there."""

    value: Json
    certainty: str
    module: str
    path: str
    line: int
    text: str


class TraitRow(Wire, frozen=True, kw_only=True, gc=False):
    """A trait with its values in both models.

    ``shown``: the values differ, and so do the operations at one of the places that show them, or no operation of the
    traced call could tell (what acts in training or over longer inputs). Other values that differ are told of equal
    operations: the trait was recognised in one of two spellings only.
    """

    trait: str
    same: bool
    shown: bool
    first: tuple[TraitValue, ...]
    second: tuple[TraitValue, ...]


class ParameterRow(Wire, frozen=True, kw_only=True, gc=False):
    """Parameters of one role: names with ``*`` for numbers of layers, how many, their shape, and where they are made;
    null where the model has none."""

    first: str | None
    first_count: int
    first_shape: tuple[int, ...] | None
    first_path: str
    first_line: int
    second: str | None
    second_count: int
    second_shape: tuple[int, ...] | None
    second_path: str
    second_line: int
    same: bool


class LayersRow(Wire, frozen=True, kw_only=True, gc=False):
    """A list of layers: which are alike, as ``{0-2} {3-60}``."""

    container: str
    layers: str
    count: int


class LayersPair(Wire, frozen=True, kw_only=True, gc=False):
    same: bool
    first: LayersRow | None
    second: LayersRow | None


class Comparison(Wire, frozen=True, kw_only=True, gc=False):
    """What is different between two models.

    ``departures`` are in order of execution; the second and later ones are found by taking those before as equal.
    ``complete``: nothing else differs in the operations.
    """

    schema: str = COMPARISON
    first: Subject
    second: Subject
    verdict: Verdict
    reason: str
    departures: tuple[DepartureRow, ...]
    complete: bool
    traits: tuple[TraitRow, ...]
    parameters: tuple[ParameterRow, ...]
    layers: tuple[LayersPair, ...]
    paired_by: Literal["name", "use"]
    """Whether equal names of parameters decided which belong together, or the way they are used."""

    @property
    def changed_traits(self) -> tuple[TraitRow, ...]:
        """The traits that differ with the operations."""
        return tuple(row for row in self.traits if row.shown)

    @property
    def changed_parameters(self) -> tuple[ParameterRow, ...]:
        """The parameters that differ in number or shape, or that only one model has."""
        return tuple(row for row in self.parameters if not row.same)


ChangeKind = Literal["arithmetic", "precision", "masking", "trait", "parameters", "rewritten"]


class CodeChange(Wire, frozen=True, kw_only=True, gc=False):
    """One change of the code, and the models that have it; the places are those of the first model.

    ``arithmetic``, ``precision``: an operation that differs; ``masking``: one by which a mask is made; ``rewritten``:
    the operations differ from here on, and what exactly is not told apart; ``trait``: a value that no operation of the
    traced call shows; ``parameters``: what the checkpoint holds. ``traits`` are those that the operations at the same
    lines changed, as ``name: old → new``.
    """

    kind: ChangeKind
    weight: float
    summary: str
    models: tuple[str, ...]
    traits: tuple[str, ...]
    first: CodePlace | None
    second: CodePlace | None


class ModelChange(Wire, frozen=True, kw_only=True, gc=False):
    """A model whose two versions differ."""

    model_type: str
    weight: float
    comparison: Comparison


class Untold(Wire, frozen=True, kw_only=True, gc=False):
    """A model of both trees of which it can not be said whether it changed."""

    model_type: str
    reason: str


class TreeComparison(Wire, frozen=True, kw_only=True, gc=False):
    """Every model of two trees: what changed, most important first."""

    schema: str = TREES
    first: str
    second: str
    changes: tuple[CodeChange, ...]
    models: tuple[ModelChange, ...]
    equal: tuple[str, ...]
    unknown: tuple[Untold, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
