"""How attention and feed-forward sit on the residual stream.

*sequential*: the feed-forward part reads what attention added to; *parallel*: both read one point of the stream, each
through its own norm; *shared_norm_parallel*: both read the output of one norm; *single*: every layer is one block;
*hyper_connections*: the stream is several streams that are mixed before and after each block; *reversible*: there are
two streams, and what is computed of the one is added to the other by turns.

*Why it matters*: the two orders have the same weights and shapes, so that a port with the wrong one loads without a
complaint.
"""

from collections.abc import Iterable

from analyzer.rule import Example, LayerTopology, Match, Query, Rule, Topology, at, per_stack, topologies, unknown


def check(query: Query) -> Iterable[Match]:
    yield from per_stack(query, map(_match, query.facts(topologies)))


def _match(found: LayerTopology) -> Match:
    evidence = tuple(at("residual add", block.add) for block in found.blocks)
    if found.topology is Topology.UNKNOWN:
        return unknown(found.reason, *evidence, module=found.layer)
    return Match(found.topology.value, evidence, module=found.layer)


RULE = Rule(
    "RES001",
    "residual-topology",
    check,
    traits=("residual.topology",),
    references=(
        "Wang, Komatsuzaki 2021, GPT-J-6B (parallel attention and feed-forward)",
        "Chowdhery et al. 2022, PaLM: Scaling Language Modeling with Pathways, arXiv:2204.02311",
        "Gomez et al. 2017, The Reversible Residual Network, arXiv:1707.04585",
    ),
    examples=(
        Example(
            """
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak, self.ash = nn.LayerNorm(8), nn.LayerNorm(8)
                    self.left, self.right = nn.Linear(8, 8), nn.Linear(8, 8)

                def forward(self, fern, moss):
                    fern = fern + self.left(self.oak(moss))
                    return fern, moss + self.right(self.ash(fern))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(3)])

                def forward(self, fern):
                    reed = fern
                    for tree in self.trees:
                        fern, reed = tree(fern, reed)
                    return fern + reed
            """,
            {"residual.topology": "reversible"},
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
                    self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
                    self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)

                def forward(self, fern):
                    moss = self.oak(fern)
                    weights = torch.softmax(self.q(moss) @ self.k(moss).transpose(1, 2), -1)
                    return fern + weights @ self.v(moss) + self.down(torch.relu(self.up(moss)))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"residual.topology": "shared_norm_parallel"},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
        Example(
            """
            import torch
            from torch import nn


            class Ivy(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.oak, self.ash = nn.LayerNorm(8), nn.LayerNorm(8)
                    self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
                    self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)

                def forward(self, fern):
                    moss = self.oak(fern)
                    weights = torch.softmax(self.q(moss) @ self.k(moss).transpose(1, 2), -1)
                    fern = fern + weights @ self.v(moss)
                    return fern + self.down(torch.relu(self.up(self.ash(fern))))


            class Grove(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.trees = nn.ModuleList([Ivy() for _ in range(2)])

                def forward(self, fern):
                    for tree in self.trees:
                        fern = tree(fern)
                    return fern
            """,
            {"residual.topology": "sequential"},
            inputs={"fern": ("float32", (2, 7, 8))},
        ),
    ),
)
