"""The guide to facts is computed from what rules can import, and shows most of it on its programs."""

from __future__ import annotations

import pytest

import analyzer.rule
from analyzer.api import FactGuide, InputError, facts
from analyzer.rule.fact_guide import finders_in


@pytest.fixture(scope="module")
def guides() -> dict[str, FactGuide]:
    return {guide.name: guide for guide in facts()}


def test_every_finder_that_rules_import_has_a_guide(guides: dict[str, FactGuide]) -> None:
    assert list(guides) == list(finders_in(vars(analyzer.rule)))
    assert {"norms", "attentions", "routers", "feed_forwards", "rotaries", "blocks", "stacks"} <= set(guides)
    assert all(guide.title for guide in guides.values())


def test_fields_have_values_and_the_lines_of_code_that_have_them(guides: dict[str, FactGuide]) -> None:
    norm = {field.path: field for field in guides["norms"].fields}
    assert norm["kind"].value == "rmsnorm"
    assert norm["statistic.eps"].value == "1e-06"
    assert norm["affine.weight.name"].value == "layers.0.norm1.weight"
    number, _, code = norm["cast"].code.partition(": ")
    assert code == "wide = x.to(torch.float32)"
    assert guides["norms"].program.split("\n")[int(number) - 1].strip() == code
    assert "float32" in norm["cast"].meaning


def test_experts_are_shown_on_a_program_of_their_own(guides: dict[str, FactGuide]) -> None:
    router = {field.path: field.value for field in guides["routers"].fields}
    assert (router["experts"], router["top_k"], router["scoring.order"]) == ("6", "2", "score_then_topk")
    assert guides["routers"].program != guides["norms"].program


def test_most_facts_are_found(guides: dict[str, FactGuide]) -> None:
    shown = [name for name, guide in guides.items() if guide.fields]
    assert len(shown) >= 19
    assert all(guide.found for guide in guides.values() if guide.fields)


def test_a_fact_is_called_by_its_finder_or_its_type() -> None:
    assert [guide.name for guide in facts(["Norm"])] == ["norms", "inner_norms"]
    assert [guide.name for guide in facts(["norms", "norms"])] == ["norms"]
    with pytest.raises(InputError, match=r"no fact 'nroms'; did you mean norms"):
        facts(["nroms"])
