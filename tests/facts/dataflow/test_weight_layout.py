"""How matrices are stored, in every spelling of a product."""

from __future__ import annotations

import pytest

from analyzer.facts.dataflow.projections import projections
from analyzer.facts.dataflow.weight_layout import WeightLayout, weight_layout
from analyzer.query import Query
from analyzer.rule import block_example
from analyzer.rule.examples import build_snippet

PRODUCTS = (
    ("self.w = nn.Linear(8, 16)", "self.w(x)", WeightLayout.OUT_IN),
    ("self.w = nn.Parameter(torch.empty(8, 16))", "x @ self.w", WeightLayout.IN_OUT),
    ("self.w = nn.Parameter(torch.empty(8, 8))", "x @ self.w.t()", WeightLayout.OUT_IN),
    ("self.w = nn.Parameter(torch.empty(8, 8))", "nn.functional.linear(x, self.w.mT)", WeightLayout.IN_OUT),
    ("self.w = nn.Parameter(torch.empty(8, 8))", "(self.w @ x.mT).mT", WeightLayout.OUT_IN),
    (
        "self.w, self.b = nn.Parameter(torch.empty(8, 16)), nn.Parameter(torch.empty(16))",
        "torch.addmm(self.b, x.view(14, 8), self.w)",
        WeightLayout.IN_OUT,
    ),
    ("self.w = nn.Parameter(torch.empty(3, 8, 16))", "x @ self.w[1].to(x.dtype)", WeightLayout.IN_OUT),
    ("self.w = nn.Parameter(torch.empty(48, 8))", "x @ self.w.view(3, 16, 8)[1].t()", WeightLayout.OUT_IN),
    (
        "self.w = nn.Parameter(torch.empty(3, 8, 8))",
        "torch.bmm(x[:1].expand(3, 7, 8), self.w.transpose(1, 2))",
        WeightLayout.OUT_IN,
    ),
    ("self.w = nn.Parameter(torch.empty(4, 32))", "x @ self.w.view(8, 16)", None),
    ("self.w = nn.Conv1d(8, 8, 1)", "self.w(x.mT)", None),
)


@pytest.mark.parametrize(("init", "product", "layout"), PRODUCTS)
def test_layout(init: str, product: str, layout: WeightLayout | None) -> None:
    query = Query(build_snippet(block_example(init, f"return {product}", finds=None)))
    (found,) = query.facts(projections)
    assert weight_layout(found) is layout
