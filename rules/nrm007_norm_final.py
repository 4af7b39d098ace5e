"""Whether the stream is normalised once more after the last block.

A norm that is part of the last block's own residual equation (the *post* placement) does not count, nor one of an
attention that reads the stream (a pooling, a decoder of another kind).

*Why it matters*: pre-norm models need it, since nothing bounds their stream; ports that forget it produce logits of the
wrong scale.
"""

from collections.abc import Iterable

from analyzer.rule import Example, Match, Query, Rule, StackEnd, at, main_stacks, stack_ends, trace_cut, unknown


def check(query: Query) -> Iterable[Match]:
    main = query.get(main_stacks)
    for found in sorted(query.facts(stack_ends), key=lambda one: one.stack not in main):
        yield _match(query, found)


def _match(query: Query, found: StackEnd) -> Match:
    add, norm = at("last residual add", found.add), found.norm
    if trace_cut(query.model):
        return unknown("the trace ended before the last layer", add, module=found.stack.pattern)
    if norm is None:
        readers = tuple(at("read without a norm", op) for op in query.users(found.add)[:1])
        return Match(False, (add, *readers), module=found.stack.pattern)
    return Match(True, (at("norm after the last block", norm.core),), module=norm.module)


RULE = Rule(
    "NRM007",
    "norm-final",
    check,
    traits=("norm.final",),
    references=("Xiong et al. 2020, On Layer Normalization in the Transformer Architecture, arXiv:2002.04745",),
    examples=(
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8)
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + self.elm(self.oak(fern))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])
                    self.last = nn.LayerNorm(8)

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.last(fern)
            """,
            {"norm.final": True},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak = nn.LayerNorm(8)
                    self.elm = nn.Linear(8, 8)

                def forward(self, fern):
                    return fern + self.elm(self.oak(fern))


            class Gatherer(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.own = nn.LayerNorm(8)
                    self.asks = nn.Parameter(torch.ones(3, 8))

                def forward(self, fern):
                    moss = self.own(fern)
                    return torch.softmax(self.asks @ moss.transpose(-1, -2), -1) @ moss


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])
                    self.gatherer = Gatherer()

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return self.gatherer(fern)
            """,
            {"norm.final": False},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
