"""The other branches of a model's configuration."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from analyzer.api.calls import SERVED, ConfigLike, PathLike, place_of, settings_of
from analyzer.engine import alternatives, built, examine, opened
from analyzer.engine.evidence_text import EvidenceText
from analyzer.graph import Status
from analyzer.report import Alternative, Finding
from analyzer.rule.packs import load_packs


def branches(
    name: str,
    path: PathLike | None = None,
    *,
    config: ConfigLike | None = None,
    overrides: Mapping[str, object] | None = None,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    rules: Iterable[PathLike] = (),
) -> tuple[Alternative, ...]:
    """What each field that decided something in the model called ``name`` would change at its other values.

    The model is built once more for each, with one layer of each kind; fields that change no trait are left out.
    Raises InputError if there is no such model.
    """
    place = place_of(path)
    workspace = opened(place)
    entry = workspace.find(name)
    settings = settings_of(config, overrides, dtype=SERVED)
    chosen = load_packs([str(rule) for rule in rules]).choose(select, ignore)
    texts = EvidenceText(workspace.tree.root, workspace.store)

    def findings(changes: Mapping[str, object]) -> tuple[Finding, ...] | None:
        changed = dataclasses.replace(settings, overrides={**settings.overrides, **changes})
        tried = built(place, entry, changed)
        if tried.model.status is Status.FAILED or not tried.model.graph.results:
            return None
        return examine(tried, chosen, texts, settings.budget).findings

    return tuple(alternatives(built(place, entry, settings).query(), findings))
