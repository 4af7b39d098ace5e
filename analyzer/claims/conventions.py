"""Where paper and code say the same in different words: two ways to count, to name or to order one computation.

Each convention is decided by arithmetic, on the numbers that are stated and found or on what the words compute
(``definitions``). What has no such proof stays a contradiction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, cast

from analyzer.claims.agreement import canonical, number, same
from analyzer.claims.definitions import ACTIVATIONS, GATED, NORMS, Routing, alike, samples
from analyzer.claims.subject import ClaimSubject
from analyzer.report import Finding, Json

_SIZE: Final = 7
"""Numbers in a vector on which two normalisations are compared."""
_FEWEST: Final = 32
"""The smallest power of two of which a rounded width is a multiple on purpose."""
_CHOSEN: Final = 2
"""Experts of a token where it does not matter how many they are."""


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """What one convention looks at: ``stated``, what the paper says of ``trait``, ``beside`` it what else it states (by
    trait), ``found``, what the code does instead, and the model."""

    trait: str
    stated: Json
    beside: Mapping[str, Json]
    found: Finding
    subject: ClaimSubject

    def of(self, trait: str) -> Json:
        """What the code does about another trait in the same modules, None if that is not known."""
        findings = self.subject.by_trait.get(trait, ())
        near = (one for one in findings if one.module == self.found.module and one.reason is None)
        anywhere = (one for one in self.subject.about(trait) if one.reason is None)
        return next((one.value for one in (*near, *anywhere)), None)


Convention: TypeAlias = Callable[[ClaimReading], str]
"""A sentence that says why the two are the same, empty if they are not."""


def convention(reading: ClaimReading) -> str:
    """Why what is stated and what the code does are the same, empty if no convention makes them so."""
    rule = _CONVENTIONS.get(reading.trait)
    return rule(reading) if rule else ""


def told_besides(stated: Mapping[str, Json]) -> Iterator[str]:
    """Traits on which ``stated``, by trait, leaves no choice: the gate of a gated activation, and whether weights are
    normalised that sum to one already."""
    if str(stated.get("mlp.activation")).lower() in GATED:
        yield "mlp.gated"
    order, scoring = (str(canonical(stated.get(f"moe.{name}"))) for name in ("order", "scoring"))
    routing = Routing(_CHOSEN, scoring, order, normalized=False)
    if routing.is_as(replace(routing, normalized=True)):
        yield "moe.normalize_topk"


def _gate_and_up(reading: ClaimReading) -> str:
    stated, width = (number(value, reading.subject.number) for value in (reading.stated, reading.found.value))
    if stated is None or width is None or reading.of("mlp.gated") is not True or not math.isclose(stated, 2 * width):
        return ""
    return f"the paper counts the gate and up projections together, 2 × {reading.found.value}"


def _rows_before(reading: ClaimReading) -> str:
    """A table of learned positions whose first rows stand before that of the first position."""
    offset, rows = reading.of("position.offset"), reading.found.value
    if not isinstance(offset, int) or isinstance(offset, bool) or not isinstance(rows, int) or offset < 1:
        return ""
    if not same(reading.stated, rows - offset, reading.subject.number):
        return ""
    return f"the table has {rows} rows, {offset} of them before that of the first position"


def _both_sides(reading: ClaimReading) -> str:
    """``attention.window`` counts the token itself and those to its left."""
    visible, stated = reading.found.value, number(reading.stated, reading.subject.number)
    if not isinstance(visible, int) or reading.of("attention.mask") == "causal":
        return ""
    side = visible - 1
    if stated not in (2 * side, 2 * side + 1):
        return ""
    itself = " and the token itself" if stated == 2 * side + 1 else ""
    return f"the paper counts the whole width, {side} tokens to either side{itself}"


def _rounded_up(reading: ClaimReading) -> str:
    """A share of the model's width that is no whole number, so that a width has to be chosen."""
    stated, hidden = number(reading.stated, reading.subject.number), reading.subject.number("hidden")
    found = number(reading.found.value, reading.subject.number)
    if stated is None or hidden is None or found is None:
        return ""
    exact, width = stated * hidden, round(found * hidden)
    multiple = width & -width
    if math.isclose(exact, round(exact)) or not 0 < width - exact < multiple or multiple < _FEWEST:
        return ""
    return f"{reading.stated} of {hidden:g} is no whole number, and the code rounds it up to a multiple of {multiple}"


def _same_norm(reading: ClaimReading) -> str:
    stated, found = (NORMS.get(str(canonical(value))) for value in (reading.stated, reading.found.value))
    if stated is None or found is None or not all(alike(stated(x), found(x)) for x in samples(_SIZE)):
        return ""
    return f"{_words(reading.stated)} is another name of {reading.found.value}: both divide by the root mean square"


def _gated_activation(reading: ClaimReading) -> str:
    stated, found = GATED.get(str(reading.stated).lower()), ACTIVATIONS.get(str(canonical(reading.found.value)))
    if stated is None or found is None or reading.of("mlp.gated") is not True:
        return ""
    pairs = [(x[0], x[1]) for x in samples(2)]
    if not alike([stated(*pair) for pair in pairs], [found(gate) * up for gate, up in pairs]):
        return ""
    return f"{reading.stated} is a gated {reading.found.value}, and the code has the gate"


def _same_routing(reading: ClaimReading) -> str:
    """Equal weights of experts although scores and choice come in another order.

    A bias or groups in the choice are looked at by score, so that another order may choose other experts.
    """
    if reading.of("moe.selection_bias") != "none" or reading.of("moe.groups") != "none":
        return ""
    said = {**reading.beside, reading.trait: reading.stated}
    found, stated = _routing(reading.of), _routing(lambda trait: said[trait] if trait in said else reading.of(trait))
    if found is None or stated is None or not found.is_as(stated):
        return ""
    return f"{_described(found)} gives the same weights as {_described(stated)}"


def _described(routing: Routing) -> str:
    first = routing.order == "score_then_topk"
    divided = ", divided by the sum over the chosen ones," if routing.normalized else ""
    return f"{routing.scoring} over {'all experts' if first else 'the chosen experts'}{divided}"


def _routing(value_of: Callable[[str], Json]) -> Routing | None:
    top_k, scoring, order, normalized = (canonical(value_of(f"moe.{name}")) for name in _ROUTING)
    if not isinstance(top_k, int) or isinstance(top_k, bool) or not isinstance(normalized, bool):
        return None
    return Routing(top_k, str(scoring), str(order), normalized)


def _words(value: Json) -> str:
    return cast("str", value).replace("_", " ")


_ROUTING: Final = ("top_k", "scoring", "order", "normalize_topk")
_CONVENTIONS: Final[dict[str, Convention]] = {
    "dims.ffn": _gate_and_up,
    "dims.context": _rows_before,
    "mlp.ratio": _rounded_up,
    "attention.window": _both_sides,
    "norm.type": _same_norm,
    "attention.qk_norm_type": _same_norm,
    "mlp.activation": _gated_activation,
    "moe.order": _same_routing,
    "moe.normalize_topk": _same_routing,
}
