"""What a router is: scores of experts, the choice of the best, and what becomes of their weights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analyzer.facts.dataflow.projections import Projection
from analyzer.graph import Op, OpKind
from analyzer.values import plain


class Order(StrEnum):
    """Whether the function of the scores is applied to all of them or to the chosen ones."""

    SCORE_THEN_TOPK = "score_then_topk"
    TOPK_THEN_SCORE = "topk_then_score"


class SelectionBias(StrEnum):
    """What a bias takes part in: the choice alone, or the weights as well."""

    SELECTION_ONLY = "selection_only"
    SELECTION_AND_WEIGHT = "selection_and_weight"


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """A choice that is limited to ``chosen`` of ``count`` groups of experts. ``choice`` picks the groups, ``scored``
    says how one is scored: the best expert in it, or the sum of the best ``summed``."""

    choice: Op
    chosen: int
    count: int
    scored: Op
    summed: int

    @property
    def text(self) -> str:
        score = "its best expert" if self.summed == 1 else f"the sum of its best {plain(self.summed)}"
        return f"{plain(self.chosen)} of {plain(self.count)} groups, each by {score}"


@dataclass(frozen=True, slots=True, eq=False)
class Scoring:
    """``op`` turns logits to scores, before or after the choice; ``root`` says that their square root is taken."""

    op: Op
    order: Order
    root: bool

    @property
    def name(self) -> str:
        """The function from logits to scores."""
        name = self.op.name if self.op.kind is OpKind.ACTIVATION else self.op.kind.value
        return f"sqrt_{name}" if self.root else name


@dataclass(frozen=True, slots=True, eq=False)
class ScoreBias:
    """``op`` adds a stored or learned vector to the scores; ``reach`` says what it takes part in."""

    op: Op
    reach: SelectionBias


@dataclass(frozen=True, slots=True, eq=False)
class WeightScale:
    """``op`` multiplies the weights of chosen experts by ``value``."""

    op: Op
    value: int | float


@dataclass(frozen=True, slots=True, eq=False)
class ExpertWeights:
    """The weights of the chosen experts: ``first`` is their first tensor, ``end`` the last operation on them alone.

    ``normalizer`` is the division by their sum, None without one; so is ``scale``.
    """

    first: Op | None
    normalizer: Op | None
    scale: WeightScale | None
    end: Op


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """One execution of a router.

    ``projection`` makes the logits, ``choice`` picks ``top_k`` of ``experts``. ``scoring`` is None for raw logits,
    ``bias`` without a bias, ``groups`` where the choice is not limited to some groups of experts. ``scored`` are the
    operations between logits and choice or weights.
    """

    projection: Projection
    choice: Op
    experts: int
    top_k: int
    scoring: Scoring | None
    bias: ScoreBias | None
    groups: Groups | None
    weights: ExpertWeights
    scored: frozenset[Op]

    @property
    def module(self) -> str:
        return self.choice.module
