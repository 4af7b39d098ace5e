"""A built model is data; what its program still answers comes from the interpreter that built it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType, MethodType

from analyzer.graph import NO_PROGRAM, ExtraInputs, FileScope, Op, OpGraph
from analyzer.query import Query
from analyzer.rule import Example
from analyzer.rule.examples import snippet

CODE = """
import torch
from torch import nn


class Hazel(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 8)

    def forward(self, input_ids, attention_mask=None):
        found = self.table(input_ids)
        return found if attention_mask is None else found * attention_mask[..., None]

    def never(self):
        return self.catkin
"""


def hazel() -> Query:
    with snippet(Example(CODE, {})) as query:
        return query


def held(value: object, path: str = "model") -> Iterator[tuple[str, object]]:
    """Everything that a value is made of, with the way to it; graphs are left out."""
    yield path, value
    if isinstance(value, Mapping):
        parts = [(f"{path}[{key!r}]", one) for key, one in value.items()]
    elif isinstance(value, tuple | list | frozenset):
        parts = [(f"{path}[]", one) for one in value]
    elif is_dataclass(value) and not isinstance(value, Op):
        parts = [(f"{path}.{field.name}", getattr(value, field.name)) for field in fields(value)]
    else:
        parts = []
    for name, part in parts:
        if not isinstance(part, OpGraph):
            yield from held(part, name)


def test_a_built_model_holds_no_functions() -> None:
    functions = [path for path, value in held(hazel().model) if isinstance(value, FunctionType | MethodType)]
    assert functions == []


def test_code_that_does_not_run_mentions_names() -> None:
    program = hazel().program
    assert [program.mentions(name, FileScope.MODULES) for name in ("catkin", "acorn")] == [True, False]


def test_the_model_is_called_with_more() -> None:
    query = hazel()
    called = query.program.called_with(ExtraInputs.MASKS, {})
    assert called is not None
    assert "attention_mask" not in query.model.inputs
    assert "attention_mask" in called[0].inputs
    assert called[1].mentions("catkin", FileScope.MODULES)
    assert query.program.called_with(ExtraInputs.POSITIONS, {}) is None


def test_without_a_program_nothing_is_known() -> None:
    query = Query(hazel().model)
    assert query.program is NO_PROGRAM
    assert not query.program.mentions("catkin", FileScope.ALL)
    assert query.program.drifts() == ()
    assert query.program.called_with(ExtraInputs.MASKS, {}) is None
