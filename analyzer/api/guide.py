"""What facts rules can ask for."""

from __future__ import annotations

from collections.abc import Iterable

import analyzer.rule
from analyzer.base import InputError
from analyzer.base.suggestions import suggestion
from analyzer.rule.fact_guide import FactGuide, fact_guides, finders_in


def facts(names: Iterable[str] = ()) -> tuple[FactGuide, ...]:
    """A guide to the facts that ``query.facts`` finds, each with its fields on a small program.

    Args:
        names: Names of finders (``norms``) or of what they find (``Norm``); all when empty.

    Raises:
        InputError: There is no such fact. The message names those that are near.
    """
    finders = finders_in(vars(analyzer.rule))
    guides = {guide.name: guide for guide in fact_guides(finders)}
    chosen = [guide for name in names for guide in _called(name, guides)]
    return tuple(dict.fromkeys(chosen)) if chosen else tuple(guides.values())


def _called(name: str, guides: dict[str, FactGuide]) -> list[FactGuide]:
    found = [guide for guide in guides.values() if name in (guide.name, guide.finds)]
    if not found:
        known = [*guides, *dict.fromkeys(guide.finds for guide in guides.values())]
        raise InputError(f"there is no fact {name!r}{suggestion(name, known)}", code="no-fact")
    return found
