"""The call after the analysed one: one more token, and what the first call kept."""

from __future__ import annotations

import pytest

from analyzer.graph import CallSizes, NextStep, OpKind
from analyzer.interpret.building.next_step import NOT_GENERATING, NOTHING_KEPT
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import snippet

CODE = """
import torch
from torch import nn


class Memory:
    def __init__(self):
        self.rows = None

    def add(self, rows):
        self.rows = rows if self.rows is None else torch.cat((self.rows, rows), dim=1)
        return self.rows


class Hazel(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 8)

    def forward(self, {arguments}, past_key_values=None):
        found = self.table(input_ids)
        memory = Memory() if past_key_values is None else past_key_values
        rows = memory.add(found)
        {check}
        return {{"scores": found @ rows.transpose(1, 2), {kept}}}
"""
WHOLE = {"arguments": "input_ids", "check": "pass", "kept": '"past_key_values": memory'}


def step_of(**changes: str) -> tuple[Query, NextStep]:
    with snippet(Example(CODE.format(**{**WHOLE, **changes}), {})) as query:
        called = query.program.generating(CallSizes(batch=3, context=16))
        assert called is not None
        assert called[0].next_step is not None
        return Query(*called), called[0].next_step


def test_both_calls_have_the_sizes_that_were_asked_for() -> None:
    query, step = step_of()
    (first,) = query.ops(OpKind.MATMUL)
    (second,) = [op for op in step.ops if op.kind is OpKind.MATMUL]
    assert (first.outputs[0].shape, second.outputs[0].shape) == ((3, 16, 16), (3, 1, 17))
    assert step.inputs["input_ids"][1] == (3, 1)
    assert not step.reason
    assert max(op.index for op in query.ops()) < min(op.index for op in step.ops)


def test_sizes_are_named_after_what_they_count() -> None:
    query, _ = step_of()
    (given,) = query.ops(OpKind.INPUT)
    assert [size.origin.expression for size in given.outputs[0].shape] == ["batch", "seq"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kept": '"rows": rows'}, NOTHING_KEPT),
        ({"check": "if past_key_values is not None: raise ValueError('too late')"}, "too late"),
    ],
)
def test_a_step_that_cannot_be_made_says_why(changes: dict[str, str], reason: str) -> None:
    query, step = step_of(**changes)
    assert reason in step.reason
    assert query.model.graph.results
    assert not [gap for gap in query.model.gaps if "too late" in gap.explanation]


def test_without_tokens_there_is_no_step() -> None:
    code = CODE.format(**WHOLE).replace("input_ids", "pixel_values").replace("self.table(pixel_values)", "pixel_values")
    with snippet(Example(code, {})) as query:
        called = query.program.generating(CallSizes(1, 4))
    assert called is not None
    assert called[0].next_step == NextStep(reason=NOT_GENERATING)
