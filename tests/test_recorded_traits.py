"""The rules on recorded graphs of real runs, compared with what was measured on those runs."""

from __future__ import annotations

from analyzer.rule.packs import load_packs
from tests import truth
from tests.scoreboard import recorded, traits


def test_rules_on_recorded_graphs_of_causal_language_models() -> None:
    failures: dict[str, str] = {}
    chosen = {row.key: row for row in truth.measured() if row.causal}
    section = traits.section(list(recorded.verdicts(chosen, tuple(load_packs(entry_points=False)), failures)))
    wrong = [f"{row.name}: {row.difference}" for row in section.worst]
    assert failures == {}
    assert len(section.rows) == len(chosen)
    assert section.share("required traits, causal, right") >= 0.98, wrong
    assert section.share("required traits, causal, wrong") <= 0.01, wrong
