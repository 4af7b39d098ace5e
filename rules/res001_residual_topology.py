"""How attention and feed-forward sit on the residual stream.

*sequential*: the feed-forward part reads what attention added to; *parallel*: both read one point of the stream, each
through its own norm; *shared_norm_parallel*: both read the output of one norm; *single*: every layer is one block;
*hyper_connections*: the stream is several streams that are mixed before and after each block; *reversible*: there are
two streams, and what is computed of the one is added to the other by turns.

*Why it matters*: the two orders have the same weights and shapes, so that a port with the wrong one loads without a
complaint.
"""

from collections.abc import Iterable

from analyzer.rule import (
    Example,
    LayerTopology,
    Match,
    Query,
    Rule,
    Topology,
    at,
    for_each,
    model_example,
    topologies,
    unknown,
)


@for_each(topologies)
def check(query: Query, found: LayerTopology) -> Iterable[Match]:
    evidence = tuple(at("residual add", block.add) for block in found.blocks)
    if found.topology is Topology.UNKNOWN:
        yield unknown(found.reason, *evidence, module=found.layer)
    else:
        yield Match(found.topology.value, evidence, module=found.layer)


_REFERENCES = (
    "Wang, Komatsuzaki 2021, GPT-J-6B (parallel attention and feed-forward)",
    "Chowdhery et al. 2022, PaLM: Scaling Language Modeling with Pathways, arXiv:2204.02311",
    "Gomez et al. 2017, The Reversible Residual Network, arXiv:1707.04585",
)
_EXAMPLES = (
    Example(
        """
        from torch import nn


        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.left_norm, self.right_norm = nn.LayerNorm(8), nn.LayerNorm(8)
                self.left, self.right = nn.Linear(8, 8), nn.Linear(8, 8)

            def forward(self, x, y):
                x = x + self.left(self.left_norm(y))
                return x, y + self.right(self.right_norm(x))


        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([Block() for _ in range(3)])

            def forward(self, x):
                y = x
                for layer in self.layers:
                    x, y = layer(x, y)
                return x + y
        """,
        {"residual.topology": "reversible"},
        inputs={"x": ("float32", (2, 7, 8))},
    ),
    model_example(
        """
        self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 16), nn.Linear(16, 8)
        self.q, self.k, self.v = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 8)
        """,
        """
        y = self.norm(x)
        weights = torch.softmax(self.q(y) @ self.k(y).transpose(1, 2), -1)
        return x + weights @ self.v(y) + self.down(torch.relu(self.up(y)))
        """,
        finds="shared_norm_parallel",
    ),
    model_example(
        """
        self.norm, self.up, self.down = nn.LayerNorm(8), nn.Linear(8, 16), nn.Linear(16, 8)
        self.first_norm, self.q, self.k, self.v = nn.LayerNorm(8), *(nn.Linear(8, 8) for _ in range(3))
        """,
        """
        y = self.first_norm(x)
        x = x + torch.softmax(self.q(y) @ self.k(y).transpose(1, 2), -1) @ self.v(y)
        return x + self.down(torch.relu(self.up(self.norm(x))))
        """,
        finds="sequential",
    ),
)

RULE = Rule(
    "RES001", "residual-topology", check, traits=("residual.topology",), references=_REFERENCES, examples=_EXAMPLES
)
