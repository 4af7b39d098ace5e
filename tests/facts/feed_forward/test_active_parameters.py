"""Parameters that one token passes."""

from __future__ import annotations

from textwrap import indent

from analyzer.facts.feed_forward.active_parameters import active_parameters
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import build_snippet
from tests.facts.snippets import (
    CHOICES,
    ROUTER,
)


def test_active_parameters_leave_out_experts_that_are_not_chosen() -> None:
    code = ROUTER.replace("{choice}", indent(str(CHOICES[0][0]), " " * 8))
    query = Query(build_snippet(Example(code, {}, inputs={"x": ("float32", (14, 32))})))
    experts = 6 * 2 * 64 * 32
    assert active_parameters(query)[0] == query.model.total - experts * 4 // 6
