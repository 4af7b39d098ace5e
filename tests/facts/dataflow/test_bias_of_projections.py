"""The bias that is added to a product belongs to the projection, also if the product is copied before."""

from __future__ import annotations

import pytest

from analyzer.facts.dataflow.projections import projections
from analyzer.rule import block_example
from analyzer.rule.examples import snippet


@pytest.mark.parametrize("copied", ["", ".clone()", ".contiguous().clone()"])
def test_the_sum_is_the_output_of_the_projection(copied: str) -> None:
    program = block_example(
        "self.weight, self.bias = nn.Parameter(torch.empty(8, 16)), nn.Parameter(torch.empty(16))",
        f"return torch.relu((x @ self.weight){copied} + self.bias)",
        finds=None,
    )
    with snippet(program) as query:
        (projection,) = query.facts(projections)
        assert projection.bias is not None
        assert projection.output.name == "add"


def test_a_product_that_is_read_twice_has_no_bias_of_its_own() -> None:
    program = block_example(
        "self.weight, self.bias = nn.Parameter(torch.empty(8, 16)), nn.Parameter(torch.empty(16))",
        "y = (x @ self.weight).clone()\nreturn torch.relu(y + self.bias) * y",
        finds=None,
    )
    with snippet(program) as query:
        (projection,) = query.facts(projections)
        assert projection.bias is None
